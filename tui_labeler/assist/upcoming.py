"""Which of the tasks that come next a model looks at, and in which order."""

from __future__ import annotations

from collections import Counter

from tui_labeler.assist.neighbours import Proposals
from tui_labeler.model.tasks import Task

# So many tasks are looked at again where the model has learned more: the labeler comes to them soon. The first of them is
# open already, and stays as it was shown.
_SOON = 4
_MOST_REFUSED = 3


class Upcoming:
    """`begin` with each model, then `next` and what became of it."""

    def __init__(self, proposals: Proposals, project: str) -> None:
        self._proposals, self._project = proposals, project
        self._lessons = 0  # how often the model has learned more
        self._seen: dict[int, int] = {}  # tasks that the model has looked at: how often it had learned more by then
        self._refusals: Counter[int] = Counter()

    def begin(self) -> None:
        """Another model: it has seen nothing yet."""
        self._lessons = 0
        self._seen.clear()
        self._refusals.clear()

    def learned_more(self) -> None:
        """What comes soon is to be looked at again."""
        self._lessons += 1

    def next(self, source: str, ahead: int) -> Task | None:
        """The task to look at now, of the next `ahead`; None if all have been looked at."""
        soon = self._proposals.tasks_without(self._project, "", _SOON) if self._lessons else ()
        stale = (task for task in soon if self._seen.get(task.id, 0) < self._lessons)
        waiting = (task for task in self._proposals.tasks_without(self._project, source, ahead)
                   if task.id not in self._seen)  # fmt: skip
        task = next(stale, None) or next(waiting, None)
        if task is not None:
            self._seen[task.id] = self._lessons
        return task

    def was_refused(self, task: Task) -> None:
        """The engine can do nothing with this image."""
        self._refusals[task.id] += 1

    def was_lost(self, task: Task) -> None:
        """The engine was not there. Whatever it refused before may not have been the images' fault, unless it does so again
        and again."""
        again = [task.id, *(refused for refused, times in self._refusals.items() if times < _MOST_REFUSED)]
        for task_id in again:
            self._seen.pop(task_id, None)
