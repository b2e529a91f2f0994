"""Changes of many labels at once, and of the list of classes: what each does to the labels of one image."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tui_labeler.model.classes import class_problem
from tui_labeler.model.errors import BadInput, NotAllowed, NotFound
from tui_labeler.model.project import Classes
from tui_labeler.model.regions import Labels
from tui_labeler.model.text import plural


class EditKind(StrEnum):
    """What was done."""

    RENAME = "rename"
    MERGE = "merge"
    DELETE = "delete"
    REORDER = "reorder"
    SKIP = "skip"
    REOPEN = "reopen"
    UNLABEL = "delete labels"
    RECOLOUR = "recolour"
    RECLASS = "change class"


CLASS_EDITS = frozenset({EditKind.RENAME, EditKind.MERGE, EditKind.DELETE, EditKind.REORDER, EditKind.RECOLOUR})
"""What is done to the list of classes."""


class EditRecord(msgspec.Struct, frozen=True):
    """An edit as the workspace keeps it. `words` say what was done (“coke” renamed “cola”); `images` had labels that it
    changed, `labels` of them (regions or tags); `passed` were left as they are since someone has them open. `undone` is 0
    while it stands; `reverses` is the edit that this one took back, or 0; times are seconds since 1970 (UTC)."""

    id: int
    project: str
    kind: EditKind
    words: str
    who: str
    created: float
    images: int
    labels: int
    undone: float = 0.0
    passed: int = 0
    reverses: int = 0


class EditUndone(msgspec.Struct, frozen=True):
    """What taking an edit back came to: images that have again what they had, and those that someone changed since, which
    keep what they have; `submitted` got labels of the class that others were merged into since, and keep those."""

    id: int
    words: str
    restored: int
    kept: int
    submitted: int = 0


PICKED_COLOURS = 16
"""So many colours can be chosen from."""


class TaskEdit(msgspec.Struct, frozen=True):
    """What is done to many tasks; `old` and `new` are the classes where one is changed. `class_edit` is the last edit of
    classes that whoever chose them, or a filter by class, knew of."""

    kind: EditKind
    old: str = ""
    new: str = ""
    class_edit: int | None = None

    def words(self, images: int, labels: int) -> str:
        """12 images skipped."""
        on, of = plural(images, "image"), plural(labels, "label")
        return {
            EditKind.SKIP: f"{on} skipped",
            EditKind.REOPEN: f"{on} reopened",
            EditKind.UNLABEL: f"{of} deleted on {on}",
            EditKind.RECLASS: f"“{self.old}” became “{self.new}”: {of} on {on}",
        }[self.kind]


class ClassEdit(msgspec.Struct, frozen=True):
    """A change of the list of classes. `mapping` says what becomes of names in labels: another name, or "" for nothing."""

    kind: EditKind
    words: str
    classes: Classes
    mapping: dict[str, str] = {}


def recast(labels: Labels, mapping: Mapping[str, str]) -> Labels:
    """Labels with other class names; those of a class that becomes "" are gone, and no tag stands twice."""
    regions = tuple(
        region if region.name not in mapping else msgspec.structs.replace(region, name=mapping[region.name])
        for region in labels.regions
        if mapping.get(region.name, region.name)
    )
    sure: dict[str, float] = {}
    for tag, confidence in labels.sure_tags:
        if name := mapping.get(tag, tag):
            sure[name] = max(confidence, sure.get(name, 0.0))
    confidences = tuple(sure.values()) if labels.tag_confidences else ()
    return msgspec.structs.replace(labels, regions=regions, tags=tuple(sure), tag_confidences=confidences)


def renaming(classes: Classes, old: str, new: str) -> ClassEdit:
    """`old` is called `new`; its subclasses (old/…) go with it. Raises NotFound, BadInput."""
    mapping = {name: new + name[len(old) :] for name in classes.names if name == old or name.startswith(f"{old}/")}
    if not mapping:
        raise unknown_class(classes, old)
    if new == old:
        raise BadInput(f"The label class is called “{new}” already.")
    kept = set(classes.names) - mapping.keys()
    for name in mapping.values():
        if problem := class_problem(name):
            raise BadInput(problem)
        if name in kept:
            raise BadInput(f"There is a label class “{name}” already.", f"Merge “{old}” into it instead.")
    return ClassEdit(EditKind.RENAME, f"“{old}” renamed “{new}”", mapped_classes(classes, mapping), mapping)


def merging(classes: Classes, sources: tuple[str, ...], target: str) -> ClassEdit:
    """Labels of `sources` become labels of `target`, and the sources are gone. Raises NotFound, BadInput."""
    for name in (*sources, target):
        if name not in classes.names:
            raise unknown_class(classes, name)
    if target in sources or not sources:
        raise BadInput(f"Name another class to merge into “{target}”.")
    mapping = dict.fromkeys(sources, target)
    shown = ", ".join(f"“{name}”" for name in sources)
    return ClassEdit(EditKind.MERGE, f"{shown} merged into “{target}”", mapped_classes(classes, mapping), mapping)


def deleting(classes: Classes, name: str) -> ClassEdit:
    """The class and its labels are gone. Raises NotFound, and BadInput for the last one."""
    if name not in classes.names:
        raise unknown_class(classes, name)
    if len(classes.names) == 1:
        raise BadInput(f"“{name}” is the only label class.", "Add another one first, or rename it.")
    return ClassEdit(EditKind.DELETE, f"“{name}” deleted", mapped_classes(classes, {name: ""}), {name: ""})


def reordering(classes: Classes, names: tuple[str, ...]) -> ClassEdit:
    """Classes in another order: `names` first, the others behind as they stood. Raises NotFound, BadInput."""
    for name in names:
        if name not in classes.names:
            raise unknown_class(classes, name)
    if len(set(names)) != len(names):
        raise BadInput("A class is named twice.")
    order = (*names, *(name for name in classes.names if name not in names))
    return ClassEdit(EditKind.REORDER, "classes reordered", classes.with_names(order, _colours(classes)))


def recolouring(classes: Classes, name: str, number: int) -> ClassEdit:
    """The class has the colour `number` (from 0); a class that had it takes over the other one. Raises NotFound,
    BadInput."""
    if name not in classes.names:
        raise unknown_class(classes, name)
    if not 0 <= number < PICKED_COLOURS:
        raise BadInput(f"A colour is a number from 1 to {PICKED_COLOURS}.")
    colours = _colours(classes)
    for other_class, taken in list(colours.items()):
        if taken == number:
            colours[other_class] = colours[name]
    colours[name] = number
    return ClassEdit(EditKind.RECOLOUR, f"“{name}” has colour {number + 1}", classes.with_names(classes.names, colours))


def _colours(classes: Classes) -> dict[str, int]:
    """Each class's colour, which it keeps wherever it comes to stand."""
    return dict(zip(classes.names, classes.colour_numbers, strict=True))


