"""What a session needs of the task queue, and how work on one of its tasks begins and is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from tui_labeler.elapsed import elapsed
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.model.classlist import ClassList
from tui_labeler.model.contents import TaskContents
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Basis, Lease, ProjectState, Status, Submission, Task
from tui_labeler.model.text import plural

# A lease is renewed at most so often, in seconds, while the labeler is active.
RENEW_SECONDS = 60.0


class QueueAccess(Protocol):
    """What a session needs of the workspace."""

    def status(self, project: str) -> Status: ...
    def claim(self, project: str, labeler: str, token: str) -> Lease | None: ...
    def take(self, task: Task, labeler: str, token: str) -> Lease: ...
    def renew(self, lease: Lease) -> bool: ...
    def give_back(self, token: str, task: Task | None = None) -> None: ...
    def put_back(self, token: str) -> None: ...
    def submit(
        self,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str = "",
        seconds: float = 0.0,
        basis: Basis | None = None,
    ) -> None: ...
    def submit_soon(
        self,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str,
        seconds: float,
        basis: Basis,
    ) -> None: ...
    def submit_and_claim(
        self,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str,
        seconds: float = 0.0,
        coming: Callable[[str], None] = ...,
        basis: Basis | None = None,
    ) -> Lease | None: ...
    def task(self, project: str, path: str) -> Task: ...
    def upcoming(self, project: str, labeler: str, count: int) -> tuple[Task, ...]: ...
    def open_after(self, task: Task, count: int) -> tuple[Task, ...]: ...
    def submitted_by(self, project: str, labeler: str, count: int) -> tuple[Task, ...]: ...
    def contents(self, task: Task, labeler: str) -> TaskContents: ...
    def save_draft(
        self,
        task: Task,
        labeler: str,
        body: str,
        differs: bool = True,
        label_id: int | None = None,
        token: str = "",
        class_edit: int | None = None,
    ) -> None: ...
    def drop_draft(self, task: Task, labeler: str) -> None: ...
    def leased_by_others(self, project: str, token: str) -> tuple[str, ...]: ...
    def done_with(self, project: str, labeler: str) -> str: ...
    def class_list(self, project: str) -> ClassList: ...
    def why_cut(self) -> str: ...


class Begun(NamedTuple):
    """How a task begins: the draft, the submission that counted when that was begun, and, where another one counts by now,
    that one."""

    draft: Draft
    label_id: int | None
    newer: Submission | None = None


def begin_draft(contents: TaskContents, task: Task) -> Begun:
    """The labeler's draft; else what was submitted before (by whomever), else nothing."""
    kept, counting = contents.draft, contents.counting
    draft = decode(kept.body) if kept else None
    if kept is None or draft is None:
        return Begun(Draft.of(counting.labels if counting else None), task.label_id)
    return Begun(draft, kept.label_id, counting if kept.label_id != task.label_id else None)


def keep_draft(
    queue: QueueAccess,
    task: Task,
    labeler: str,
    draft: Draft,
    label_id: int | None = None,
    token: str = "",
    class_edit: int | None = None,
) -> None:
    """Puts a draft on the disk; one that is untouched is none."""
    if draft.is_touched or draft.undone:
        queue.save_draft(task, labeler, encode(draft), draft.is_changed, label_id, token, class_edit)
    else:
        queue.drop_draft(task, labeler)


def renew_after(renewed: float) -> bool:
    """Whether a lease that was renewed then (by `elapsed`) should be renewed again."""
    return elapsed() - renewed >= RENEW_SECONDS


def why_empty(queue: QueueAccess, project: str, labeler: str, token: str) -> str:
    """Why there is no task for this labeler, in a person's words."""
    if cut := queue.why_cut():
        return cut
    status = queue.status(project)
    if status.status is ProjectState.PAUSED:
        return f"{status.paused_words} Labeling goes on by itself then."
    open_tasks = status.incomplete + status.stale
    if open_tasks:
        if done := queue.done_with(project, labeler):
            return done
        whose = ", ".join(sorted(set(queue.leased_by_others(project, token)))[:4])
        others = f"with others ({whose})" if whose else "with others"
        if open_tasks == 1:
            return f"The last open task is {others}. It comes back if it is not submitted."
        return f"The last {open_tasks:,} open tasks are {others}. They come back if they are not submitted."
    return done_words(status)


def why_first(queue: QueueAccess, project: str, labeler: str, token: str) -> str:
    """Why nothing comes before the task that is open: looking back goes through what the labeler had open."""
    try:
        status = queue.status(project)
        whose = {name: count for name, count in status.labelers.items() if name != labeler and count}
        holders = sorted(set(queue.leased_by_others(project, token)))
    except LabelerError:  # the line is cut: what others do is not known, and is not the question
        return "You had no image open before."
    parts = [f"{count:,} labeled by {name}" for name, count in list(whose.items())[:2]]
    if len(whose) > 2:
        parts = [f"{sum(whose.values()):,} labeled by {plural(len(whose), 'other')}"]
    if holders:
        parts.append(f"{' and '.join(holders[:2])} at work" if len(holders) < 3 else f"{len(holders)} others at work")
    return f"No image before was yours: {', '.join(parts)}." if parts else "You had no image open before."


def why_last(queue: QueueAccess, project: str, token: str) -> str:
    """Why nothing comes behind the task that is open."""
    try:
        whose = sorted(set(queue.leased_by_others(project, token)))
    except LabelerError:
        whose = []
    held = f": what is open there is with {', '.join(whose[:3])}" if whose else ""
    return f"No image behind this one waits for you{held}."


def done_words(status: Status) -> str:
    """What a project has come to in which nothing waits for labels."""
    if not status.total:
        return "There are no images yet."
    if not status.completed:
        skipped = "The only image was" if status.skipped == 1 else f"All {status.skipped:,} images were"
        return f"{skipped} skipped: none has labels."
    if not status.skipped:
        return f"All done: {'the image has' if status.total == 1 else f'all {status.total:,} images have'} labels."
    was = "was" if status.skipped == 1 else "were"
    has = "image has" if status.completed == 1 else "images have"
    return f"All done: {status.completed:,} {has} labels, {status.skipped:,} {was} skipped."
