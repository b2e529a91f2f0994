"""Where there is no image to label: what can be done instead, and by which key."""

from __future__ import annotations

from typing import Protocol

from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.tui.actions import Action
from tui_labeler.tui.flows.export import begin_export
from tui_labeler.tui.flows.refresh import refresh_project
from tui_labeler.tui.screens.base import LabelerScreen

# How many skipped images are reviewed at a time.
_REVIEWED = 500


class Resumes(Protocol):
    """What is asked of the labeling screen."""

    def go_on(self) -> None:
        """Opens what the queue has now."""

    def review(self, paths: tuple[str, ...]) -> None:
        """Opens tasks that are not in the queue, one after the other."""


class EmptyQueue:
    """`actions` are offered in the last line and in the panel. `is_done`: no task is to be had, so that what others do may
    change what is offered; else the image that is open cannot be shown. `is_paused`: since the project is paused; once it
    is started again, labeling goes on by itself."""

    def __init__(self, project: str) -> None:
        self._project = project
        self.actions: tuple[Action, ...] = ()
        self.is_done = self.is_paused = False

    def offer(self, actions: tuple[Action, ...], is_done: bool) -> None:
        self.actions, self.is_done = actions, is_done
        self.is_paused = self.is_paused and is_done

    def close(self) -> None:
        """An image is open."""
        self.offer((), is_done=False)

    def action_of(self, key: str) -> str:
        """What a key does here; empty where it is none of what is offered."""
        return next((action.name for action in self.actions if key in action.keys.split(",")), "")

    def begin(self, screen: LabelerScreen[None], resuming: Resumes, name: str) -> bool:
        """Whether `name` is offered and leads on from here; `screen` runs it. The others are the screen's commands."""
        if name not in {action.name for action in self.actions}:
            return False
        if name == "export":
            begin_export(screen, self._project)
        elif name == "refresh":
            screen.run_worker(self._look_for_new(screen, resuming), group="dialog")
        elif name == "review":
            screen.run_worker(self._review_skipped(screen, resuming), group="dialog")
        else:
            return False
        return True

    async def _look_for_new(self, screen: LabelerScreen[None], resuming: Resumes) -> None:
        await refresh_project(screen, self._project)
        status = await screen.ask(screen.workspace.projects.status, self._project)
        if status is not None and status.incomplete + status.stale:
            resuming.go_on()

    async def _review_skipped(self, screen: LabelerScreen[None], resuming: Resumes) -> None:
        chosen = TaskFilter(TaskState.SKIPPED)
        skipped = await screen.ask(screen.workspace.tasks.page, self._project, chosen, 0, _REVIEWED)
        if skipped:
            resuming.review(tuple(task.path for task in skipped))