def mapped_classes(classes: Classes, mapping: Mapping[str, str]) -> Classes:
    """The list after its names became others; each stands once, where it stood first or was meant."""
    kept = {name for name in classes.names if name not in mapping}
    names = [mapping.get(name, name) for name in classes.names if mapping.get(name) not in kept]
    colours: dict[str, int] = {}
    for name, number in _colours(classes).items():
        if name in kept or mapping.get(name) not in kept:
            colours.setdefault(mapping.get(name, name), number)
    return classes.with_names(tuple(dict.fromkeys(name for name in names if name)), colours)


def unknown_class(classes: Classes, name: str) -> NotFound:
    """What is raised for a name that is not in the list."""
    known = ", ".join(classes.names[:12])
    return NotFound(f"“{name[:60]}” is not a label class of this project.", f"There are: {known}.")


def require_known(project: str, now: int, known: int | None) -> None:
    """Raises NotAllowed where classes were edited after the edit `known` (None: nobody looked before): what somebody chose
    by its name may be another class by now."""
    if known is not None and known != now:
        raise NotAllowed(f"The label classes of “{project}” were changed meanwhile.", "Look at them again.")


def consequence(words: str, labels: int, images: int) -> str:
    """“coke” renamed “cola”: 12 labels on 5 images; the words alone where there are none, or where they say it."""
    if not images or "image" in words:
        return words
    return f"{words}: {plural(labels, 'label')} on {plural(images, 'image')}"


def undone_words(undone: EditUndone) -> str:
    """Which images do not get back what they had, or would have had; empty for none."""
    parts = [f"{plural(undone.kept, 'image')} changed since, and stay as they are"] if undone.kept else []
    if undone.submitted:
        images, keep = plural(undone.submitted, "image"), "keeps" if undone.submitted == 1 else "keep"
        parts.append(f"{images} submitted since {keep} the class that was merged into, whatever was drawn")
    return "; ".join(parts)
