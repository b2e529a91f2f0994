"""Drafts that the disk has not taken: waited for when a labeler leaves, or set aside in files of their own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import Any

from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.session_worker import DiskThread

# How often a slow disk is looked at, 50 ms apart, before a person is asked.
_SLOW_DISK_ROUNDS = 20
# Seconds that writing the files may take: the folder may lie on the disk that is full or gone.
_WRITING, _LAST_WRITING = 1.5, 1.0


async def may_leave(screen: LabelerScreen[Any], disk: DiskThread, project: str) -> bool:
    """Whether nothing is lost by leaving, or a person said to leave all the same. A slow disk needs a moment; one that is
    full or gone needs a person. Await it in a worker."""
    for _ in range(_SLOW_DISK_ROUNDS):
        if not disk.unsaved:
            return True
        await asyncio.sleep(0.05)
    names = ", ".join(safe_text(path, 60) for path in disk.unsaved[:3])
    dialog = Confirm(
        "Not saved yet",
        f"What was changed on {names} is not in the workspace: it is tried again every second. Leaving now puts it "
        "into a file of its own, if that can be written, and takes it off the image.",
        "Leave",
        "Stay",
    )
    answers: list[bool] = []
    screen.app.push_screen(dialog, lambda yes: answers.append(bool(yes)))
    while not answers and disk.unsaved:
        await asyncio.sleep(0.1)
    if not answers:
        dialog.dismiss(False)  # meanwhile it is safe
        return True
    if answers[0]:
        await _set_aside(screen, disk, project)
    return answers[0]


async def _set_aside(screen: LabelerScreen[Any], disk: DiskThread, project: str) -> None:
    drafts, services = disk.unsaved_drafts, screen.services
    aside = services.workspace.sessions.aside(services.places.state)
    words = (project, services.labeler, drafts, disk.task_ids, disk.class_edit)
    writing = asyncio.to_thread(aside.put, *words)
    with suppress(TimeoutError):
        folder = await asyncio.wait_for(writing, _WRITING)
        if drafts and folder is not None:
            text = safe_text(f"What could not be saved is in {folder}.", 300)
            screen.app.notify(text, severity="warning", markup=False, timeout=20)


def write_aside(screen: LabelerScreen[Any], disk: DiskThread, project: str) -> None:
    """The same when the app is ended from outside: now, and without asking."""
    if drafts := disk.unsaved_drafts:
        services = screen.services
        aside = services.workspace.sessions.aside(services.places.state)
        words = (project, services.labeler, drafts, disk.task_ids, disk.class_edit)
        writer = Thread(target=aside.put, args=words, daemon=True)
        writer.start()
        writer.join(_LAST_WRITING)
