"""Deleting a project: what would be lost is said first."""

from __future__ import annotations

import asyncio
from typing import Any

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import plural
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.base import LabelerScreen


async def delete_project(screen: LabelerScreen[Any], project: str) -> None:
    """Asks, deletes, and says so, or why not. Await it in a worker."""
    losses = await screen.ask(screen.workspace.projects.losses, project)
    if losses is None:
        return
    text = (
        f"{plural(losses.tasks, 'task')}, {plural(losses.submissions, 'submitted label')} and "
        f"{plural(losses.drafts, 'draft')} would be gone for good.\nImages and exports stay; the name is free again."
    )
    if not await screen.app.push_screen_wait(Confirm(f"Delete the project “{project}”?", text, "Delete")):
        return
    try:
        await asyncio.to_thread(screen.workspace.projects.delete, project)
    except LabelerError as error:
        screen.show_error(error)
    else:
        screen.tell(f"“{project}” was deleted.")
