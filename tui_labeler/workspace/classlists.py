"""Lists of classes around an edit: as it was before, as it is after, and whether labels may follow it one by one."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tui_labeler.model.edits import CLASS_EDITS, ClassEdit, EditKind, mapped_classes
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.project import Classes, ProjectSpec
from tui_labeler.store import bulktexts, edits
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.store.running_edits import FOLLOWING

_MOST_ANSWERED = 500  # images with known labels, or several answers


def is_paged(tx: Transaction, project_row: ProjectRow, edit: ClassEdit) -> bool:
    """Whether labels may follow one after the other: nothing is made of several of them, and their names say which have
    followed. An image that lost its only tag waits for labels again once it has."""
    if not edit.mapping or edit.mapping.keys() & set(edit.mapping.values()):
        return False
    # Known labels and answers follow at once, and what they come to is counted anew.
    return project_row.spec.workforce.labels == 1 and len(bulktexts.with_answers(tx, project_row.id)) <= _MOST_ANSWERED


def is_returned_in_pages(tx: Transaction, project_row: ProjectRow, edit: edits.EditRow) -> bool:
    """Whether tasks may get back one after the other what they had before an edit."""
    if edit.running == FOLLOWING or edit.kind not in CLASS_EDITS:
        return True
    if not edit.mapping:
        return False
    return is_paged(tx, project_row, ClassEdit(edit.kind, edit.words, project_row.spec.classes, edit.mapping))


def backwards(edit: edits.EditRow, classes: Classes) -> ClassEdit:
    """The other way round. Raises NotAllowed where the names are not free any more."""
    mapping = {new: old for old, new in edit.mapping.items()}
    taken = next((old for old in edit.mapping if old in classes.names and old not in mapping), "")
    if taken:
        raise NotAllowed(f"There is a label class “{taken}” again.", "Rename that one first.")
    return ClassEdit(EditKind.RENAME, f"taken back: {edit.words}", mapped_classes(classes, mapping), mapping)


def put_back(now: Classes, before: Classes) -> Classes:
    """The list as it was, with what was added since at its end."""
    names = (*before.names, *(name for name in now.names if name not in before.names))
    return before.with_names(names, before.colours)


class Before(Classes, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A list of classes before an edit, with the names of a model's outputs then (None: an earlier version kept it)."""

    of_model: tuple[str, ...] | None = None


def before(spec: ProjectSpec) -> Before:
    """What an edit keeps, to be taken back."""
    return Before(spec.classes.names, spec.classes.colours, spec.assist.classes)


def with_classes(spec: ProjectSpec, edit: ClassEdit) -> ProjectSpec:
    """The specification with other classes; a model's own list of names follows."""
    theirs = _of_model(spec.assist.classes, edit.mapping)
    return msgspec.structs.replace(
        spec, classes=edit.classes, assist=msgspec.structs.replace(spec.assist, classes=theirs)
    )


def with_classes_back(spec: ProjectSpec, before: Before, mapping: Mapping[str, str]) -> ProjectSpec:
    """The specification before an edit with this mapping; a model that was taken since keeps its names."""
    assist = spec.assist
    if before.of_model is not None and assist.classes == _of_model(before.of_model, mapping):
        assist = msgspec.structs.replace(assist, classes=before.of_model)
    classes = put_back(spec.classes, Classes(before.names, before.colours))
    return msgspec.structs.replace(spec, classes=classes, assist=assist)


def _of_model(names: tuple[str, ...], mapping: Mapping[str, str]) -> tuple[str, ...]:
    """An output for a class that is gone is for none, also when another class is called so."""
    return tuple(mapping.get(name, name) or f"--{name}--" for name in names)
