"""A listing of a datastore on its way into the tasks of a project.

Files go, batch by batch, into a temporary table of the connection: it needs no lock, spills to a file instead of filling
the memory, and is gone when the process is. Then one transaction compares it with the tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from tui_labeler.model.names import natural_keys
from tui_labeler.model.tasks import RefreshResult
from tui_labeler.store import blocks, counters, names, statistics
from tui_labeler.store.database import Database, Transaction

File = tuple[str, int, str]
"""A file of a listing: path, size in bytes, version (ETag or modification time)."""

Progress = Callable[[int, int], None]
"""Called with (done, total); it may raise Cancelled."""

_SLICE = 10_000


@contextmanager
def listing(database: Database, batches: Iterable[list[File]], progress: Progress) -> Iterator[int]:
    """Stages all files of `batches`, telling `progress` (files so far, 0); yields how many there are."""
    with database.staging():
        yield from _staged(database, batches, progress)


def _staged(database: Database, batches: Iterable[list[File]], progress: Progress) -> Iterator[int]:
    count, words = 0, database.dialect
    with database.read() as tx:
        tx.run("DROP TABLE IF EXISTS listing")
        tx.run(
            f"CREATE {words.staging} TABLE listing (place {words.text} NOT NULL, path {words.text} NOT NULL, "
            f"size BIGINT NOT NULL, version {words.text} NOT NULL, PRIMARY KEY (place, path)) {words.clustered}"
        )
    try:
        for batch in batches:
            keys = natural_keys([path for path, _, _ in batch])
            rows = sorted((key, *file) for key, file in zip(keys, batch, strict=True))  # in the table's order: faster
            with database.read() as tx:  # only the temporary table is written: no lock on the workspace
                tx.many("INSERT INTO listing VALUES (?, ?, ?, ?) ON CONFLICT (place, path) DO NOTHING", rows)
            count += len(batch)
            progress(count, 0)
        with database.read() as tx:
            statistics.gather(tx, "listing")
        yield count
    finally:
        with database.read() as tx:
            tx.run("DROP TABLE IF EXISTS listing")


def insert_new(tx: Transaction, project_id: int, total: int, progress: Progress) -> int:
    """Makes a task of every staged file that has none; returns how many. They come in the order in which people count
    (photo 2 before photo 10), which is the order of the queue and of lists."""
    before, last_id = _count(tx, project_id), blocks.last_id(tx)
    after = ("", "")
    for done in range(0, total, _SLICE):
        progress(done, total)
        last = tx.one(
            "SELECT place, path FROM listing WHERE (place, path) > (?, ?) ORDER BY place, path LIMIT 1 OFFSET ?",
            *after,
            _SLICE - 1,
        )
        upto, values = ("AND (l.place, l.path) <= (?, ?)", last) if last else ("", ())
        tx.run(
            "INSERT INTO task (project_id, path, size, version, state) "
            f"SELECT ?, l.path, l.size, l.version, 'incomplete' FROM listing l WHERE (l.place, l.path) > (?, ?) {upto} "
            "ORDER BY l.place, l.path ON CONFLICT (project_id, path) DO NOTHING",
            project_id,
            *after,
            *values,
        )
        if last is None:
            break
        after = (last[0], last[1])
    progress(total, total)
    blocks.count_added(tx, project_id, last_id)
    names.add(tx, project_id)
    added = _count(tx, project_id) - before
    if added:
        statistics.gather(tx, "task")
    counters.recount_states(tx, project_id)
    return added


def _count(tx: Transaction, project_id: int) -> int:
    row = tx.one("SELECT COUNT(*) FROM task WHERE project_id = ?", project_id)
    return int(row[0]) if row else 0


# Tasks beside what the listing says of their file (NULL where it is gone).
_COMPARED = "task t LEFT JOIN listing l ON l.path = t.path WHERE t.project_id = ?"
_GONE = "l.path IS NULL"
_CHANGED = "(l.version <> t.version OR l.size <> t.size)"
_LEAVES = f"t.missing = 0 AND ({_GONE} OR {_CHANGED})"
_RETURNS = f"t.missing = 1 AND l.path IS NOT NULL AND NOT {_CHANGED}"


def apply(tx: Transaction, project_id: int, total: int, now: float, progress: Progress) -> RefreshResult:
    """Brings the tasks in line with the listing: new files become tasks, a changed file's labels need review, a
    vanished file's task is marked missing and keeps its labels, a file that is back is a task again."""
    # Made at once when all files are there, and only where tasks are compared with them.
    tx.run("CREATE UNIQUE INDEX listing_path ON listing (path)")
    changed = _number(tx, f"{_COMPARED} AND t.missing = 0 AND {_CHANGED}", project_id)
    missing = _number(tx, f"{_COMPARED} AND t.missing = 0 AND {_GONE}", project_id)
    _count_labels(tx, project_id, _LEAVES, -1)
    _count_labels(tx, project_id, _RETURNS, 1)
    tx.run(
        "UPDATE task SET missing = 1 WHERE project_id = ? AND missing = 0 "
        "AND NOT EXISTS (SELECT 1 FROM listing l WHERE l.path = task.path)",
        project_id,
    )
    tx.run(
        "UPDATE task SET missing = 0 WHERE project_id = ? AND missing = 1 "
        "AND EXISTS (SELECT 1 FROM listing l WHERE l.path = task.path)",
        project_id,
    )
    # What was proposed for the old pixels says nothing of the new ones.
    tx.run(
        f"DELETE FROM prelabel WHERE task_id IN (SELECT t.id FROM {_COMPARED} AND t.prelabeled = 1 AND {_CHANGED})",
        project_id,
    )
    tx.run(
        "UPDATE task SET size = l.size, version = l.version, prelabeled = 0, "
        "state = CASE WHEN task.state = 'completed' THEN 'needs_review' ELSE task.state END FROM listing l "
        "WHERE task.project_id = ? AND l.path = task.path AND (l.version <> task.version OR l.size <> task.size)",
        project_id,
    )
    added = insert_new(tx, project_id, total, progress)
    tx.run("UPDATE project SET refreshed = ? WHERE id = ?", now, project_id)
    return RefreshResult(added=added, changed=changed, missing=missing, total=total)


def _number(tx: Transaction, where: str, project_id: int) -> int:
    row = tx.one(f"SELECT COUNT(*) FROM {where}", project_id)
    return int(row[0]) if row else 0


def _count_labels(tx: Transaction, project_id: int, which: str, sign: int) -> None:
    """Takes completed tasks that leave the count out of the numbers, or puts those that return back in."""
    rows = tx.scan(
        "SELECT b.labels, b.labeler FROM task t LEFT JOIN listing l ON l.path = t.path "
        "JOIN submission b ON b.id = t.label_id "
        f"WHERE t.project_id = ? AND t.state = 'completed' AND {which}",
        project_id,
    )
    sums: dict[tuple[str, str], int] = {}
    for labels, labeler in rows:
        for kind, key, n in counters.of_labels(labels, labeler, sign):
            sums[kind, key] = sums.get((kind, key), 0) + n
    counters.add(tx, project_id, [(kind, key, n) for (kind, key), n in sums.items()])
