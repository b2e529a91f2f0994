"""Tasks in another order than the queue's: the ids that a filter lets through, sorted once; pages are cut from them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from tui_labeler.model.tasks import Task, TaskFilter, TaskOrder
from tui_labeler.store import task_queries
from tui_labeler.store.database import Transaction
from tui_labeler.store.task_rows import COLUMNS, task_of

# Regions are counted by their names: labels are JSON that msgspec wrote, where a quote inside of a text is escaped.
_LABELS = "(LENGTH(s.labels) - LENGTH(REPLACE(s.labels, '\"name\":', '')))"
_BY = {
    TaskOrder.STATE: ("t.missing", "t.state"),
    TaskOrder.LABELS: (f"COALESCE({_LABELS}, 0)",),
    TaskOrder.LABELER: ("COALESCE(s.labeler, '')",),
    TaskOrder.WHEN: ("COALESCE(s.submitted, 0)",),
}


def sorted_ids(tx: Transaction, project_id: int, chosen: TaskFilter, order: TaskOrder, backwards: bool) -> array[int]:
    """Eight bytes a task; as long as one look at each."""
    where, values = task_queries.filtered(tx, project_id, chosen, "+t.project_id")
    turn = "DESC" if backwards else "ASC"
    if order is TaskOrder.IMAGE:
        return array("q", (row[0] for row in tx.scan(f"SELECT t.id {where} ORDER BY t.id {turn}", *values)))
    keys = ", ".join(f"{key} {turn}" for key in _BY[order])
    rows = tx.scan(
        f"SELECT t.id FROM task t LEFT JOIN submission s ON s.id = t.label_id WHERE t.id IN (SELECT t.id {where}) "
        f"ORDER BY {keys}, t.id",
        *values,
    )
    return array("q", (row[0] for row in rows))


def tasks_of(tx: Transaction, project_id: int, project: str, ids: Sequence[int]) -> tuple[Task, ...]:
    """These tasks, in this order; at most a page of them."""
    if not ids:
        return ()
    marks = ", ".join("?" * len(ids))
    # The plus: else a database may look through the whole project for them.
    rows = tx.all(f"SELECT {COLUMNS} FROM task t WHERE +t.project_id = ? AND t.id IN ({marks})", project_id, *ids)
    known = {row[0]: task_of(row, project) for row in rows}
    return tuple(known[task_id] for task_id in ids if task_id in known)
