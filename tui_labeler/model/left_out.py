"""What an export or an import leaves out: counted by reason, with the first places, and told in words."""

from __future__ import annotations

from collections.abc import Iterable

from tui_labeler.model.text import plural

# Why something is left out -> what it is, and the rest of the sentence.
REASONS = {
    "incomplete": ("image", "not labeled yet"),
    "skipped": ("image", "skipped"),
    "needs_review": ("image", "in need of review"),
    "missing": ("image", "missing from the datastore"),
    "degenerate": ("region", "without extent inside the image"),
    "other_labelers": ("image", "of other labelers"),
    "not_accepted": ("image", "not accepted in review"),
    "not_compared": ("image", "labeled by one person only"),
    "not_agreed": ("image", "whose labelers agree less"),
    "other_classes": ("image", "without these classes"),
    "regions_of_other_classes": ("region", "of other classes"),
    "not_for_xml": ("image", "whose name XML has no characters for"),
    "not_for_yolo": ("GIF image", "(YOLO's trainer passes over them)"),
    "shape": ("shape", "that is neither box nor polygon"),
    "rotated": ("rotated box", ""),
    "no_outline": ("box", "where the project takes polygons"),
    "no_regions": ("image", "with a class but no regions"),
    "no_tags": ("image", "without a class for the whole image"),
    "several_tags": ("image", "with several classes where the project takes one"),
    "size_differs": ("image", "of another size than the file says"),
    "nothing_left": ("image", "none of whose regions can be taken"),
    "unreadable": ("image", "that cannot be read"),
    "unreadable_labels": ("image", "whose labels cannot be read"),
    "impossible_labels": ("image", "whose labels the project does not take"),
    "listed": (
        "image",
        "that the file only lists, left open (--listed empty: nothing is on them)",
    ),
    "predictions": ("image", "with predictions only, which no person made (take them with --as prelabel)"),
    "keypoints": ("object", "with keypoints and no box"),
    "mask": ("mask", "without an outline"),
    "bad_box": ("box", "with wrong or impossible corners"),
    "bad_polygon": ("polygon", "with wrong coordinates"),
    "bad_region": ("object", "that cannot be read"),
    "bad_entry": ("entry", "that cannot be read"),
    "bad_file": ("file", "that cannot be read"),
    "leftover": ("hidden file", "or folder, or one that systems leave behind"),
    "other_file": ("file", "that has no labels"),
    "unknown_class": ("object", "of a class that the file does not name"),
    "no_class": ("object", "without a class"),
    "no_image": ("object", "of an image that the file does not name"),
    "other_image": ("object", "of one of several images, without saying which"),
    "crowd": ("crowd region", "(several objects in one)"),
    "crowd_mask": ("mask", "marked as a crowd, taken as one object"),
    "several_entries": ("image", "with several entries that say different things"),
    "not_said": ("image", "of which the file does not say what is on it"),
    "track": ("track", "of a video that is not among the images"),
    "outside": ("object", "marked as out of view"),
    "ignored": ("object", "marked as one to ignore"),
    "deleted": ("object", "marked as deleted"),
    "not_there": ("class", "that was looked for and is not on the image"),
    "tags": ("class", "of a whole image, where the project takes regions"),
    "regions": ("region", "where the project takes classes of whole images"),
    "attribute": ("attribute", "or text, beside the class"),
    "keypoint_list": ("list of keypoints", "whose object is taken without them"),
    "part": ("part", "of an object, beside its box"),
    "older_answer": ("answer", "about an image that has another that counts"),
    "column": ("column", "that is not read"),
}

# Reasons that are no fault of an image: an object that is not missing from it.
HARMLESS = frozenset(
    {"leftover", "other_file", "listed", "predictions", "outside", "ignored", "deleted", "not_there"}
    | {"tags", "regions", "attribute", "keypoint_list", "part", "older_answer", "column", "crowd_mask"}
)


def _many(noun: str) -> str:
    if noun.endswith(("x", "ss")):
        return f"{noun}es"
    if noun.startswith("list of "):
        return f"lists{noun[4:]}"
    return f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"


def _rest(rest: str, count: int = 2) -> str:
    """The rest of the sentence, after one thing or several."""
    if count != 1 and rest.startswith(("that is ", "that has ")):
        return rest.replace("that is ", "that are ", 1).replace("that has ", "that have ", 1)
    return rest


def left_out_text(left_out: dict[str, int]) -> str:
    """What is not in an export, or not taken by an import, in words."""
    parts = []
    for reason, count in left_out.items():
        noun, rest = REASONS.get(reason, (reason, ""))
        many = _many(noun)
        parts.append(f"{plural(count, noun, many)} {_rest(rest, count)}".rstrip() if count else "")
    return ", ".join(filter(None, parts))


def left_out_kinds(reasons: Iterable[str]) -> str:
    """The same without numbers, for reasons that were kept of one image."""
    known = (REASONS.get(reason, (reason, "")) for reason in reasons)
    return ", ".join(f"{_many(noun)} {_rest(rest)}".rstrip() for noun, rest in known)


def left_out_lines(left_out: dict[str, int], places: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A line for each reason, with the first places in which it was met."""
    lines = []
    for reason, count in left_out.items():
        if count:
            shown = places.get(reason, ())
            more = " …" if count > len(shown) else ""
            lines.append(left_out_text({reason: count}) + (f": {'; '.join(shown)}{more}" if shown else ""))
    return tuple(lines)


class Report:
    """What was left out or passed over, by reason, with the first places of each."""

    FIRST = 3

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.places: dict[str, tuple[str, ...]] = {}

    def add(self, reason: str, place: object = "", count: int = 1) -> None:
        """`place` is put into words only if it is among the first."""
        self.counts[reason] = self.counts.get(reason, 0) + count
        places = self.places.get(reason, ())
        if len(places) < self.FIRST and place != "":
            self.places[reason] = (*places, str(place))

    def add_all(self, others: Report) -> None:
        for reason, count in others.counts.items():
            self.add(reason, count=count)
            self.places[reason] = (*self.places.get(reason, ()), *others.places.get(reason, ()))[: self.FIRST]
