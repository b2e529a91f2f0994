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
    left = list(before.regions)
    fresh: list[Region] = []
    for region in after.regions:
        if region in left:
            left.remove(region)
        else:
            fresh.append(region)
    pairs = matched(left, fresh, region_iou, _SAME)
    renamed = sum(left[i].name != fresh[j].name for i, j, _ in pairs)
    moved = sum((left[i].box, left[i].points) != (fresh[j].box, fresh[j].points) for i, j, _ in pairs)
    return tags + Changes(len(fresh) - len(pairs), len(left) - len(pairs), moved, renamed)
