"""The house: nothing heavy is imported before its first use."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("textual", "numpy", "PIL", "obstore", "azure", "httpx", "rich", "rich_pixels", "tomlkit")
_ASK = "import sys, {}; print([name for name in {!r} if name in sys.modules])"


def _loaded(modules: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _ASK.format(modules, HEAVY)], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_command_line_and_the_workspace_import_nothing_heavy() -> None:
    assert _loaded("tui_labeler.cli.main, tui_labeler.workspace, tui_labeler.cli.status") == "[]"


def test_the_model_imports_nothing_of_the_other_rooms() -> None:
    code = (
        "import sys, tui_labeler.model.project, tui_labeler.model.tasks; "
        "print([n for n in sys.modules if n.startswith('tui_labeler.') and not n.startswith('tui_labeler.model')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
