"""A team's model files: taken on one machine, used on another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_labeler.assist.modelfiles import files_of
from tui_labeler.model.errors import StorageError
from tui_labeler.store import sharedmodels as stored
from tui_labeler.workspace import Workspace, sharedmodels

CONTENT = bytes(range(256)) * 200


@pytest.fixture
def away(shared: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """The same workspace on another machine."""
    opened = Workspace(shared._database.url, tmp_path / "exports", folder=tmp_path / "away")
    yield opened
    opened.close()


def model_file(tmp_path: Path, name: str, content: bytes = CONTENT) -> str:
    (tmp_path / name).write_bytes(content)
    return str(tmp_path / name)


def leave(home: Path) -> None:
    """From now on the files of the first machine are out of reach."""
    (home / "models").rename(home / "models of the first machine")


def test_a_model_that_was_taken_elsewhere_is_fetched_once(
    shared: Workspace, away: Workspace, home: Path, tmp_path: Path
) -> None:
    shared.assist.use_model("soda", model_file(tmp_path, "detector v2.onnx"), ("coke", "diet_coke", "sprite"))
    kept = shared.projects.specification("soda").assist.model
    taken_at = Path(kept).stat().st_mtime
    assert away.assist.model_file(kept) == kept, "the same disk"
    leave(home)
    again = Workspace(away._database.url, tmp_path / "exports", folder=tmp_path / "away")
    here = Path(again.assist.model_file(kept))
    assert here == tmp_path / "away" / "models" / Path(kept).name
    assert here.read_bytes() == CONTENT
    assert abs(here.stat().st_mtime - taken_at) < 60, "when it was taken, not when it was fetched"
    assert again.assist.elsewhere("soda") == ""
    assert again.assist.may_assist("soda")
    again.assist.remove_model("soda")
    with again._database.read() as tx:
        assert stored.names(tx, Path(kept).name) == ()
    again.close()


def test_files_that_outline_come_together(shared: Workspace, away: Workspace, home: Path, tmp_path: Path) -> None:
    files = [model_file(tmp_path, "encoder.onnx"), model_file(tmp_path, "decoder.onnx", CONTENT[::-1])]
    shared.assist.use_segmenter("soda", files)
    kept = shared.projects.specification("soda").assist.segmenter
    leave(home)
    fetched = files_of(away.assist.model_file(kept))
    assert [Path(file).read_bytes() for file in fetched] == [CONTENT[::-1], CONTENT]
    assert not list((tmp_path / "away" / "models").glob(".*"))


def test_what_is_too_large_is_said(
    shared: Workspace, away: Workspace, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharedmodels, "MOST_BYTES", 10_000)
    shared.assist.use_model("soda", model_file(tmp_path, "large.onnx"), ())
    leave(home)
    said = away.assist.elsewhere("soda")
    assert "is not on this machine, and not shared (up to 10.0 kB are)" in said
    assert str(tmp_path / "away" / "models") in said
    assert not away.assist.may_assist("soda"), "whoever has the file proposes"


def test_what_arrives_damaged_is_refused(shared: Workspace, away: Workspace, home: Path, tmp_path: Path) -> None:
    shared.assist.use_model("soda", model_file(tmp_path, "detector.onnx"), ())
    kept = shared.projects.specification("soda").assist.model
    with shared._database.write() as tx:
        tx.run("UPDATE shared_model SET body = 'AAAA' WHERE part = 1")
        tx.run("INSERT INTO shared_model (name, part, added, body) VALUES ('../../evil.onnx', 0, 0, 'AAAA')")
    leave(home)
    with pytest.raises(StorageError, match="is damaged"):
        away.assist.model_file(kept)
    assert away.assist.model_file("/somewhere/../../evil.onnx") == "/somewhere/../../evil.onnx"
    assert not list(tmp_path.rglob("evil.onnx"))


def test_what_was_taken_before_the_team_was_one_is_shared_at_its_first_use(
    shared: Workspace, away: Workspace, home: Path, tmp_path: Path
) -> None:
    """A workspace that was moved from a file into a PostgreSQL names files of its machine."""
    shared.assist.use_model("soda", model_file(tmp_path, "detector.onnx"), ())
    kept = shared.projects.specification("soda").assist.model
    with shared._database.write() as tx:
        tx.run("DELETE FROM shared_model")
    first = Workspace(shared._database.url, home / "exports", folder=home)
    assert first.assist.model_file(kept) == kept
    first.close()
    leave(home)
    assert Path(away.assist.model_file(kept)).read_bytes() == CONTENT


def test_a_file_workspace_keeps_its_files_where_they_are(workspace: Workspace, tmp_path: Path) -> None:
    workspace.assist.use_model("soda", model_file(tmp_path, "detector.onnx"), ())
    kept = workspace.projects.specification("soda").assist.model
    assert workspace.assist.model_file(kept) == kept
    with workspace._database.read() as tx:
        assert stored.names(tx, Path(kept).name) == ()
