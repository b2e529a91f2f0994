"""Reviewing boxes by the page: crops of one class beside each other, the doubtful ones first. Free of any screen.

One key accepts what a page shows; a crop's letter marks it as wrong, and what follows says how: a digit gives it another
class, Del takes it away, a comma says that it is loose, a full stop that its neighbour is missing. An image is decided on
once all its crops stood on accepted pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from tui_labeler.model.geometry import Box
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.review import ReviewItem, ReviewState

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CHANGED = 0.95
"""The doubt about a region that a labeler changed after its image was given back: it is looked at first."""


class Crop(msgspec.Struct, frozen=True):
    """One region before a reviewer: `region` is its place in the item's labels (-1: nobody marked it, a model did; -2: the
    whole image). `doubt` is 0 to 1, `why` says it in words, and `kind` in two or three."""

    item: ReviewItem
    region: int
    name: str
    box: Box | None
    doubt: float
    why: str = ""
    kind: str = ""

    @property
    def key(self) -> tuple[int, int, Box | None]:
        return self.item.task_id, self.region, self.box if self.region == -1 else None


class Fault(StrEnum):
    """What a reviewer says of a crop."""

    WRONG = "looks wrong"
    CLASS = "another class"
    DELETE = "is not one"
    LOOSE = "does not fit"
    NEIGHBOUR = "has a neighbour that is not marked"
    ADD = "is missing"


class Mark(msgspec.Struct, frozen=True):
    """A fault of a crop; `name` is the class that it should be."""

    fault: Fault
    name: str = ""


class Decision(msgspec.Struct, frozen=True):
    """What became of an image: its `labels` if they are corrected, a `comment` if it goes back."""

    item: ReviewItem
    state: ReviewState
    labels: Labels | None = None
    comment: str = ""
    region: int = -1


class Press(msgspec.Struct, frozen=True):
    """What a key led to: `command` is for the screen ("open", "page", "decided", "back", "images"), `message` for the
    person."""

    command: str = ""
    message: str = ""


def crops_of(item: ReviewItem, mistakes: Sequence[Mistake]) -> Iterator[Crop]:
    """The regions of an image, with what is known against each of them; images without any stand whole."""
    by_region: dict[int, Mistake] = {}
    for mistake in mistakes:
        if mistake.region >= 0 and mistake.score > (
            by_region[mistake.region].score if mistake.region in by_region else 0.0
        ):
            by_region[mistake.region] = mistake
        if mistake.kind is MistakeKind.MISSING and mistake.box is not None:
            yield Crop(item, -1, mistake.name, mistake.box, mistake.score, mistake.words, mistake.kind)
    for index, region in enumerate(item.labels.regions):
        known = by_region.get(index)
        changed = item.given_back.changed.get(index, "") if item.given_back else ""
        doubt = max(known.score if known else 0.0, 0.3 * item.doubt, _CHANGED if changed else 0.0)
        why = changed or (known.words if known else item.reason)
        kind = "" if changed else known.kind if known else _kind(item.reason)
        yield Crop(item, index, region.name, region.extent, doubt, why, kind)
    if not item.labels.regions:
        name = item.labels.tags[0] if item.labels.tags else ""
        yield Crop(item, -2, name, None, item.doubt, item.reason, _kind(item.reason))


def _kind(reason: str) -> str:
    """What a reason begins with, where it names the kind of a mistake."""
    named = reason.partition(":")[0]
    return named if named in set(MistakeKind) else ""


class ReviewSheet:
    """The pages of a batch of images. `page` is the crops that are seen, `focus` the one that was marked last (-1:
    none)."""

    def __init__(self, names: tuple[str, ...], per_page: int) -> None:
        self.names = names
        self._per_page = max(min(per_page, len(LETTERS)), 1)
        self.pages: list[tuple[Crop, ...]] = []
        self.at = 0
        self.focus = -1
        self.marks: dict[tuple[int, int, Box | None], Mark] = {}
        self._items: tuple[ReviewItem, ...] = ()
        self._decided: set[int] = set()

    def open(self, items: Sequence[ReviewItem], mistakes: Mapping[str, Sequence[Mistake]]) -> None:
        """Another batch: what nobody marked first, then class by class, the doubtful first."""
        self._items, self._decided, self.marks, self.at, self.focus = tuple(items), set(), {}, 0, -1
        every = [crop for item in items for crop in crops_of(item, mistakes.get(item.path, ()))]
        class_indices = {name: class_index for class_index, name in enumerate(self.names)}
        groups: dict[tuple[int, int], list[Crop]] = {}
        for crop in every:
            kind = 0 if crop.region == -1 else 2 if crop.region == -2 and not crop.name else 1
            groups.setdefault((kind, class_indices.get(crop.name, -1) if kind == 1 else 0), []).append(crop)
        self.pages = []
        for _, crops in sorted(groups.items(), key=lambda group: group[0]):
            crops.sort(key=lambda crop: (-crop.doubt, crop.item.path, crop.region))
            step = self._per_page
            self.pages += [tuple(crops[start : start + step]) for start in range(0, len(crops), step)]

    @property
    def page(self) -> tuple[Crop, ...]:
        return self.pages[self.at] if self.at < len(self.pages) else ()

    @property
    def is_done(self) -> bool:
        """Whether every page of the batch was accepted."""
        return self.at >= len(self.pages)

    def mark_of(self, crop: Crop) -> Mark | None:
        return self.marks.get(crop.key)

    # Keys

    def press(self, key: str) -> Press:
        """One key, as Textual names it."""
        if key == "space":
            return self._accept()
        if key == "pageup":
            self.at, self.focus = max(self.at - 1, 0), -1
            return Press("page")
        if len(key) == 1 and key in LETTERS:
            return self._mark(LETTERS.index(key))
        if key in ("escape", "tab"):
            if key == "escape" and self.focus >= 0:
                self.focus = -1
                return Press()
            return Press("back" if key == "escape" else "images")
        return self._say(key)

    def _accept(self) -> Press:
        if self.is_done:
            return Press()
        self.at, self.focus = self.at + 1, -1
        return Press("decided")

    def _mark(self, index: int) -> Press:
        """A letter: its crop is wrong; once more: it is not."""
        if index >= len(self.page):
            return Press(message="No crop has this letter.")
        crop = self.page[index]
        if self.focus == index and crop.key in self.marks:
            del self.marks[crop.key]
            self.focus = -1
        elif crop.key not in self.marks:
            self.marks[crop.key] = Mark(Fault.ADD if crop.region == -1 else Fault.WRONG, crop.name)
            self.focus = index
        else:
            self.focus = index
        return Press()

    def _say(self, key: str) -> Press:
        """What is wrong with the crop that was marked last."""
        if not 0 <= self.focus < len(self.page):
            return Press(message="First the letter of a crop." if key in (*_FAULTS, "enter") or key.isdigit() else "")
        crop = self.page[self.focus]
        if key == "enter":
            return Press("open")
        if key.isdigit() and 1 <= int(key) <= len(self.names):
            name = self.names[int(key) - 1]
            if name == crop.name and crop.region != -1:
                self.marks.pop(crop.key, None)
            else:
                self.marks[crop.key] = Mark(Fault.ADD if crop.region == -1 else Fault.CLASS, name)
        elif key in _FAULTS and crop.region >= 0:
            self.marks[crop.key] = Mark(_FAULTS[key])
        return Press()

    # What came of it

    def decisions(self) -> tuple[Decision, ...]:
        """The images of which everything was seen, each once."""
        ahead = {crop.item.task_id for page in self.pages[self.at :] for crop in page}
        decisions = []
        for item in self._items:
            if item.task_id not in ahead and item.task_id not in self._decided:
                self._decided.add(item.task_id)
                decisions.append(self._decision(item))
        return tuple(decisions)

    def undecided(self) -> tuple[ReviewItem, ...]:
        """The images of the batch that nothing was said about yet."""
        return tuple(item for item in self._items if item.task_id not in self._decided)

    def drop(self, item: ReviewItem) -> None:
        """The image was decided on elsewhere: its crops go."""
        self._decided.add(item.task_id)
        before = self.pages[: self.at]
        ahead = [tuple(c for c in page if c.item.task_id != item.task_id) for page in self.pages[self.at :]]
        self.pages, self.focus = [*before, *(page for page in ahead if page)], -1

    def _decision(self, item: ReviewItem) -> Decision:
        marks = {(region, box): mark for (task_id, region, box), mark in self.marks.items() if task_id == item.task_id}
        if not marks:
            return Decision(item, ReviewState.ACCEPTED)
        back = {region: mark for (region, _), mark in marks.items() if mark.fault in _BACK}
        if back:
            words = []
            for region, mark in sorted(back.items()):
                what = f"box {region + 1}, “{item.labels.regions[region].name}”" if region >= 0 else "the image"
                words.append(f"{what}, {mark.fault.value}")
            for (_, _), mark in marks.items():
                if mark.fault is Fault.ADD:
                    words.append(f"a “{mark.name}” {mark.fault.value}")
            return Decision(item, ReviewState.RETURNED, None, "; ".join(words), min(back))
        return Decision(item, ReviewState.CORRECTED, _corrected(item.labels, marks))


# What a person has to draw anew; the others are corrected on the spot.
_BACK = frozenset({Fault.WRONG, Fault.LOOSE, Fault.NEIGHBOUR})
_FAULTS = {
    "delete": Fault.DELETE,
    "backspace": Fault.DELETE,
    "comma": Fault.LOOSE,
    "full_stop": Fault.NEIGHBOUR,
}


def _corrected(labels: Labels, marks: Mapping[tuple[int, Box | None], Mark]) -> Labels:
    regions: list[Region] = []
    for index, region in enumerate(labels.regions):
        mark = marks.get((index, None))
        if mark is not None and mark.fault is Fault.DELETE:
            continue
        if mark is not None and mark.fault is Fault.CLASS:
            region = msgspec.structs.replace(region, name=mark.name)
        regions.append(region)
    for (_, box), mark in marks.items():
        if mark.fault is Fault.ADD and box is not None:
            regions.append(Region(mark.name, box.clipped(labels.size)))
    whole = marks.get((-2, None))
    tags = (whole.name,) if whole is not None and whole.fault is Fault.CLASS else labels.tags
    return msgspec.structs.replace(labels, regions=tuple(regions), tags=tags)
