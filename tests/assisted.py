"""The simulated labeler with proposals: decides on each by what is to be seen, in the way that costs the fewest keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from tests.simulated import Eye, Labeler
from tui_labeler.assist.evaluation import TAKEN_AT, placed
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.model.assist import KEYS_A_BOX
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Region

Truth = Sequence[tuple[str, Box]]


def without_proposals(look: Callable[[], Overlay]) -> Callable[[], Overlay]:
    """What stands over the image besides proposals: what the drawing labeler looks at."""

    def seen() -> Overlay:
        seen = look()
        return msgspec.structs.replace(seen, marks=tuple(mark for mark in seen.marks if not mark.dashed))

    return seen


class Decider:
    """`look` gives what stands over the image at the moment. A box is right for it where the overlap with the true one is
    at least `taken_at`; where its class is another, its digit comes before the letter (beyond the ninth it is drawn)."""

    def __init__(
        self,
        look: Callable[[], Overlay],
        taken_at: float = TAKEN_AT,
        names: tuple[str, ...] = (),
        eye: Eye | None = None,
    ) -> None:
        self._look, self._taken_at, self._names = look, taken_at, names
        self.drawing = Labeler(without_proposals(look), correct=False, eye=eye)

    def decide(self, truth: Truth) -> Iterator[str]:
        """The keys that take what is right; the caller presses each before it asks for the next."""
        proposed = self._open()
        if not proposed:
            return
        regions = [proposal.region for proposal in proposed]
        true = [Region(name, box) for name, box in truth]
        classes = dict(zip(regions, placed(regions, true, self._taken_at), strict=True))
        flags = {one: own == one.name for one, own in classes.items()}
        other = {one: own for one, own in classes.items()
                 if own is not None and own != one.name and own in self._names[:9]}  # fmt: skip
        right, renamed = sum(flags.values()), len(other)
        wrong, missed = len(proposed) - right - renamed, len(truth) - right - renamed
        refusing = wrong + (1.0 if right else 0.0)
        taking = right + (1.0 if wrong and missed else 0.0)
        leaving = 1.0 + KEYS_A_BOX * (right + renamed) - 2 * renamed
        if not right + renamed:
            if missed:
                yield "escape"
            return
        if leaving <= min(refusing, taking):
            yield "escape"
            return
        yield from self._rename(other)
        wanted = refusing > taking  # letters are typed for those that are right; else for those that are wrong
        yield from self._type(flags, wanted)
        if not wanted and self._open():
            yield "space"
        elif self._open() and missed:
            yield "escape"

    def _open(self) -> list[Mark]:
        return [mark for mark in self._look().marks if mark.dashed]

    def _rename(self, other: dict[Region, str]) -> Iterator[str]:
        while left := [mark for mark in self._open() if mark.region in other]:
            lettered = [mark for mark in left if mark.hint]
            if not lettered:
                yield "tab"
                continue
            yield str(self._names.index(other[lettered[0].region]) + 1)
            yield lettered[0].hint.lower()

    def _type(self, flags: dict[Region, bool], right: bool) -> Iterator[str]:
        while left := [mark for mark in self._open() if flags[mark.region] == right]:
            lettered = [mark for mark in left if mark.hint]
            if not lettered:
                yield "tab"
            else:
                letter = lettered[0].hint
                yield letter.lower() if right else letter

    def missing(self, truth: Truth) -> list[tuple[str, Box]]:
        """What of the truth is not drawn yet."""
        there = [mark.region for mark in self._look().marks if not mark.dashed]
        left = list(truth)
        for region in there:
            near = max(
                left, key=lambda known: region.extent.iou(known[1]) if known[0] == region.name else -1.0, default=None
            )
            if near is not None and near[0] == region.name and region.extent.iou(near[1]) >= self._taken_at - 1e-9:
                left.remove(near)
        return left
