"""Drafts: what each labeler has drawn on a task and not submitted, one a labeler and task."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.tasks import KeptDraft, Task
from tui_labeler.store.database import Transaction
from tui_labeler.store.edits import last_class_edit
from tui_labeler.store.task_rows import gone

_KEPT = "t.project_id, d.changed, d.body, d.label_id, d.class_edit FROM draft d JOIN task t ON t.id = d.task_id"


def save(
    tx: Transaction, project_id: int, task: Task, labeler: str, draft: KeptDraft, now: float, token: str = ""
) -> None:
    """Keeps what the labeler has drawn so far. Raises NotFound where project, id and path do not name one task any more,
    and NotAllowed where the labeler draws in another window (a lease under another token than `token`, if given)."""
    tx.lock_task(task.id)
    row = tx.one(
        "SELECT lease_labeler, lease_token, lease_until FROM task WHERE project_id = ? AND id = ? AND path = ?",
        project_id,
        task.id,
        task.path,
    )
    if row is None:
        raise gone(task)
    if token and row[0] == labeler and row[1] != token and row[2] > now:
        raise NotAllowed(f"“{task.path}” is open in another window of yours; what you draw here is not kept.")
    tx.defer(
        "INSERT INTO draft (task_id, labeler, body, changed, label_id, class_edit) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (task_id, labeler) DO UPDATE SET body = excluded.body, changed = excluded.changed, "
        "label_id = excluded.label_id, class_edit = excluded.class_edit",
        task.id,
        labeler,
        draft.body,
        now,
        draft.label_id,
        draft.class_edit,
    )


def load(tx: Transaction, task_id: int, labeler: str) -> KeptDraft | None:
    """What `save` kept; None if there is nothing."""
    row = tx.one(f"SELECT {_KEPT} WHERE d.task_id = ? AND d.labeler = ?", task_id, labeler)
    return _kept(tx, *row) if row else None


def of_project(tx: Transaction, project_id: int) -> Iterator[KeptDraft]:
    """All drafts of a project."""
    rows = tx.all(f"SELECT {_KEPT} WHERE t.project_id = ?", project_id)
    return (_kept(tx, *row) for row in rows)


def _kept(
    tx: Transaction, project_id: int, changed: float, body: str, label_id: int | None, class_edit: int | None
) -> KeptDraft:
    """Earlier versions did not say which classes a draft is about: those of its time."""
    return KeptDraft(body, label_id, last_class_edit(tx, project_id, changed) if class_edit is None else class_edit)


def drop(tx: Transaction, task_id: int, labeler: str) -> None:
    """Throws the labeler's draft of the task away."""
    tx.run("DELETE FROM draft WHERE task_id = ? AND labeler = ?", task_id, labeler)


def hand_over(tx: Transaction, labeler: str, to: str) -> tuple[int, int]:
    """Makes a labeler's drafts another one's, but for tasks on which that one draws already; how many went, and how many
    stayed."""
    went = tx.run(
        "UPDATE draft SET labeler = ? WHERE labeler = ? AND task_id NOT IN (SELECT task_id FROM draft WHERE labeler = ?)",
        to,
        labeler,
        to,
    )
    (stayed,) = tx.one("SELECT COUNT(*) FROM draft WHERE labeler = ?", labeler) or (0,)
    return went, int(stayed)
