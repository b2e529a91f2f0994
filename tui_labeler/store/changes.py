"""Changes of completed tasks that nobody has submitted: a labeler went back to one, changed it, and left.

They are drafts that say something else than they began with (`differs`), of tasks that no longer wait for labels. An index
over (project, differs) finds them: neither the drafts' bodies nor the other tasks of the project are looked at.
"""

from __future__ import annotations

from tui_labeler.model.tasks import Unsubmitted
from tui_labeler.store.database import Transaction

_CHANGED = (
    "FROM draft f JOIN task t ON t.id = f.task_id WHERE f.project_id = ? AND f.differs = 1 "
    "AND t.state IN ('completed', 'skipped') AND t.missing = 0"
)
# For the tasks t of a project: those with such a change.
HAS_CHANGE = (
    "t.state IN ('completed', 'skipped') AND t.missing = 0 "
    "AND t.id IN (SELECT f.task_id FROM draft f WHERE f.project_id = ? AND f.differs = 1)"
)


def mark(tx: Transaction, task_id: int, labeler: str, differs: bool) -> None:
    """Says of a draft that was just kept whether it differs from what it began with."""
    tx.defer(
        "UPDATE draft SET differs = ?, project_id = (SELECT project_id FROM task WHERE id = ?) "
        "WHERE task_id = ? AND labeler = ? AND (differs <> ? OR project_id = 0)",
        int(differs),
        task_id,
        task_id,
        labeler,
        int(differs),
    )


def unsubmitted(tx: Transaction, project_id: int) -> Unsubmitted:
    """How many images of the project have such changes, and whose they are."""
    rows = tx.all(f"SELECT f.labeler, COUNT(*) {_CHANGED} GROUP BY f.labeler ORDER BY f.labeler", project_id)
    (images,) = tx.one(f"SELECT COUNT(DISTINCT f.task_id) {_CHANGED}", project_id) or (0,)
    return Unsubmitted(images, {labeler: int(count) for labeler, count in rows})


def changed_by(tx: Transaction, task_id: int) -> tuple[str, ...]:
    """The labelers whose changes of this task are not submitted."""
    rows = tx.stream(
        "SELECT f.labeler FROM draft f JOIN task t ON t.id = f.task_id WHERE f.task_id = ? AND f.differs = 1 "
        "AND t.state IN ('completed', 'skipped') ORDER BY f.labeler",
        task_id,
    )
    return tuple(row[0] for row in rows)
