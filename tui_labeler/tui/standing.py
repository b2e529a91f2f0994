"""Where the open image stands, for the labeling screen's first line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tui_labeler.model.tasks import Submission, Task, TaskState
from tui_labeler.model.text import safe_text
from tui_labeler.tui.states import COLOURS

# Parts of the first line: words, or words with their style.
Parts = tuple[str | tuple[str, str], ...]


class Tasks(Protocol):
    """What is needed of the workspace."""

    def current_labels(self, task: Task) -> Submission | None: ...
    def position(self, task: Task) -> int: ...


@dataclass(frozen=True)
class Standing:
    """The task `task_id` is the image `position` (from 1) of `total`; its labels that count are `labeled_by` someone, and
    may be unreadable."""

    task_id: int = 0
    position: int = 0
    total: int = 0
    labeled_by: str = ""
    is_unreadable: bool = False

    def of(self, task: Task, tasks: Tasks) -> Standing:
        """The same of another task; reads the database."""
        counting = tasks.current_labels(task) if task.label_id is not None else None
        position = tasks.position(task)
        return Standing(
            task.id,
            position,
            self.total,
            counting.labeler if counting else "",
            counting is not None and counting.is_unreadable,
        )

    def position_words(self, task: Task) -> str:
        """Empty while it is not known yet."""
        return f"{self.position:,}/{self.total:,}" if self.task_id == task.id and self.total else ""

    def state_words(self, task: Task, is_drafted: bool) -> str | tuple[str, str]:
        is_known = self.task_id == task.id and self.labeled_by
        who = f" by {safe_text(self.labeled_by, 20)}" if is_known else ""
        colour = f"${COLOURS[task.state]}"
        if is_known and self.is_unreadable:
            return f"! labels{who} cannot be read", "$text-error"
        if task.state is TaskState.COMPLETED:
            return f"✓ completed{who}", colour
        if task.state is TaskState.SKIPPED:
            return f"– skipped{who}", colour
        if task.state is TaskState.STALE:
            return "◐ needs review", colour
        return "○ drafted" if is_drafted else "○ not labeled"
