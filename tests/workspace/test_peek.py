"""What can be known of a workspace without opening it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.workspace.conftest import make_images, make_spec
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.peek import project_names


def test_the_names_of_projects_while_it_is_in_use(
    open_workspace: Callable[[], Workspace], address: Path | str, tmp_path: Path
) -> None:
    opened = open_workspace()
    opened.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 1)))
    for name in ("soda", "cola"):
        opened.projects.create(make_spec(name))
    assert project_names(address) == ("cola", "soda")
