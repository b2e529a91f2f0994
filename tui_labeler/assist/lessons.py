"""What was labeled since a model was trained: each image teaches it once, before its next training."""

from __future__ import annotations

from collections.abc import Iterable

from tui_labeler.assist.neighbours import Proposals
from tui_labeler.model.regions import Labels, Region

# The newest are enough: after an absence, a training is not far.
_MOST = 20
# Clocks of this machine and of the workspace differ by less, in seconds.
_CLOCKS = 60.0


class Lessons:
    """`begin` with each model, then `due` as labels come."""

    def __init__(self, proposals: Proposals, project: str) -> None:
        self._proposals, self._project = proposals, project
        self._taught: set[str] = set()
        self._count = -1

    def begin(self, taught: Iterable[str] = ()) -> None:
        """A model that has learned from these paths."""
        self._taught, self._count = set(taught), -1

    def due(self, completed: int, trained_at: float) -> tuple[tuple[str, Labels, tuple[Region, ...]], ...]:
        """(path, labels, refused proposals) of images that have not taught this model, oldest first; each comes once.
        `completed` is the number of labeled images: nothing is looked up while it stays."""
        if completed == self._count:
            return ()
        self._count = completed
        newest = self._proposals.training_labels(self._project, _MOST, trained_at - _CLOCKS)
        new = tuple(entry for entry in newest if entry[0] not in self._taught)
        self._taught.update(path for path, _, _ in new)
        return new
