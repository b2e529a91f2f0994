"""Labels from elsewhere on their way into the tasks of a project.

What was read goes into temporary tables of the connection (see staging): they need no lock, and are gone when the process
is. Then one transaction takes all of it, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import msgspec

from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.regions import Labels
from tui_labeler.store import counters, imported_names, prelabels, statistics
from tui_labeler.store.database import Database, Transaction

_PAGE = 500


class Applied(msgspec.Struct, frozen=True):
    """What was taken: tasks that got labels, regions (or tags) in them, tasks that kept theirs, tasks that are open."""

    imported: int
    labels: int
    kept: int
    busy: int


@contextmanager
def incoming(database: Database) -> Iterator[None]:
    """Tables for one import, on this thread's connection."""
    text = database.dialect.text
    with database.staging():
        with database.read() as tx:
            _drop(tx)
            tx.run(
                f"CREATE {tx.dialect.staging} TABLE incoming (task_id BIGINT PRIMARY KEY, name {text} NOT NULL, "
                f"place {text} NOT NULL, strength BIGINT NOT NULL, has_labels SMALLINT NOT NULL, labels {text}, "
                f"review {text} NOT NULL)"
            )
        try:
            yield
        finally:
            with database.read() as tx:
                _drop(tx)


def _drop(tx: Transaction) -> None:
    for table in ("incoming", *imported_names.TABLES):
        tx.run(f"DROP TABLE IF EXISTS {table}")


def staged(tx: Transaction) -> Iterator[tuple[bool, Labels, bool]]:
    """(whether the task has labels already, the labels staged for it, whether it will need review) of every task that
    gets some."""
    decode = msgspec.json.Decoder(Labels).decode
    rows = tx.scan("SELECT has_labels, labels, review FROM incoming WHERE labels IS NOT NULL ORDER BY task_id")
    return ((bool(has), decode(labels), bool(review)) for has, labels, review in rows)


def staged_examples(tx: Transaction, most: int) -> tuple[tuple[str, Labels], ...]:
    """(path, labels staged for it) of the first tasks that get some."""
    rows = tx.all(
        "SELECT task.path, incoming.labels FROM incoming JOIN task ON task.id = incoming.task_id "
        "WHERE incoming.labels IS NOT NULL ORDER BY incoming.task_id LIMIT ?",
        most,
    )
    return tuple((path, msgspec.json.decode(labels, type=Labels)) for path, labels in rows)


# Taking it over


def apply_completed(
    tx: Transaction, project_id: int, labeler: str, now: float, replace: bool, import_id: int
) -> Applied:
    """Makes what was staged the labels that count; where an object was left out, the task needs review. Tasks with labels
    keep them unless `replace`; their old ones stay in the history either way. Tasks that someone has open are passed
    over."""
    statistics.gather(tx, "incoming")
    kept, busy = _leave_out(tx, now, "t.state <> 'incomplete'" if not replace else "")
    _remember(tx, import_id)
    sums: dict[tuple[str, str], int] = {}
    replaced = tx.scan(
        "SELECT b.labels, b.labeler FROM incoming i JOIN task t ON t.id = i.task_id JOIN submission b ON b.id = t.label_id "
        "WHERE t.state = 'completed' AND t.missing = 0"
    )
    labels_in = imported = 0
    for labels, who in replaced:
        _sum(sums, counters.of_labels(labels, who, -1))
    for labels, review in tx.scan("SELECT labels, review FROM incoming"):
        changes = counters.of_labels(labels, labeler, 1)
        if not review:
            _sum(sums, changes)
        imported += 1
        labels_in += sum(n for kind, _, n in changes if kind == "class")
    tx.run(
        "INSERT INTO submission (task_id, labeler, submitted, seconds, labels) "
        "SELECT task_id, ?, ?, 0, labels FROM incoming ORDER BY task_id",
        labeler,
        now,
    )
    statistics.gather(tx, "submission")
    tx.run(
        "UPDATE task SET label_id = n.id, state = CASE WHEN n.review = '' THEN 'completed' ELSE 'needs_review' END "
        "FROM (SELECT i.task_id, i.review, MAX(b.id) AS id FROM incoming i JOIN submission b ON b.task_id = i.task_id "
        "GROUP BY i.task_id, i.review) n WHERE n.task_id = task.id"
    )
    tx.run(
        "UPDATE import_task SET label_after = (SELECT t.label_id FROM task t WHERE t.id = import_task.task_id) "
        "WHERE import_id = ?",
        import_id,
    )
    tx.run("UPDATE prelabel SET is_open = 0 WHERE task_id IN (SELECT task_id FROM incoming)")
    counters.add(tx, project_id, [(kind, key, n) for (kind, key), n in sums.items()])
    if imported:
        counters.add(tx, project_id, [counters.of_hour(now, imported)])
    counters.recount_states(tx, project_id)
    return Applied(imported, labels_in, kept, busy)


def apply_prelabels(tx: Transaction, project_id: int, source: str, now: float, import_id: int) -> Applied:
    """Makes proposals of what was staged, for the tasks that have no labels yet."""
    kept, busy = _leave_out(tx, now, "t.state NOT IN ('incomplete', 'needs_review')")
    _remember(tx, import_id)
    decode = msgspec.json.Decoder(Labels).decode
    imported = labels_in = 0
    rows = tx.scan("SELECT task_id, labels FROM incoming ORDER BY task_id")
    while page := list(islice(rows, _PAGE)):
        entries = {}
        for task_id, text in page:
            labels = decode(text)
            sure = min((region.confidence for region in labels.regions), default=1.0)
            entries[task_id] = Prelabel(labels, source, sure, by_model=False, at=now)
        for task_id in prelabels.put_all(tx, project_id, entries):
            imported += 1
            labels_in += len(entries[task_id].labels.regions) + len(entries[task_id].labels.tags)
    return Applied(imported, labels_in, kept, busy)


def _remember(tx: Transaction, import_id: int) -> None:
    """What each task that is about to change has now, so that it can be given back."""
    tx.run(
        "INSERT INTO import_task (import_id, task_id, state_before, label_before, review, "
        "prelabel_before, prelabel_source, prelabel_confidence, prelabel_by_model, prelabel_created, prelabel_open) "
        "SELECT ?, t.id, t.state, t.label_id, i.review, p.labels, p.source, p.confidence, p.by_model, p.created, p.is_open "
        "FROM incoming i JOIN task t ON t.id = i.task_id LEFT JOIN prelabel p ON p.task_id = t.id",
        import_id,
    )


def _leave_out(tx: Transaction, now: float, labeled: str) -> tuple[int, int]:
    """Takes away what is not to be taken over: how many tasks keep their labels, and how many are open at someone."""
    tx.run("DELETE FROM incoming WHERE labels IS NULL OR task_id NOT IN (SELECT t.id FROM task t)")
    kept = 0
    if labeled:
        kept = tx.run(f"DELETE FROM incoming WHERE task_id IN (SELECT t.id FROM task t WHERE {labeled})")
    busy = tx.run(
        "DELETE FROM incoming WHERE task_id IN "
        "(SELECT t.id FROM task t WHERE t.lease_token IS NOT NULL AND t.lease_until > ?)",
        now,
    )
    return kept, busy


def _sum(sums: dict[tuple[str, str], int], changes: list[tuple[str, str, int]]) -> None:
    for kind, key, n in changes:
        sums[kind, key] = sums.get((kind, key), 0) + n
