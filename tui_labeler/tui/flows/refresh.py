"""Looking for new images, from whatever screen asks for it."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.errors import LabelerError, MostVanished
from tui_labeler.model.tasks import RefreshResult
from tui_labeler.model.text import plural
from tui_labeler.tui.dialogs import Confirm, JobDialog
from tui_labeler.tui.screens.base import LabelerScreen


async def refresh_project(screen: LabelerScreen[Any], project: str) -> None:
    """Refreshes with progress, and says what was found. Await it in a worker."""
    result = await _refreshed(screen, project, allow_missing=False)
    if isinstance(result, MostVanished):
        text = f"{result.message}\nCheck first that its disk is mounted. Labels are kept in any case."
        if not await screen.app.push_screen_wait(Confirm("Most images are gone", text, "Mark them missing")):
            return
        result = await _refreshed(screen, project, allow_missing=True)
    if isinstance(result, LabelerError):
        screen.show_error(result)
    elif result is not None:
        screen.tell(
            f"{plural(result.added, 'new image')}, {result.changed} changed, {result.missing} missing; "
            f"{plural(result.total, 'task')} in all."
        )


async def _refreshed(
    screen: LabelerScreen[Any], project: str, *, allow_missing: bool
) -> RefreshResult | LabelerError | None:
    dialog = JobDialog[RefreshResult](
        f"Refreshing {project}", lambda tell: screen.workspace.projects.refresh(project, tell, allow_missing)
    )
    return await screen.app.push_screen_wait(dialog)
