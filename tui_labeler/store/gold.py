"""Images whose labels are known."""

from __future__ import annotations

import msgspec

from tui_labeler.model.regions import Labels
from tui_labeler.store import readable
from tui_labeler.store.database import Transaction


def put(tx: Transaction, project_id: int, task_id: int, labels: Labels, who: str, now: float) -> None:
    """Makes these the known labels of an image, instead of what was known before."""
    tx.run(
        "INSERT INTO gold (task_id, project_id, labels, who, added) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (task_id) DO UPDATE SET labels = excluded.labels, who = excluded.who, added = excluded.added",
        task_id,
        project_id,
        msgspec.json.encode(labels).decode(),
        who,
        now,
    )


def drop(tx: Transaction, task_id: int) -> bool:
    """From now on the image is like any other; whether it was gold."""
    return tx.run("DELETE FROM gold WHERE task_id = ?", task_id) > 0


def get(tx: Transaction, task_id: int) -> Labels | None:
    """The known labels of an image; None where there are none that can be read."""
    row = tx.one("SELECT labels FROM gold WHERE task_id = ?", task_id)
    return readable.labels(row[0]) if row else None


def contains(tx: Transaction, task_id: int) -> bool:
    """Whether the labels of an image are known, be they readable or not."""
    return tx.one("SELECT 1 FROM gold WHERE task_id = ?", task_id) is not None


def count(tx: Transaction, project_id: int) -> int:
    row = tx.one("SELECT COUNT(*) FROM gold WHERE project_id = ?", project_id)
    return int(row[0]) if row else 0


def listed(tx: Transaction, project_id: int) -> tuple[tuple[str, str, float, int], ...]:
    """(path, who added it, when, how many labelers answered it), in the order of the tasks."""
    rows = tx.all(
        "SELECT t.path, g.who, g.added, (SELECT COUNT(*) FROM answer a WHERE a.task_id = g.task_id) "
        "FROM gold g JOIN task t ON t.id = g.task_id WHERE g.project_id = ? ORDER BY g.task_id",
        project_id,
    )
    return tuple((path, who, added, n) for path, who, added, n in rows)
