"""The rows of the Data tab: what its filters let through, in the order of one of its columns."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from tui_labeler.model.tasks import Task, TaskFilter, TaskOrder
from tui_labeler.workspace import Workspace

# Before anything is shown so many rows are found, or so many ids looked at: the same in a small project and in a large one.
_FIRST, _FIRST_LOOKS = 1000, 1024
_AHEAD = 10_000  # rows that are found before anybody goes there
_LOOKS = 65_536  # ids that are looked at until what was found is shown
_AT_ONCE = 200_000  # rows and ids where all are wanted


@dataclass(frozen=True)
class _View:
    """What is shown."""

    chosen: TaskFilter = TaskFilter()  # noqa: RUF009 - frozen
    order: TaskOrder = TaskOrder.IMAGE
    backwards: bool = False

    @property
    def is_sorted(self) -> bool:
        return self.order is not TaskOrder.IMAGE or self.backwards


@dataclass(frozen=True)
class _Found:
    """The ids of the first rows of a view; behind the id `after` there may be more, None where there are none."""

    view: _View
    ids: array[int]
    after: int | None

    def is_as_known(self, before: _Found | None) -> bool:
        """Whether all is found that was `before`."""
        if before is None or self.after is None:
            return True
        return len(self.ids) >= max(len(before.ids), _AHEAD if before.after is None else 0)


class DataRows:
    """Pages of tasks. All tasks, and those of a state, are counted, and their pages come from the database as they are. Of
    what another filter lets through the first ones are found, and more as somebody comes near their end; in another order
    all ids are sorted once. Pages are cut from these, so that a million rows cost no key more than ten do."""

    def __init__(self, workspace: Workspace, project: str) -> None:
        self._workspace, self._project = workspace, project
        self._view = _View()
        self._held: _Found | None = None

    @property
    def chosen(self) -> TaskFilter:
        return self._view.chosen

    @property
    def order(self) -> TaskOrder:
        return self._view.order

    @property
    def backwards(self) -> bool:
        return self._view.backwards

    @property
    def is_sorted(self) -> bool:
        """Whether the order is another one than that of the images."""
        return self._view.is_sorted

    @property
    def is_narrowed(self) -> bool:
        """Whether there is a filter."""
        return self.chosen != TaskFilter(class_is_region=self.chosen.class_is_region)

    def sort(self, order: TaskOrder, backwards: bool) -> None:
        self._view, self._held = _View(self.chosen, order, backwards), None

    def filter(self, chosen: TaskFilter) -> None:
        self._view, self._held = _View(chosen, self.order, self.backwards), None

    def _found(self) -> _Found | None:
        """Threads may end when something else is shown already."""
        held = self._held
        return held if held is not None and held.view == self._view else None

    @property
    def has_more(self) -> bool:
        """Whether there may be more rows than were counted."""
        found = self._found()
        return found is not None and found.after is not None

    @property
    def is_short(self) -> bool:
        """Whether more rows are to be found although nobody is near the end of those that are there."""
        found = self._found()
        return found is not None and found.after is not None and len(found.ids) < _AHEAD

    def count(self, again: bool) -> int:
        """How many rows there are, as many as were known before at least (`has_more`: and others). Sorted rows stay where
        they are while others label, but where they are asked for `again`."""
        view, found = self._view, self._found()
        tasks = self._workspace.tasks
        if view.is_sorted:
            if found is None or again:
                ids = tasks.sorted_ids(self._project, view.chosen, view.order, view.backwards)
                found = _Found(view, array("q", ids), None)
                self._show(found)
            return len(found.ids)
        if tasks.is_counted(view.chosen):
            return tasks.count(self._project, view.chosen)
        known, found = found, self._with_more(_Found(view, array("q"), 0), _FIRST, _FIRST_LOOKS)
        while not found.is_as_known(known):
            rows = max(_AHEAD, len(known.ids) if known is not None else 0) - len(found.ids)
            found = self._with_more(found, rows, max(_LOOKS, rows))
        self._show(found)
        return len(found.ids)

    def _show(self, found: _Found) -> None:
        """Unless other rows are asked for by now."""
        if found.view == self._view:
            self._held = found

    def find_more(self) -> int:
        """Finds some of the next rows, fewer where they are rare; how many there are now."""
        found = self._found()
        if found is None:
            return 0
        missing = _AHEAD - len(found.ids)
        return self._keep(self._with_more(found, missing if missing > 0 else _AHEAD, _LOOKS))

    def find_rest(self) -> int:
        """Finds all rows, unless others are asked for meanwhile; how many there are now. A look at each task."""
        found = self._found()
        while found is not None and found.after is not None and found.view == self._view:
            found = self._with_more(found, _AT_ONCE, _AT_ONCE)
        return self._keep(found) if found is not None else 0

    def _keep(self, more: _Found) -> int:
        """Another thread may have found more than this one, or other rows may be asked for by now."""
        found = self._found()
        if found is not None and found.view == more.view and len(more.ids) >= len(found.ids):
            self._held = found = more
        return len(found.ids) if found is not None else 0

    def _with_more(self, found: _Found, rows: int, looks: int) -> _Found:
        if found.after is None:
            return found
        more = self._workspace.tasks.find(self._project, found.view.chosen, found.after, rows, looks)
        return _Found(found.view, found.ids + array("q", more.ids), more.after)

    def page(self, offset: int, limit: int) -> tuple[Task, ...]:
        """Rows from `offset` on."""
        found, tasks = self._found(), self._workspace.tasks
        if found is not None:
            return tasks.of_ids(self._project, found.ids[offset : offset + limit])
        return tasks.page(self._project, self.chosen, offset, limit)

    def ids(self, offset: int, limit: int) -> Sequence[int]:
        """The tasks of these rows."""
        found = self._found()
        if found is not None:
            return found.ids[offset : offset + limit]
        return [task.id for task in self._workspace.tasks.page(self._project, self.chosen, offset, limit)]
