"""The tasks that a labeler has had open, to look back and forth among them. Free of any queue."""

from __future__ import annotations

from collections.abc import Iterable


class VisitedTasks:
    """The paths of their images, oldest first, each once. `position` is that of the task one looks at; past the last one
    it is the open task of the queue."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = list(paths)
        self.position = len(self._paths)

    def add(self, path: str) -> None:
        """The newest one, whenever it was visited before."""
        if path in self._paths:
            self._paths.remove(path)
        self._paths.append(path)
        self.to_queue()

    def to_queue(self) -> None:
        """Behind all of them: one looks at the open task of the queue."""
        self.position = len(self._paths)

    @property
    def is_at_queue(self) -> bool:
        return self.position >= len(self._paths)

    @property
    def is_at_newest(self) -> bool:
        return self.position + 1 == len(self._paths)

    def stand_at(self, path: str) -> None:
        """Looks at this task; one that was never visited leaves everything as it is."""
        if path in self._paths:
            self.position = self._paths.index(path)

    def path(self, position: int) -> str:
        """Empty where there is none."""
        return self._paths[position] if 0 <= position < len(self._paths) else ""

    def forget(self, position: int) -> None:
        """The task at a position, or its file, is gone."""
        del self._paths[position]
