"""The rows of the Data tab: what its filters let through, in the order of one of its columns."""

from __future__ import annotations

from collections.abc import Sequence

from tui_labeler.model.tasks import Task, TaskFilter, TaskOrder
from tui_labeler.workspace import Workspace


class DataRows:
    """Pages of tasks. In the order of the images they come from the database as they are; in another order all ids are
    sorted once, and pages are cut from that, so that a million rows cost no key more than ten do."""

    def __init__(self, workspace: Workspace, project: str) -> None:
        self._workspace, self._project = workspace, project
        self.chosen = TaskFilter()
        self.order, self.backwards = TaskOrder.IMAGE, False
        self._ids: Sequence[int] | None = None

    @property
    def is_sorted(self) -> bool:
        """Whether the order is another one than that of the images."""
        return self.order is not TaskOrder.IMAGE or self.backwards

    @property
    def is_narrowed(self) -> bool:
        """Whether there is a filter."""
        return self.chosen != TaskFilter(class_is_region=self.chosen.class_is_region)

    def sort(self, order: TaskOrder, backwards: bool) -> None:
        self.order, self.backwards, self._ids = order, backwards, None

    def filter(self, chosen: TaskFilter) -> None:
        self.chosen, self._ids = chosen, None

    def count(self, again: bool) -> int:
        """How many rows there are. Sorted rows stay where they are while others label, but where they are asked for
        `again`."""
        if not self.is_sorted:
            return self._workspace.tasks.count(self._project, self.chosen)
        if self._ids is None or again:
            self._ids = self._workspace.tasks.sorted_ids(self._project, self.chosen, self.order, self.backwards)
        return len(self._ids)

    def page(self, offset: int, limit: int) -> tuple[Task, ...]:
        """Rows from `offset` on."""
        tasks = self._workspace.tasks
        if self.is_sorted and self._ids is not None:
            return tasks.of_ids(self._project, self._ids[offset : offset + limit])
        return tasks.page(self._project, self.chosen, offset, limit)

    def ids(self, offset: int, limit: int) -> Sequence[int]:
        """The tasks of these rows."""
        if self.is_sorted and self._ids is not None:
            return self._ids[offset : offset + limit]
        return [task.id for task in self._workspace.tasks.page(self._project, self.chosen, offset, limit)]
