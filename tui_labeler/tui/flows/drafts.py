"""Drafts and the labels that count, where one could take the other's place: brought back, chosen between, left behind."""

from __future__ import annotations

import asyncio
from typing import Any

from tui_labeler.imaging.picture import Picture
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import Submission, Task
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.base import LabelerScreen

_NAMED = 3


async def bring_back_drafts(screen: LabelerScreen[Any], project: str) -> None:
    """What could not be saved before is a draft again; says of which images. Raises LabelerError."""
    services, parts = screen.services, screen.workspace
    words = (project, services.labeler, parts.tasks, parts.queue)
    aside = parts.sessions.aside(services.places.state)
    if paths := await asyncio.to_thread(aside.bring_back, *words):
        more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
        screen.tell(f"Drafts that could not be saved before are back: {', '.join(paths[:_NAMED])}{more}")


async def choose_labels(
    screen: LabelerScreen[Any], spec: ProjectSpec, path: str, theirs: Submission, mine: Draft, picture: Picture
) -> tuple[Draft, bool] | None:
    """Someone submitted labels after the draft was begun: neither takes the other's place before a person says so. The
    chosen draft, and whether it is theirs; None where that is left open. Await it in a worker."""
    from tui_labeler.tui.screens.newerlabels import THEIRS, NewerLabelsScreen, chosen

    kind = spec.details.type
    mixes = not kind.is_multiclass
    shown = picture if kind.has_regions else None
    dialog = NewerLabelsScreen(path, theirs, mine, spec.classes.names, shown, mixes)
    which = await screen.app.push_screen_wait(dialog)
    return None if which is None else (chosen(which, theirs, mine), which == THEIRS)


async def ask_about_change(screen: LabelerScreen[Any], task: Task) -> str:
    """A change of labels that count is about to be left behind: "submit", "keep" (as a draft) or "stay", by the setting or
    by asking. Await it in a worker."""
    answer = screen.services.settings.get("corrections").value
    if answer not in ("submit", "keep"):
        from tui_labeler.tui.screens.leaving import LeaveChanged

        answer = await screen.app.push_screen_wait(LeaveChanged(task.path, task.state.caption))
    return answer


async def is_empty_on_purpose(screen: LabelerScreen[Any], path: str) -> bool:
    """Whether nothing of the classes is on an image that is about to be submitted without labels. Await it in a worker."""
    text = (
        "It has no label: it counts as an image without any of the classes. It is asked once, until you leave labeling."
    )
    dialog = Confirm(f"Is {path} empty?", text, "Empty: submit, ask no more", "Back to it", danger=False)
    return await screen.app.push_screen_wait(dialog)
