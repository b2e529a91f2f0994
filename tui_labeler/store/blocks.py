"""How many tasks a project has in each block of ids: where a page in the middle of the list begins is found without walking
there. Tasks are only ever added, or deleted with their project."""

from __future__ import annotations

from tui_labeler.store.database import Transaction

BLOCK = 4096


def locate(tx: Transaction, project_id: int, offset: int) -> tuple[int, int]:
    """(the id from which on to look, how many tasks to pass over from there) for a place in the list of all tasks."""
    passed = 0
    for block, n in tx.stream("SELECT block, n FROM task_block WHERE project_id = ? ORDER BY block", project_id):
        if passed + n > offset:
            return block * BLOCK, offset - passed
        passed += n
    return 0, offset


def count_added(tx: Transaction, project_id: int, after: int) -> None:
    """Counts the tasks with ids behind `after`, which were just added."""
    tx.run(
        f"INSERT INTO task_block (project_id, block, n) SELECT project_id, id / {BLOCK}, COUNT(*) FROM task "
        f"WHERE project_id = ? AND id > ? GROUP BY project_id, id / {BLOCK} "
        "ON CONFLICT (project_id, block) DO UPDATE SET n = task_block.n + excluded.n",
        project_id,
        after,
    )


def last_id(tx: Transaction) -> int:
    """The largest id of any task."""
    row = tx.one("SELECT MAX(id) FROM task")
    return int(row[0] or 0) if row else 0
