"""A row of the table of tasks as a task: by its id, or by the path of its image."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.errors import NotFound
from tui_labeler.model.tasks import Task, TaskState
from tui_labeler.store.database import Transaction

COLUMNS = "t.id, t.path, t.state, t.missing, t.prelabeled, t.size, t.version, t.label_id"


def task_of(row: tuple[Any, ...], project: str) -> Task:
    """A row of `COLUMNS` as a task."""
    number, path, state, missing, prelabeled, size, version, label_id = row
    return Task(number, project, path, TaskState(state), bool(missing), bool(prelabeled), size, version, label_id)


def task(tx: Transaction, project_id: int, project: str, task_id: int) -> Task:
    """Raises NotFound."""
    row = tx.one(f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.id = ?", project_id, task_id)
    if row is None:
        raise NotFound(f"The project “{project}” has no task {task_id}.")
    return task_of(row, project)


def task_by_path(tx: Transaction, project_id: int, project: str, path: str) -> Task:
    """Raises NotFound."""
    row = tx.one(f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.path = ?", project_id, path)
    if row is None:
        raise NotFound(f"The project “{project}” has no task for the image “{path}”.")
    return task_of(row, project)


def gone(task: Task) -> NotFound:
    """What is raised where project, id and path do not name one task any more."""
    return NotFound(
        f"The project “{task.project}” has no such task for “{task.path}” any more: it was deleted, or made anew."
    )
