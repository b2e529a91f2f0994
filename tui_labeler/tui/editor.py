"""A text in the person's own editor, while the app waits in the background."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from tui_labeler.model.reasons import in_words


class EditorProblem(RuntimeError):
    """The editor could not be used; the message says why, and what to do."""


def edit_text(app: App[Any], text: str) -> str:
    """Opens `text` in $VISUAL or $EDITOR and returns what was saved. Raises EditorProblem; then nothing changed."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    handle, name = tempfile.mkstemp(suffix=".md", prefix="instructions-")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        with app.suspend():
            done = subprocess.run([*shlex.split(command), name], check=False)
        if done.returncode:
            raise EditorProblem(f"“{command}” ended with {done.returncode}; nothing was changed.")
        return path.read_text("utf-8")
    except SuspendNotSupported:
        raise EditorProblem("This terminal cannot be handed to another program; write the text here.") from None
    except (OSError, ValueError) as error:
        raise EditorProblem(f"“{command}” cannot be opened: {in_words(error)}. Set EDITOR to your editor.") from None
    finally:
        path.unlink(missing_ok=True)
