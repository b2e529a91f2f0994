"""Review by keys: what each key does, and how many a reviewer needs who knows the truth."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.quality import planted, teams
from tui_labeler.labeling.reviewing import LETTERS, Crop, Decision, ReviewSheet
from tui_labeler.model.geometry import Box
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.review import ReviewItem, ReviewState
from tui_labeler.quality.matching import matched
from tui_labeler.quality.overlap import region_iou
from tui_labeler.quality.suspicion import suspicions

SIZE = teams.SIZE
ONE, TWO, FAR = (Box(20 * n, 20, 20 * n + 15, 40) for n in (1, 5, 9))


def item(number: int, *regions: Region) -> ReviewItem:
    return ReviewItem(number, f"{number}.jpg", number, Labels(SIZE, regions), "ann", 0.0)


def sheet_of(*items: ReviewItem, mistakes: Sequence[Mistake] = (), per_page: int = 4) -> ReviewSheet:
    sheet = ReviewSheet(teams.NAMES, per_page)
    by_path: dict[str, list[Mistake]] = {}
    for mistake in mistakes:
        by_path.setdefault(mistake.path, []).append(mistake)
    sheet.open(items, by_path)
    return sheet


def press(sheet: ReviewSheet, *keys: str) -> list[Decision]:
    decided: list[Decision] = []
    for key in keys:
        if sheet.press(key).command == "decided":
            decided += sheet.decisions()
    return decided


def test_pages_show_one_class_the_doubtful_first() -> None:
    items = [item(n, Region("coke", ONE), Region("sprite", TWO)) for n in range(5)]
    doubted = Mistake("3.jpg", MistakeKind.LOOSE, 0.9, "loose", 0, ONE, "coke")
    sheet = sheet_of(*items, mistakes=[doubted])
    assert [{crop.name for crop in page} for page in sheet.pages] == [{"coke"}, {"coke"}, {"sprite"}, {"sprite"}]
    assert sheet.page[0].item.path == "3.jpg"
    assert sheet.page[0].why == "loose"


def test_an_image_is_decided_on_when_all_of_it_was_seen() -> None:
    sheet = sheet_of(item(1, Region("coke", ONE)), item(2, Region("coke", ONE), Region("sprite", TWO)))
    assert [decision.item.task_id for decision in press(sheet, "space")] == [1]
    assert [decision.item.task_id for decision in press(sheet, "space")] == [2]
    assert sheet.is_done
    assert press(sheet, "space") == [], "nothing twice"


def test_marks_correct_or_give_back() -> None:
    items = [item(n, Region("coke", ONE), Region("coke", TWO)) for n in range(1, 4)]
    sheet = sheet_of(*items, per_page=10)
    letters = {(crop.item.task_id, crop.region): LETTERS[index] for index, crop in enumerate(sheet.page)}
    keys = [letters[1, 0], "2", letters[1, 1], "delete", letters[2, 0], "comma", letters[3, 0], letters[3, 0]]
    corrected, returned, accepted = press(sheet, *keys, "space")
    assert corrected.labels == Labels(SIZE, (Region("diet_coke", ONE),))
    assert (returned.state, returned.comment) == (ReviewState.RETURNED, "box 1, “coke”, does not fit")
    assert accepted.state is ReviewState.ACCEPTED, "a letter pressed twice takes its mark back"
    assert sheet_of(*items).press("2").message == "First the letter of a crop."


def test_a_proposal_that_nobody_marked_is_added_by_its_letter() -> None:
    missing = Mistake("1.jpg", MistakeKind.MISSING, 0.9, "missing", -1, FAR, "sprite")
    sheet = sheet_of(item(1, Region("coke", ONE)), mistakes=[missing])
    (decision,) = press(sheet, "a", "space", "space")
    assert decision.labels == Labels(SIZE, (Region("coke", ONE), Region("sprite", FAR)))
    sheet = sheet_of(item(1, Region("coke", ONE)), mistakes=[missing])
    (decision,) = press(sheet, "space", "space")
    assert decision.state is ReviewState.ACCEPTED, "accepting the page says that none is missing"


class Reviewer:
    """Knows the truth, looks at each crop, and presses what is needed."""

    def __init__(self, truth: dict[str, Labels]) -> None:
        self._truth = truth
        self.keys = 0

    def review(self, sheet: ReviewSheet) -> list[Decision]:
        decided = []
        while not sheet.is_done:
            seen: set[tuple[str, int]] = set()
            for index, crop in enumerate(sheet.page):
                keys = self._keys(crop, seen)
                decided += press(sheet, *((LETTERS[index], *keys) if keys is not None else ()))
                self.keys += 0 if keys is None else 1 + len(keys)
            decided += press(sheet, "space")
            self.keys += 1
        return decided

    def _keys(self, crop: Crop, seen: set[tuple[str, int]]) -> tuple[str, ...] | None:
        """What is pressed after the crop's letter; None: it is right."""
        known = self._truth[crop.item.path].regions
        if crop.box is None:
            return None if not known else ("full_stop",)
        best = max(range(len(known)), key=lambda index: known[index].extent.iou(crop.box or ONE), default=-1)
        value = known[best].extent.iou(crop.box) if best >= 0 else 0.0
        if crop.region == -1:
            marked = matched(known, crop.item.labels.regions, region_iou)
            is_missing = value >= 0.5 and best not in {i for i, _, _ in marked}
            return (str(teams.NAMES.index(known[best].name) + 1),) if is_missing else None
        if value < 0.3:
            return ("delete",)
        if self._is_double(crop, known[best]):
            return ("delete",)
        if value < 0.7:
            return ("comma",)
        return None if known[best].name == crop.name else (str(teams.NAMES.index(known[best].name) + 1),)

    def _is_double(self, crop: Crop, truth: Region) -> bool:
        earlier = crop.item.labels.regions[: crop.region]
        return any(region.extent.iou(truth.extent) > 0.7 and region.name == crop.name for region in earlier)


