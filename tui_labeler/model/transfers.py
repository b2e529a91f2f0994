"""Labels on their way in and out: what can be chosen about an export or an import, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.regions import Labels


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
    far. `class_edit` is the last edit of classes that whoever chose `classes` knew of.
    """

    classes: tuple[str, ...] = ()
    labelers: tuple[str, ...] = ()
    reviews: bool = False
    split: Split = Split()
    images: Images = Images.AUTO
    image_url: str = ""
    accepted: bool = False
    least_agreement: float = 0.0
    class_edit: int | None = None


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


class ImportChoices(msgspec.Struct, frozen=True):
    """What an import does with classes that the project does not have, and how labels land.

    `renamed` maps a class of the file to one of the project, or to "" to drop it; `add` makes the other unknown ones
    classes of the project. `replace` also takes labels for tasks that have some (the earlier ones stay in their history).
    `prelabel` makes proposals to be reviewed of them, instead of completed labels. `doubtful` also takes entries that
    were matched by a doubtful step (see exchange/matching). `reading` says how the file is read. `class_edit` is the last
    edit of classes that whoever chose knew of: after another one nothing is imported.
    """

    renamed: dict[str, str] = {}
    add: bool = False
    replace: bool = False
    prelabel: bool = False
    labeler: str = "import"
    doubtful: bool = False
    reading: ReadOptions = ReadOptions()
    class_edit: int | None = None


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
    `labeled` of the matched have labels already. `examples` are the first of the matched, by path, as they would be
    labeled."""

    classes: dict[str, int]
    unknown: dict[str, int]
    labeled: int
    examples: tuple[tuple[str, Labels], ...] = ()


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
