"""What changed between two versions of an image's labels."""

from __future__ import annotations

import msgspec

from tui_labeler.model.regions import Labels, Region
from tui_labeler.quality.matching import matched
from tui_labeler.quality.overlap import region_iou

# Boxes that overlap less are two objects, not one that was moved.
_SAME = 0.3


class Changes(msgspec.Struct, frozen=True):
    """How many regions (or tags) were added, removed, moved (their shape changed), renamed (their class changed)."""

    added: int = 0
    removed: int = 0
    moved: int = 0
    renamed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved or self.renamed)

    @property
    def words(self) -> str:
        """`1 added, 2 moved`."""
        counts = ((self.added, "added"), (self.removed, "removed"), (self.moved, "moved"), (self.renamed, "renamed"))
        return ", ".join(f"{count:,} {what}" for count, what in counts if count) or "nothing changed"

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            self.added + other.added,
            self.removed + other.removed,
            self.moved + other.moved,
            self.renamed + other.renamed,
        )


def changes(before: Labels, after: Labels) -> Changes:
    """Regions that are as they were are none of it; of the others those that overlap most are the same object."""
    tags = Changes(len(set(after.tags) - set(before.tags)), len(set(before.tags) - set(after.tags)))
    earlier, removed = _compared(before, after)
    pairs = [(was, after.regions[index]) for index, was in earlier.items() if was is not None]
    renamed = sum(was.name != now.name for was, now in pairs)
    moved = sum(_is_moved(was, now) for was, now in pairs)
    return tags + Changes(len(earlier) - len(pairs), removed, moved, renamed)


def changed_regions(before: Labels, after: Labels) -> dict[int, str]:
    """The place of each region of `after` that is not as it was, and what became of it, in words."""
    words = {}
    for index, was in _compared(before, after)[0].items():
        now = after.regions[index]
        if was is None:
            words[index] = "new"
        else:
            renamed = f"was “{was.name}”" if was.name != now.name else ""
            words[index] = ", ".join(filter(None, ("moved" if _is_moved(was, now) else "", renamed))) or "changed"
    return words


def _is_moved(was: Region, now: Region) -> bool:
    return (was.box, was.points) != (now.box, now.points)


def _compared(before: Labels, after: Labels) -> tuple[dict[int, Region | None], int]:
    """What each region that is not as it was has been (None: new), by its place; and how many are no longer there."""
    left = list(before.regions)
    fresh: list[int] = []
    for index, region in enumerate(after.regions):
        if region in left:
            left.remove(region)
        else:
            fresh.append(index)
    earlier: dict[int, Region | None] = dict.fromkeys(fresh)
    pairs = matched(left, [after.regions[index] for index in fresh], region_iou, _SAME)
    for i, j, _ in pairs:
        earlier[fresh[j]] = left[i]
    return earlier, len(left) - len(pairs)
