"""Imports as named things: which there were, and taking one back."""

from __future__ import annotations

from tui_labeler.model.errors import NotAllowed, NotFound
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.transfers import ImportRecord, UndoResult
from tui_labeler.store import counters, edits, prelabels, readable
from tui_labeler.store.database import Transaction

_COLUMNS = "i.id, p.name, i.file, i.format, i.who, i.prelabel, i.created, i.imported, i.labels, i.review, i.undone"


def begin(tx: Transaction, project_id: int, file: str, format_name: str, who: str, prelabel: bool, now: float) -> int:
    """The number of a new import."""
    return tx.insert(
        "INSERT INTO import (project_id, file, format, who, prelabel, created) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        project_id,
        file,
        format_name,
        who,
        int(prelabel),
        now,
    )


def finish(tx: Transaction, import_id: int, imported: int, labels: int) -> int:
    """Keeps what it came to, or forgets it where it came to nothing; how many of its tasks need review."""
    if not imported:
        tx.run("DELETE FROM import_task WHERE import_id = ?", import_id)
        tx.run("DELETE FROM import WHERE id = ?", import_id)
        return 0
    row = tx.one(
        "SELECT COUNT(*) FROM import_task WHERE import_id = ? AND review <> '' AND label_after IS NOT NULL", import_id
    )
    review = int(row[0]) if row else 0
    tx.run("UPDATE import SET imported = ?, labels = ?, review = ? WHERE id = ?", imported, labels, review, import_id)
    return review


def records(tx: Transaction, project: str | None = None) -> tuple[ImportRecord, ...]:
    """Newest first."""
    where, values = ("WHERE p.name = ? ", (project,)) if project is not None else ("", ())
    rows = tx.stream(
        f"SELECT {_COLUMNS} FROM import i JOIN project p ON p.id = i.project_id {where}ORDER BY i.id DESC", *values
    )
    return tuple(
        ImportRecord(number, name, file, kind, who, bool(prelabel), created, imported, labels, review, undone)
        for number, name, file, kind, who, prelabel, created, imported, labels, review, undone in rows
    )


def undo(tx: Transaction, import_id: int, now: float) -> UndoResult:
    """Gives each task what it had before the import, where nobody has changed it since; the history keeps both. Raises
    NotFound, and NotAllowed for one that was taken back already or while someone has one of its tasks open."""
    row = tx.one(
        "SELECT i.project_id, p.name, i.prelabel, i.undone, i.created FROM import i JOIN project p ON p.id = i.project_id "
        "WHERE i.id = ?",
        import_id,
    )
    if row is None:
        raise NotFound(f"There is no import {import_id}.", "tui-labeler imports lists them.")
    project_id, project, prelabel, undone, created = row
    if undone:
        raise NotAllowed(f"The import {import_id} was taken back already.")
    edits.require_unchanged_classes(tx, project_id, project, "e.created >= ?", created)
    total = tx.one("SELECT COUNT(*) FROM import_task WHERE import_id = ?", import_id)
    restored = (
        _undo_prelabels(tx, project_id, import_id, created)
        if prelabel
        else _undo_labels(tx, project_id, import_id, now)
    )
    tx.run("UPDATE import SET undone = ? WHERE id = ?", now, import_id)
    counters.recount_states(tx, project_id)
    return UndoResult(import_id, restored, (int(total[0]) if total else 0) - restored)


# What the import made counts still, and nobody has the task open.
_UNCHANGED = (
    "FROM import_task x JOIN task t ON t.id = x.task_id WHERE x.import_id = ? AND t.label_id = x.label_after "
    "AND t.state IN ('completed', 'needs_review') "
    "AND NOT (t.lease_token IS NOT NULL AND t.lease_until > ?)"
)


def _undo_labels(tx: Transaction, project_id: int, import_id: int, now: float) -> int:
    sums: dict[tuple[str, str], int] = {}
    for which, sign, state in (("label_after", -1, "t.state"), ("label_before", 1, "x.state_before")):
        rows = tx.scan(
            f"SELECT b.labels, b.labeler FROM submission b JOIN (SELECT x.{which} AS number {_UNCHANGED} "
            f"AND t.missing = 0 AND {state} = 'completed') y ON y.number = b.id",
            import_id,
            now,
        )
        for labels, who in rows:
            for kind, key, n in counters.of_labels(labels, who, sign):
                sums[kind, key] = sums.get((kind, key), 0) + n
    changed = tx.all(f"SELECT t.id, x.state_before, x.label_before, x.prelabel_open {_UNCHANGED}", import_id, now)
    tx.many(
        "UPDATE task SET state = ?, label_id = ? WHERE id = ?",
        [(state, label, task) for task, state, label, _ in changed],
    )
    tx.many(
        "UPDATE prelabel SET is_open = 1 WHERE task_id = ?", [(task,) for task, _, _, was_open in changed if was_open]
    )
    counters.add(tx, project_id, [(kind, key, n) for (kind, key), n in sums.items()])
    return len(changed)


def _undo_prelabels(tx: Transaction, project_id: int, import_id: int, created: float) -> int:
    rows = tx.all(
        "SELECT x.task_id, x.prelabel_before, x.prelabel_source, x.prelabel_confidence, x.prelabel_by_model, "
        "x.prelabel_created FROM import_task x JOIN prelabel p ON p.task_id = x.task_id "
        "WHERE x.import_id = ? AND p.is_open = 1 AND p.by_model = 0 AND p.created = ?",
        import_id,
        created,
    )
    prelabels.drop_all(tx, project_id, [row[0] for row in rows])
    before = {
        task_id: Prelabel(proposed, source, confidence, bool(by_model), at)
        for task_id, labels, source, confidence, by_model, at in rows
        if (proposed := readable.labels(labels)) is not None
    }
    prelabels.put_all(tx, project_id, before)
    return len(rows)


def review_reasons(tx: Transaction, task_id: int) -> tuple[str, ...]:
    """Why a task that an import labeled needs review: what was left out of it; nothing once someone has looked at it."""
    row = tx.one(
        "SELECT x.review FROM import_task x JOIN import i ON i.id = x.import_id JOIN task t ON t.id = x.task_id "
        "WHERE x.task_id = ? AND i.undone = 0 AND t.label_id = x.label_after AND t.state = 'needs_review' "
        "ORDER BY x.import_id DESC LIMIT 1",
        task_id,
    )
    return tuple(filter(None, row[0].split(","))) if row else ()
