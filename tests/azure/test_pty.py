"""`azure export` as a person runs it: on a pty, with its line of progress, against the stand-in and Azurite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.azure.conftest import ADDRESS, label_all
from tests.azure.standin.server import StandIn
from tests.azure.test_commands import PROJECT
from tests.pty.person import TERMINALS, USUAL, Person
from tui_labeler.workspace import Workspace

TIERS = [one if one == USUAL else pytest.param(one, marks=pytest.mark.slow) for one in TERMINALS]


@pytest.mark.slow
@pytest.mark.parametrize("terminal", TIERS, ids=lambda terminal: f"{terminal[2]}-{terminal[0]}x{terminal[1]}")
def test_export_uploads_under_a_bar(
    standin: StandIn, blobs: Any, photos: tuple[str, ...], tmp_path: Path, terminal: tuple[int, int, str]
) -> None:
    person = Person(
        tmp_path / "home",
        terminal,
        TUI_LABELER_AZURE_ARM_URL=standin.url,
        TUI_LABELER_AZURE_LOGIN_URL=standin.url,
        TUI_LABELER_AZURE_BLOB_URL=f"{standin.url}/{{account}}",
        TUI_LABELER_AZURE_TOKENS="file",
    )
    standin.login.answers = []
    assert "Signed in" in person.run("azure", "login", "--device-code")
    person.run("azure", "use", ADDRESS)
    person.run("azure", "attach", "computervisionimagesraw")
    person.run("dataset", "create", "sodaObjects", "--datastore", "computervisionimagesraw")
    (tmp_path / "project.toml").write_text(PROJECT)
    person.run("project", "create", str(tmp_path / "project.toml"))
    workspace = Workspace(person.data / "workspace.db", person.data / "exports")
    label_all(workspace)
    workspace.close()
    shown = person.start("azure", "export", "soda")
    assert shown.end(120) == 0, shown.text
    person.sound(shown)
    assert "Uploading" not in shown.text
    assert "registered" in shown.text.casefold() or "version" in shown.text.casefold(), shown.text
    assert any(step in shown.raw for step in (b"Asking Azure", b"Uploading", b"Loading Microsoft"))
