"""Devices that never end, in the place of files that are read whole: refused, and not read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.conftest import draw_images, make_spec
from tui_labeler.formats import source
from tui_labeler.formats.opening import open_source
from tui_labeler.model.errors import BadInput, LabelerError
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.wholefiles import read_small_file
from tui_labeler.workspace import Workspace

ENDLESS = "/dev/zero"
pytestmark = pytest.mark.skipif(not os.path.exists(ENDLESS), reason="there is no /dev/zero here")

# Little memory and small files: what reads on is ended by it, and says so.
_WITHIN = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000_000, 100_000_000))
from tui_labeler.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "words",
    [
        ("project", "create", ENDLESS),
        ("import", "soda", ENDLESS, "--format", "coco"),
        ("assist", "use", "model.onnx", "--project", "soda", "--classes", "coke"),
        ("azure", "jobs", "create", ENDLESS, "--data", "x"),
    ],
    ids=lambda words: words[0],
)
def test_a_device_is_no_file(words: tuple[str, ...], tmp_path: Path) -> None:
    draw_images(tmp_path / "images", 1)
    (tmp_path / "model.onnx").symlink_to(ENDLESS)
    workspace = Workspace(tmp_path / "home" / "workspace.db", tmp_path / "home" / "exports")
    workspace.datasets.add_datastore("cans", str(tmp_path / "images"))
    workspace.projects.create(make_spec())
    workspace.close()
    command = [sys.executable, "-c", _WITHIN, "--home", "home"]
    ended = subprocess.run([*command, *words], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ended.returncode in (1, 2), ended.stderr
    assert "regular file" in ended.stderr or "neither a file nor a folder" in ended.stderr


def test_settings_that_are_a_device_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").symlink_to(ENDLESS)
    with pytest.raises(LabelerError, match="not a regular file"):
        Settings(find_places(str(tmp_path)), {}).get("theme")


def test_a_project_may_come_out_of_a_pipe() -> None:
    """`project create <(…)` of a shell."""
    out, into = os.pipe()
    os.write(into, b"text")
    os.close(into)
    assert read_small_file(Path(f"/proc/self/fd/{out}"), pipes=True) == b"text"
    os.close(out)


def test_a_pipe_that_does_not_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_PIECE", 1000)
    monkeypatch.setattr(source, "_MOST_PIPED", 20_000)
    out, into = os.pipe()
    os.write(into, b"x" * 40_000)
    os.close(into)
    pipe = Path(f"/proc/self/fd/{out}")
    with pytest.raises(BadInput, match="gives more than"):
        open_source(pipe).open(pipe.name)
    os.close(out)
