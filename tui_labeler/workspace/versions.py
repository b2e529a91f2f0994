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
        found = tuple(_compared(_contents(tx, before), _contents(tx, after)))
    images = {how: sum(one.how == how for one in found) for how in ("added", "removed", "changed")}
    return Difference(before, after, images, sum((one.regions for one in found), Changes()), found)


_Content = tuple[int, int, str, Labels]


def _contents(tx: Transaction, name: str) -> Iterator[_Content]:
    """(task, submission, path, labels) of an export, in the order of the tasks."""
    export_id, _, recipe = exportcontents.kept(tx, name)
    for task_id, _, row in exportcontents.rows(tx, exportcontents.label_ids(tx, export_id)):
        if row is None:
            raise NotFound(f"The labels of “{name}” are gone: its project was deleted.")
        yield task_id, row.label_id, row.path, _only(row.labels, recipe.options.classes)


def _only(labels: Labels, classes: tuple[str, ...]) -> Labels:
    if not classes:
        return labels
    regions = tuple(region for region in labels.regions if region.name in classes)
    return msgspec.structs.replace(labels, regions=regions, tags=tuple(tag for tag in labels.tags if tag in classes))


def _compared(before: Iterator[_Content], after: Iterator[_Content]) -> Iterator[ImageChange]:
    """Goes through both at once: both are in the order of the tasks."""
    one, other = next(before, None), next(after, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield ImageChange(one[2], "removed", changes(one[3], Labels(one[3].size)))
            one = next(before, None)
        elif one is None or other[0] < one[0]:
            yield ImageChange(other[2], "added", changes(Labels(other[3].size), other[3]))
            other = next(after, None)
        else:
            changed = changes(one[3], other[3])
            if changed:
                yield ImageChange(other[2], "changed", changed)
            one, other = next(before, None), next(after, None)
