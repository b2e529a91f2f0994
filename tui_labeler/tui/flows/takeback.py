"""Taking back what was done to many labels at once, from whatever screen asks for it."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.edits import EditRecord, EditUndone, undone_words
from tui_labeler.model.errors import LabelerError
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.screens.base import LabelerScreen


async def take_back_edit(screen: LabelerScreen[Any], edit: EditRecord) -> str:
    """Takes it back with progress: what came of it; empty where nothing did, and why was shown. Await it in a worker."""
    edits, who = screen.workspace.edits, screen.services.labeler
    undone = await screen.app.push_screen_wait(
        JobDialog[EditUndone]("Taking it back", lambda tell: edits.undo(edit.id, who, tell))
    )
    if isinstance(undone, LabelerError):
        screen.show_error(undone)
        return ""
    if undone is None:
        return ""
    kept = undone_words(undone)
    return f"Taken back: {undone.words}{'; ' if kept else ''}{kept}"