def review_all(truth: list[Labels], labels: list[Labels], proposals: list[Labels]) -> tuple[int, list[Decision]]:
    """A reviewer who knows the truth looks over all labels: how many keys that took, and what was decided."""
    by_path: dict[str, list[Mistake]] = {}
    for mistake in suspicions({str(n): pair for n, pair in enumerate(zip(labels, proposals, strict=True))}):
        by_path.setdefault(mistake.path, []).append(mistake)
    reviewer = Reviewer({str(number): known for number, known in enumerate(truth)})
    decisions: list[Decision] = []
    for start in range(0, len(labels), 24):
        items = [ReviewItem(n, str(n), n, labels[n], "ann", 0.0) for n in range(start, min(start + 24, len(labels)))]
        sheet = ReviewSheet(teams.NAMES, 24)
        sheet.open(items, by_path)
        decisions += reviewer.review(sheet)
    return reviewer.keys, decisions


def test_keys_a_box_of_a_reviewer_who_knows_the_truth() -> None:
    from tests.quality.test_mistakes import detector

    truth = teams.truth(96, seed=12)
    labels, errors = planted.plant(truth, teams.NAMES)
    keys, decisions = review_all(truth, labels, detector(truth))
    boxes = sum(len(image.regions) for image in labels)
    wrong = len(errors)
    assert len(decisions) == len(labels), "every image is decided on, once"
    right_keys = keys - 2 * wrong
    assert keys / boxes < 0.6, "keys a box, errors included"
    assert right_keys / (boxes - wrong) < 0.25, "keys a correct box"
    after = {
        decision.item.path: decision.labels or decision.item.labels
        for decision in decisions
        if decision.state is not ReviewState.RETURNED
    }
    left = sum(
        len(known.regions) + len(after[path].regions) - 2 * _same(known, after[path])
        for path, known in ((str(n), labels) for n, labels in enumerate(truth))
        if path in after
    )
    assert left <= 0.06 * boxes, "what is left wrong in images that did not go back"


def _same(one: Labels, other: Labels) -> int:
    pairs = matched(one.regions, other.regions, region_iou, 0.5)
    return sum(one.regions[i].name == other.regions[j].name for i, j, _ in pairs)


def test_letters_are_enough_for_a_page() -> None:
    draw = random.Random(1)
    regions = [Region("coke", Box(x, 0, x + draw.randint(5, 9), 9)) for x in range(0, 600, 10)]
    sheet = sheet_of(item(1, *regions), per_page=60)
    assert max(len(page) for page in sheet.pages) == len(LETTERS)
    assert sheet.press("escape").command == "back"
    assert sheet.press("pageup").command == "page"
