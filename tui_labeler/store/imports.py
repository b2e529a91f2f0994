"""Labels from elsewhere on their way into the tasks of a project.

What was read goes into temporary tables of the connection (see staging): they need no lock, and are gone when the process
is. Then one transaction takes all of it, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import msgspec

from tui_labeler.model.names import marked_name
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.regions import Labels
from tui_labeler.store import prelabels, tallies
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.sqlite import CLUSTERED

_STEM = "/"
"""In front of a name without its suffix: no base name holds a slash."""


class Applied(msgspec.Struct, frozen=True):
    """What was taken: tasks that got labels, regions (or tags) in them, tasks that kept theirs, tasks that are open."""

    imported: int
    labels: int
    kept: int
    busy: int


@contextmanager
def incoming(database: Database) -> Iterator[None]:
    """Tables for one import, on this thread's connection."""
    with database.read() as tx:
        _drop(tx)
        tx.run(
            "CREATE TEMPORARY TABLE incoming (task_id BIGINT PRIMARY KEY, name TEXT NOT NULL, place TEXT NOT NULL, "
            "is_exact SMALLINT NOT NULL, has_labels SMALLINT NOT NULL, labels TEXT)"
        )
    try:
        yield
    finally:
        with database.read() as tx:
            _drop(tx)


def _drop(tx: Transaction) -> None:
    for table in ("incoming", "incoming_name"):
        tx.run(f"DROP TABLE IF EXISTS {table}")


# Which task a name means


def task_of_path(tx: Transaction, project_id: int, path: str) -> tuple[int, str, bool] | None:
    """(id, path, whether it has labels already) of the task with exactly this path; its file has to exist."""
    row = tx.one(
        "SELECT id, path, state <> 'incomplete' FROM task WHERE project_id = ? AND path = ? AND missing = 0",
        project_id,
        path,
    )
    return (row[0], row[1], bool(row[2])) if row else None


def index_names(tx: Transaction, project_id: int) -> None:
    """Makes a table of the base names, of those that exports give to images whose names occur twice, and of both without
    their suffix, to be asked with `tasks_of_name`."""
    tx.run(f"CREATE TEMPORARY TABLE incoming_name (name TEXT, task_id BIGINT, PRIMARY KEY (name, task_id)) {CLUSTERED}")
    paths = tx.stream("SELECT id, path FROM task WHERE project_id = ? AND missing = 0", project_id)
    while part := list(islice(paths, 10_000)):
        rows = []
        for task_id, path in part:
            for base in (path[path.rfind("/") + 1 :], marked_name(path)):
                rows += [(base, task_id), (_STEM + base[: base.rfind(".")], task_id)]
        tx.many("INSERT INTO incoming_name VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


def tasks_of_name(tx: Transaction, base: str, stem: bool) -> list[tuple[int, str, bool]]:
    """(id, path, whether it has labels already) of the tasks with this base name, two at most; with `stem` the name has
    no suffix."""
    rows = tx.all(
        "SELECT t.id, t.path, t.state <> 'incomplete' FROM incoming_name n JOIN task t ON t.id = n.task_id "
        "WHERE n.name = ? ORDER BY t.path LIMIT 2",
        _STEM + base if stem else base,
    )
    return [(task_id, path, bool(has)) for task_id, path, has in rows]


class Claim(msgspec.Struct, frozen=True):
    """An entry of the file for a task: what it calls the image, where it stands, and whether it named the task's path."""

    name: str
    place: str
    is_exact: bool


def claim_on(tx: Transaction, task_id: int) -> Claim | None:
    """What was staged for a task before."""
    row = tx.one("SELECT name, place, is_exact FROM incoming WHERE task_id = ?", task_id)
    return Claim(row[0], row[1], bool(row[2])) if row else None


def stage(tx: Transaction, task_id: int, claim: Claim, has_labels: bool, labels: Labels | None) -> None:
    """Keeps labels for a task, instead of what was staged for it. None: entries contend for it, and none gets it."""
    tx.run(
        "INSERT INTO incoming (task_id, name, place, is_exact, has_labels, labels) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (task_id) DO UPDATE SET name = excluded.name, place = excluded.place, "
        "is_exact = excluded.is_exact, labels = excluded.labels",
        task_id,
        claim.name,
        claim.place,
        int(claim.is_exact),
        int(has_labels),
        None if labels is None else msgspec.json.encode(labels).decode(),
    )


def staged(tx: Transaction) -> Iterator[tuple[bool, Labels]]:
    """(whether the task has labels already, the labels staged for it) of every task that gets some."""
    decode = msgspec.json.Decoder(Labels).decode
    rows = tx.stream("SELECT has_labels, labels FROM incoming WHERE labels IS NOT NULL ORDER BY task_id")
    return ((bool(has), decode(labels)) for has, labels in rows)


# Taking it over


def apply_completed(tx: Transaction, project_id: int, labeler: str, now: float, replace: bool) -> Applied:
    """Makes what was staged the labels that count. Tasks with labels keep them unless `replace`; their old ones stay in
    the history either way. Tasks that someone has open are passed over."""
    kept, busy = _leave_out(tx, now, "t.state <> 'incomplete'" if not replace else "")
    sums: dict[tuple[str, str], int] = {}
    replaced = tx.stream(
        "SELECT b.labels, b.labeler FROM incoming i JOIN task t ON t.id = i.task_id JOIN submission b ON b.id = t.label_id "
        "WHERE t.state = 'completed' AND t.missing = 0"
    )
    labels_in = imported = 0
    for labels, who in replaced:
        _sum(sums, tallies.of_labels(labels, who, -1))
    for (labels,) in tx.stream("SELECT labels FROM incoming"):
        changes = tallies.of_labels(labels, labeler, 1)
        _sum(sums, changes)
        imported += 1
        labels_in += sum(n for kind, _, n in changes if kind == "class")
    tx.run(
        "INSERT INTO submission (task_id, labeler, submitted, seconds, labels) "
        "SELECT task_id, ?, ?, 0, labels FROM incoming ORDER BY task_id",
        labeler,
        now,
    )
    tx.run(
        "UPDATE task SET state = 'completed', "
        "label_id = (SELECT MAX(b.id) FROM submission b WHERE b.task_id = task.id) "
        "WHERE id IN (SELECT task_id FROM incoming)"
    )
    tx.run("UPDATE prelabel SET is_open = 0 WHERE task_id IN (SELECT task_id FROM incoming)")
    tallies.add(tx, project_id, [(kind, key, n) for (kind, key), n in sums.items()])
    if imported:
        tallies.add(tx, project_id, [tallies.of_hour(now, imported)])
    tallies.recount_states(tx, project_id)
    return Applied(imported, labels_in, kept, busy)


def apply_prelabels(tx: Transaction, project_id: int, source: str, now: float) -> Applied:
    """Makes proposals of what was staged, for the tasks that have no labels yet."""
    kept, busy = _leave_out(tx, now, "t.state NOT IN ('incomplete', 'needs_review')")
    decode = msgspec.json.Decoder(Labels).decode
    imported = labels_in = 0
    for task_id, text in tx.stream("SELECT task_id, labels FROM incoming ORDER BY task_id"):
        labels = decode(text)
        sure = min((region.confidence for region in labels.regions), default=1.0)
        entry = Prelabel(labels, source, sure, by_model=False, at=now)
        if prelabels.put(tx, project_id, task_id, entry):
            imported += 1
            labels_in += len(labels.regions) + len(labels.tags)
    return Applied(imported, labels_in, kept, busy)


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
