"""Pausing a project, or starting it again, from whatever screen asks for it."""

from __future__ import annotations

import asyncio
from typing import Any

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import ProjectState
from tui_labeler.tui.screens.base import LabelerScreen


async def pause_or_start(screen: LabelerScreen[Any], project: str, state: ProjectState) -> None:
    """The other state than the one it is in; says so, or why not."""
    running = state is ProjectState.RUNNING
    projects, who = screen.workspace.projects, screen.services.labeler
    try:
        await asyncio.to_thread(lambda: projects.pause(project, who) if running else projects.resume(project))
    except LabelerError as error:
        screen.show_error(error)
    else:
        screen.tell(f"“{project}” is {'paused' if running else 'running'}.")
