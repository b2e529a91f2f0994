"""Two exports of a project, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tui_labeler.model.errors import NotFound
from tui_labeler.model.regions import Labels
from tui_labeler.quality.changes import Changes, changes
from tui_labeler.store import exportcontents
from tui_labeler.store.database import Database, Transaction


class ImageChange(msgspec.Struct, frozen=True):
    """An image that is in only one of two exports (`how` added or removed), or has other labels (changed)."""

    path: str
    how: str
    regions: Changes


class Difference(msgspec.Struct, frozen=True):
    """What the export `after` has otherwise than `before`: how many images each way, their regions, and each image."""

    before: str
    after: str
    images: dict[str, int]
    regions: Changes
    changed: tuple[ImageChange, ...]


def difference(database: Database, before: str, after: str) -> Difference:
    """Raises NotFound for an export that is not known or whose labels are gone."""
    with database.read() as tx:
        image_changes = tuple(_compared(_contents(tx, before), _contents(tx, after)))
    images = {how: sum(change.how == how for change in image_changes) for how in ("added", "removed", "changed")}
    return Difference(
        before, after, images, sum((change.regions for change in image_changes), Changes()), image_changes
    )


_Content = tuple[int, int, str, Labels]


def _contents(tx: Transaction, name: str) -> Iterator[_Content]:
    """(task, submission, path, labels) of an export, in the order of the tasks."""
    export_id, _, recipe = exportcontents.kept(tx, name)
    for task_id, _, row in exportcontents.rows(tx, exportcontents.label_ids(tx, export_id)):
        if row is None:
            raise NotFound(f"The labels of “{name}” are gone: its project was deleted.")
        classes = recipe.options.classes
        yield task_id, row.label_id, row.path, row.labels.of_classes(classes) if classes else row.labels


def _compared(before: Iterator[_Content], after: Iterator[_Content]) -> Iterator[ImageChange]:
    """Goes through both at once: both are in the order of the tasks."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if new is None or (old is not None and old[0] < new[0]):
            assert old is not None
            yield ImageChange(old[2], "removed", changes(old[3], Labels(old[3].size)))
            old = next(before, None)
        elif old is None or new[0] < old[0]:
            yield ImageChange(new[2], "added", changes(Labels(new[3].size), new[3]))
            new = next(after, None)
        else:
            changed = changes(old[3], new[3])
            if changed:
                yield ImageChange(new[2], "changed", changed)
            old, new = next(before, None), next(after, None)
