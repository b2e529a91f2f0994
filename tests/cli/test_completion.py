"""What a shell offers for the end of a line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from tests.cli.conftest import Run
from tests.workspace.conftest import make_images, make_spec
from tui_labeler.cli.main import app
from tui_labeler.workspace import Workspace

Completed = Callable[[str], list[str]]


@pytest.fixture
def completed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Completed:
    """What stands there for the last word of a line."""
    monkeypatch.setenv("TUI_LABELER_HOME", str(home))

    def complete(words: str) -> list[str]:
        *arguments, typed = words.split(" ")
        shell = ShellComplete(app, {}, "tui-labeler", "_TUI_LABELER_COMPLETE")
        return [item.value for item in shell.get_completions(arguments, typed)]

    return complete


@pytest.fixture
def project(home: Path, tmp_path: Path) -> str:
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 1)))
    workspace.projects.create(make_spec())
    workspace.close()
    return "soda"


@pytest.mark.parametrize(
    "command", ["label", "review", "export", "status", "project show", "quality rules", "show x --project"]
)
def test_projects(completed: Completed, project: str, command: str) -> None:
    assert completed(f"{command} so") == [project]
    assert completed(f"{command} x") == []


def test_projects_of_the_workspace_that_is_named(
    completed: Completed, project: str, home: Path, tmp_path: Path
) -> None:
    def offered(url: str) -> list[str]:
        return completed(f"--workspace {url} label ")

    assert offered(f"sqlite:///{home}/workspace.db") == [project]
    assert offered(f"sqlite:///{tmp_path}/none.db") == []
    assert not (tmp_path / "none.db").exists(), "completing makes no workspace"
    (home / "broken.db").write_text("no database")
    assert offered(f"sqlite:///{home}/broken.db") == []
    assert offered("nonsense") == []
    assert offered("postgresql://127.0.0.1:1/none") == []


def test_formats(completed: Completed) -> None:
    assert completed("export soda --format co") == ["coco"]
    assert completed("export soda --format ")[:3] == ["azureml", "coco", "yolo"]
    assert completed("import soda labels.json --format vot") == ["vott"]
    assert completed("import soda labels.json --format huggingface-") == [], "which is only written"


@pytest.mark.slow
def test_a_line_of_bash(run: Run) -> None:
    def offered(words: str) -> list[str]:
        asked = {"_TUI_LABELER_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        done = run(**asked)
        assert not done.err
        return [line.removeprefix("plain,") for line in done.out.splitlines()]

    assert offered("tui-labeler config set corrections ") == ["ask", "submit", "keep"]
    assert "unset" in offered("tui-labeler config uns")


def test_settings(completed: Completed) -> None:
    for command in ("get", "set", "unset"):
        assert completed(f"config {command} the") == ["theme"]
