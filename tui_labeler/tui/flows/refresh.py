"""Looking for new images, from whatever screen asks for it."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import RefreshResult
from tui_labeler.model.text import plural
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.screens.base import LabelerScreen


async def refresh_project(screen: LabelerScreen[Any], project: str) -> None:
    """Refreshes with progress, and says what was found. Await it in a worker."""
    dialog = JobDialog[RefreshResult](
        f"Refreshing {project}", lambda tell: screen.workspace.projects.refresh(project, tell)
    )
    found = await screen.app.push_screen_wait(dialog)
    if isinstance(found, LabelerError):
        screen.show_error(found)
    elif found is not None:
        screen.tell(
            f"{plural(found.added, 'new image')}, {found.changed} changed, {found.missing} missing; "
            f"{plural(found.total, 'task')} in all."
        )
