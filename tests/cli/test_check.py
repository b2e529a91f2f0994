"""What does not fit in a workspace, or in the one to which it moves, is told with the command that mends it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.postgres import Server
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.workspace import Workspace


@pytest.mark.slow
def test_check_says_which_command_counts_anew(run: Run, project: str, home: Path) -> None:
    assert "everything fits together" in run("workspace", "check").out
    with closing(sqlite3.connect(home / "workspace.db")) as raw:
        raw.execute("UPDATE tally SET n = n + 1 WHERE kind = 'state'")
        raw.commit()
    wrong = run("workspace", "check")
    assert wrong.code == 1
    assert "a count gives 5" in wrong.out
    assert "workspace check --mend" in wrong.err
    mended = run("workspace", "check", "--mend")
    assert mended.code == 0
    assert "counted anew" in mended.err
    assert run("workspace", "check", "--json").json["problems"] == []


@pytest.mark.slow
def test_a_move_says_whose_names_are_no_logins_and_hands_drafts_over(
    run: Run, project: str, home: Path, postgres: Server, tmp_path: Path
) -> None:
    workspace = Workspace(home / "workspace.db", home / "exports")
    task = workspace.tasks.page(project, TaskFilter(), 0, 1)[0]
    workspace.queue.save_draft(task, "old name", "{}")
    workspace.close()
    target = postgres.fresh()
    done = run("workspace", "move", f"sqlite:///{home}/workspace.db", target)
    assert done.code == 0
    assert "No logins there: old name (1 draft)." in done.err
    assert "tui-labeler team add 'old name'" in done.err
    assert "Roles do not come along" in done.err
    assert "tui-labeler workspace init" in done.err
    assert "tui-labeler team add NAME --role labeler" in done.err
    handed = run("--workspace", target, "team", "hand-over", "old name", "ann")
    assert handed.out == "1 draft of old name's went to ann.\n"


@pytest.mark.parametrize(
    "words", [("workspace", "check"), ("workspace", "show"), ("status",), ("workspace", "backup", "copy.db")]
)
def test_looking_makes_no_workspace(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    missing = tmp_path / "typo" / "workspce.db"
    refused = run("--workspace", f"sqlite:///{missing}", *words)
    assert refused.code != 0
    assert f"There is no workspace at {missing}" in refused.err
    assert "workspace init" in refused.err
    assert not missing.parent.exists()


def test_a_move_from_nowhere_makes_nothing(run: Run, tmp_path: Path) -> None:
    missing, target = tmp_path / "workspce.db", tmp_path / "new.db"
    refused = run("workspace", "move", "--restore", f"sqlite:///{missing}", f"sqlite:///{target}")
    assert f"There is no workspace at {missing}" in refused.err
    assert not missing.exists()
    assert not target.exists()


def test_a_backup_makes_no_folder(run: Run, project: str, tmp_path: Path) -> None:
    refused = run("workspace", "backup", str(tmp_path / "nowhere" / "copy.db"))
    assert f"There is no folder {tmp_path / 'nowhere'}" in refused.err
    assert not (tmp_path / "nowhere").exists()


def test_exports_that_cannot_be_read_are_counted_in_the_list(run: Run, project: str, home: Path) -> None:
    assert "No exports yet" in run("exports").err
    with closing(sqlite3.connect(home / "workspace.db")) as raw:
        raw.execute("INSERT INTO export (project, name, created, result) VALUES ('soda', 'soda_1', 0, '{}')")
        raw.commit()
    listed = run("exports").err
    assert "1 export more cannot be read" in listed
    assert "No exports yet" not in listed
