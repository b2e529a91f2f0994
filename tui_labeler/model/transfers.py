"""Labels on their way in and out: what can be chosen about an export or an import, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.text import plural


class Images(StrEnum):
    """What an export does with the images themselves."""

    AUTO = "auto"
    NONE = "none"
    LINK = "link"
    COPY = "copy"


class Split(msgspec.Struct, frozen=True):
    """Which images are for validation: a share of them (`fraction`, 0 to 1, drawn by `seed`, each class with the same
    share), or those whose path matches `pattern`. Neither given: there is no split."""

    fraction: float = 0.0
    seed: int = 0
    pattern: str = ""

    def __bool__(self) -> bool:
        return bool(self.fraction or self.pattern)

    def problem(self) -> str:
        """Why there can be no such split; empty if there can."""
        from tui_labeler.model.patterns import pattern_problem

        if self.fraction and self.pattern:
            return "Split either by a share or by a path, not by both."
        if not 0.0 <= self.fraction < 1.0:
            return f"The share for validation is between 0 and 1, for example 0.2; it is {self.fraction:g}."
        return pattern_problem(self.pattern) if self.pattern else ""


class ExportOptions(msgspec.Struct, frozen=True):
    """Which labels an export takes, and how they are written. Empty `classes` and `labelers` mean all of them.

    With `classes`, regions of other classes are left out, and images without any of these classes too. `reviews` takes
    the labels of tasks in need of review (their image changed after it was labeled) as well. `image_url` is where readers
    find the images: empty for the datastore itself, else an https:// or azureml:// URL that paths are appended to.
    `accepted` takes only what review accepted or corrected; `least_agreement` (0 to 1) only images whose labelers agree so
    far.
    """

    classes: tuple[str, ...] = ()
    labelers: tuple[str, ...] = ()
    reviews: bool = False
    split: Split = Split()
    images: Images = Images.AUTO
    image_url: str = ""
    accepted: bool = False
    least_agreement: float = 0.0


class ExportRecipe(msgspec.Struct, frozen=True):
    """How an export was made: all that is needed, besides its labels, to make it again byte for byte. `folder` is the one
    that it was written to, since addresses of images that lie beside the labels name it."""

    format: str
    options: ExportOptions
    spec: ProjectSpec
    folder: str


class FormatInfo(msgspec.Struct, frozen=True):
    """A format as a person chooses it. `kinds` are the task types that it can be written for (none: it is only read),
    `read_kinds` those that it is read for. `cannot` are sentences on what it has no place for; `options` are the fields
    of ReadOptions that it heeds; `missing` says what has to be installed before it can be written."""

    name: str
    title: str
    text: str
    kinds: tuple[TaskType, ...] = ()
    reads: bool = True
    cannot: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    read_kinds: tuple[TaskType, ...] = ()
    missing: str = ""

    def why_not(self, kind: TaskType) -> str:
        """Why labels of this task type cannot be written so; empty if they can."""
        if not self.kinds:
            return f"{self.title} is read, not written."
        return "" if kind in self.kinds else f"{self.title} has no place for {kind.caption}."


class ReadOptions(msgspec.Struct, frozen=True):
    """How a file is read, where it does not say it itself; empty texts leave it to what the whole file shows.

    `encoding` is that of texts. `rotated` is "leave" (rotated boxes are left out and counted) or "enclose" (the upright
    box around them is taken). `coordinates` is "pixels" or "shares" (of the image's size). `corners` is "edges" (counted
    from 0, as most tools do) or "pixels" (VOC's: counted from 1, the last one included). `box` is what four numbers are:
    "corners" (x, y, x, y), "size" (x, y, width, height) or "center" (of the box, and its size). `columns` say which
    column of a table is what (“image=photo”). `values` is what follows a box of YOLO: "confidence", "track", "polygon" or
    "keypoints". `strict` refuses a file with anything wrong instead of leaving it out.
    `listed` is "open" or "empty": what images are that a file only lists.
    """

    encoding: str = ""
    rotated: str = "leave"
    coordinates: str = ""
    corners: str = ""
    box: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    values: str = ""
    strict: bool = False
    listed: str = "open"

    def problem(self) -> str:
        """What is wrong with it; empty if nothing is."""
        for name, allowed in _ALLOWED.items():
            if getattr(self, name) not in allowed:
                return (
                    f"“{getattr(self, name)[:40]}” is not a {name}; choose one of {', '.join(filter(None, allowed))}."
                )
        return ""

    def unheeded(self, heeded: tuple[str, ...]) -> tuple[str, ...]:
        """The choices that were made and mean nothing to a format that heeds only `heeded`."""
        defaults = ReadOptions()
        names = (name for name in _OF_SOME_FORMATS if name not in heeded)
        return tuple(name for name in names if getattr(self, name) != getattr(defaults, name))


_ALLOWED = {
    "rotated": ("leave", "enclose"),
    "coordinates": ("", "pixels", "shares"),
    "corners": ("", "edges", "pixels"),
    "box": ("", "corners", "size", "center"),
    "listed": ("open", "empty"),
    "values": ("", "confidence", "track", "polygon", "keypoints"),
}
_OF_SOME_FORMATS = ("rotated", "coordinates", "corners", "box", "columns", "values")


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


class ImportChoices(msgspec.Struct, frozen=True):
    """What an import does with classes that the project does not have, and how labels land.

    `renamed` maps a class of the file to one of the project, or to "" to drop it; `add` makes the other unknown ones
    classes of the project. `replace` also takes labels for tasks that have some (the earlier ones stay in their history).
    `prelabel` makes proposals to be reviewed of them, instead of completed labels. `doubtful` also takes entries that
    were matched by a doubtful step (see exchange/matching). `reading` says how the file is read.
    """

    renamed: dict[str, str] = {}
    add: bool = False
    replace: bool = False
    prelabel: bool = False
    labeler: str = "import"
    doubtful: bool = False
    reading: ReadOptions = ReadOptions()


class ImportCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a file says, and an import too. Counts are images, but for `labels` (regions or tags of matched ones).

    `why` is how the format was told. `read` entries are of `matched` tasks (they have something for them), `unmatched` of
    none, `ambiguous` of more than one, or contended for; `doubtful` ones were matched by a step that may be wrong, and are
    not taken unless that is asked for. `matched_by` counts the entries by the step that matched them. `review` are those
    of the matched that will need review, because an object was left out; `empty` say that there is nothing. `left_out`
    counts what cannot be taken, by reason, with the first `places` of each. The tuples name examples.
    """

    format: str
    read: int
    matched: int
    unmatched: int
    ambiguous: int
    labels: int
    why: str = ""
    doubtful: int = 0
    review: int = 0
    empty: int = 0
    matched_by: dict[str, int] = {}
    left_out: dict[str, int] = {}
    places: dict[str, tuple[str, ...]] = {}
    unmatched_names: tuple[str, ...] = ()
    ambiguous_names: tuple[str, ...] = ()
    doubtful_names: tuple[str, ...] = ()


class ImportPreview(ImportCounts, frozen=True, kw_only=True):
    """What an import would do. `classes` counts labels by class; `unknown` are those that the project does not have.
    `labeled` of the matched have labels already."""

    classes: dict[str, int]
    unknown: dict[str, int]
    labeled: int


class ImportResult(ImportCounts, frozen=True, kw_only=True):
    """What an import did, under the number `id` (0: it took nothing). `imported` are the tasks that got labels, `kept`
    those that had some and kept them, `busy` those that someone had open; `added` the classes that the project got."""

    id: int = 0
    imported: int = 0
    kept: int = 0
    busy: int = 0
    added: tuple[str, ...] = ()

    @property
    def nothing_taken(self) -> bool:
        """Whether it came to nothing, and no choice would have made it more."""
        chosen = self.kept or self.busy or self.ambiguous or self.doubtful or self.left_out.get("predictions")
        return not (self.imported or chosen)


class ImportRecord(msgspec.Struct, frozen=True):
    """An import of the past. `counts` are those of its result; `undone` is when it was taken back (0: it was not)."""

    id: int
    project: str
    file: str
    format: str
    who: str
    prelabel: bool
    created: float
    imported: int
    labels: int
    review: int
    undone: float = 0.0


class UndoResult(msgspec.Struct, frozen=True):
    """What taking an import back did: tasks that have again what they had, and those that someone changed since, which
    stay as they are."""

    id: int
    restored: int
    changed: int


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
    "several_entries": ("image", "with several entries that say different things"),
    "not_said": ("image", "of which the file does not say what is on it"),
    "track": ("track", "of a video that is not among the images"),
    "outside": ("object", "marked as out of view"),
    "ignored": ("object", "marked as one to ignore"),
}

# Reasons that are no fault of an image: an object that is not missing from it.
HARMLESS = frozenset({"leftover", "other_file", "listed", "predictions", "outside", "ignored"})


def _many(noun: str) -> str:
    if noun.endswith("x"):
        return f"{noun}es"
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


class ExportChoice(msgspec.Struct, frozen=True):
    """What was chosen for an export, to be offered again the next time."""

    format: str = "azureml"
    options: ExportOptions = ExportOptions()

    def caption(self, formats: Iterable[FormatInfo]) -> str:
        """In a few words: the format's title among `formats`, and whether there is more to it."""
        title = next((info.title for info in formats if info.name == self.format), self.format)
        is_filtered = self.options.classes or self.options.labelers
        return title + ", filtered" * bool(is_filtered) + ", split" * bool(self.options.split.fraction)


def export_memo(project: str) -> str:
    """Under which name a workspace remembers what was exported of a project the last time."""
    return f"export/{project}"
