"""Exactly which submissions an export holds, so that it can be compared, and written again, at any time later."""

from __future__ import annotations

import base64
import zlib
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from tui_labeler.model.errors import NotFound, StorageError
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.transfers import ExportRecipe
from tui_labeler.store import readable
from tui_labeler.store.database import Transaction
from tui_labeler.store.exports import Row

# Submissions in one row of the database; in a query.
_PART, _ASKED = 10_000, 500


def put(tx: Transaction, export_id: int, project_id: int, recipe: str, label_ids: Iterable[int]) -> None:
    """Keeps what an export holds, and how it was made. Ids grow with the tasks mostly: their differences are packed, to
    about two bytes each."""
    tx.run("INSERT INTO export_recipe (export_id, project_id, recipe) VALUES (?, ?, ?)", export_id, project_id, recipe)
    ids = iter(label_ids)
    part = 0
    while chunk := list(islice(ids, _PART)):
        tx.run("INSERT INTO export_content (export_id, part, labels) VALUES (?, ?, ?)", export_id, part, _packed(chunk))
        part += 1


def _packed(ids: list[int]) -> str:
    steps = array("q", [ids[0], *(after - before for before, after in pairwise(ids))])
    return base64.b85encode(zlib.compress(steps.tobytes(), 9)).decode()


def _unpacked(text: str) -> list[int]:
    steps = array("q", zlib.decompress(base64.b85decode(text)))
    ids, at = [], 0
    for step in steps:
        at += step
        ids.append(at)
    return ids


def kept(tx: Transaction, name: str) -> tuple[int, ExportResult, ExportRecipe]:
    """(number, result, recipe) of an export. Raises NotFound where there is none, or where an earlier version made it, and
    StorageError where what is kept of it cannot be read."""
    row = tx.one(
        "SELECT e.id, e.result, c.recipe FROM export e LEFT JOIN export_recipe c ON c.export_id = e.id WHERE e.name = ?",
        name,
    )
    if row is None:
        raise NotFound(f"There is no export “{name}”.", "See: tui-labeler exports.")
    if not row[2]:
        raise NotFound(f"What “{name}” holds was not kept: an earlier version made it.")
    result, recipe = readable.read(row[1], ExportResult), readable.read(row[2], ExportRecipe)
    if result is None or recipe is None:
        raise _damaged(f"How “{name}” was made cannot be read")
    return row[0], result, recipe


def _damaged(words: str) -> StorageError:
    return StorageError(f"{words}: the workspace is damaged.", "Take it from a backup, or export anew.")


def label_ids(tx: Transaction, export_id: int) -> Iterator[int]:
    """The submissions of an export in the order of its rows."""
    parts = [part for (part,) in tx.all("SELECT part FROM export_content WHERE export_id = ? ORDER BY part", export_id)]
    for part in parts:
        row = tx.one("SELECT labels FROM export_content WHERE export_id = ? AND part = ?", export_id, part)
        if row is not None:
            try:
                yield from _unpacked(row[0])
            except (ValueError, zlib.error, TypeError):
                raise _damaged("Which labels this export holds cannot be read") from None


def rows(tx: Transaction, ids: Iterable[int]) -> Iterator[tuple[int, int, Row | None]]:
    """(task, submission, row) of each of these submissions, in their order; None (and task 0) where its project was deleted
    since. Raises StorageError for one that cannot be read."""
    asked = iter(ids)
    while chunk := list(islice(asked, _ASKED)):
        marks = ", ".join("?" * len(chunk))
        by_id = {
            label_id: (task_id, Row(label_id, path, labeler, _labels(path, labels)))
            for label_id, task_id, path, labeler, labels in tx.all(
                "SELECT b.id, t.id, t.path, b.labeler, b.labels FROM submission b JOIN task t ON t.id = b.task_id "
                f"WHERE b.id IN ({marks})",
                *chunk,
            )
        }
        for label_id in chunk:
            task_id, row = by_id.get(label_id, (0, None))
            yield task_id, label_id, row


def _labels(path: str, text: object) -> Labels:
    if (labels := readable.labels(text)) is None:
        raise _damaged(f"The labels that this export holds of “{path}” cannot be read")
    return labels
