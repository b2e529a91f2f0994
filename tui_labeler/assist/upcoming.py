"""Which of the tasks that come next a model looks at, and in which order."""

from __future__ import annotations

from tui_labeler.assist.neighbours import Waiting
from tui_labeler.model.tasks import Task

# So many tasks are looked at again where the model has learned more: the labeler comes to them soon. The first of them is
# open already, and stays as it was shown.
_SOON = 4
_MOST_BLAMED = 3


class Upcoming:
    """`begin` with each model, then `next` and what became of it."""

    def __init__(self, waiting: Waiting, project: str) -> None:
        self._waiting, self._project = waiting, project
        self.begin()

    def begin(self) -> None:
        """Another model: it has seen nothing yet."""
        self._lessons = 0  # how often the model has learned more
        self._seen: dict[int, int] = {}  # tasks that the model has looked at: how often it had learned more by then
        self._refused: list[int] = []  # since the last answer
        self._doubtful: dict[
            int, int
        ] = {}  # refused before the engine went away: how often it had been well until then
        self._is_well = False

    def learned_more(self) -> None:
        """What comes soon is to be looked at again."""
        self._lessons += 1

    def next(self, source: str, ahead: int) -> Task | None:
        """The task to look at now, of the next `ahead`; None if all have been looked at."""
        soon = self._waiting.tasks_without(self._project, "", _SOON) if self._lessons else ()
        stale = (task for task in soon if self._seen.get(task.id, 0) < self._lessons)
        waiting = [task for task in self._waiting.tasks_without(self._project, source, ahead)
                   if task.id not in self._seen]  # fmt: skip
        doubtful = (task for task in waiting if task.id in self._doubtful)
        unseen = (task for task in waiting if task.id not in self._doubtful)
        task = next(stale, None) or next(unseen, None) or next(doubtful, None)
        if task is not None:
            self._seen[task.id] = self._lessons
        return task

    def was_answered(self) -> None:
        """The engine is there, and well."""
        self._is_well = True
        self._blame(self._refused)

    def was_refused(self, task: Task) -> None:
        """The engine can do nothing with this image, or not now."""
        self._refused.append(task.id)

    def was_lost(self, task: Task) -> None:
        """The engine was not there, or refused several in a row."""
        self._blame([*self._refused, task.id])
        self._is_well = False

    def _blame(self, refused: list[int]) -> None:
        """A server that is ill refuses every image, however often it is asked: they are looked at again, after the others.
        Where it answered others, time and again, the images are to blame, and do not keep it from those that come."""
        for task_id in refused:
            times = self._doubtful.get(task_id, 0) + self._is_well
            self._doubtful[task_id] = times
            if times < _MOST_BLAMED:
                self._seen.pop(task_id, None)
        self._refused = []
