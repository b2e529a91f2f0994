"""Looking through the tasks of a project: filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.regions import Region
from tui_labeler.model.tasks import Losses, Submission, Task, TaskFilter
from tui_labeler.model.text import plural
from tui_labeler.store import blocks, counters, filtering, finding, projects, readable, running_edits
from tui_labeler.store.database import Transaction
from tui_labeler.store.task_rows import COLUMNS, task_of


def tasks(
    tx: Transaction, project_id: int, project: str, chosen: TaskFilter, offset: int, limit: int
) -> tuple[Task, ...]:
    """One page, in the order of the queue: as people count, and what was found later behind it."""
    if (counted := filtering.counted(chosen)) is None:
        found = finding.find(tx, project_id, chosen, 0, offset + limit)
        return tasks_of(tx, project_id, project, found.ids[offset:])
    place = blocks.locate(tx, project_id, offset, limit, counted or None)
    if place is None:
        return ()
    # Without a state there is no index that has this order; the rows have it (the plus keeps other indexes out).
    where, values = filtering.filtered(
        tx, project_id, chosen, "t.project_id" if chosen.state or chosen.missing else "+t.project_id"
    )
    # Ids first: what is passed over is read from the index alone.
    rows = tx.all(
        f"SELECT {COLUMNS} FROM task t WHERE t.id IN "
        f"(SELECT t.id {where} AND t.id BETWEEN ? AND ? ORDER BY t.id LIMIT ? OFFSET ?) ORDER BY t.id",
        *values,
        place.first,
        place.last,
        limit,
        place.passed,
    )
    return tuple(task_of(row, project) for row in rows)


def tasks_of(tx: Transaction, project_id: int, project: str, ids: Sequence[int]) -> tuple[Task, ...]:
    """These tasks, in this order; at most a page of them."""
    if not ids:
        return ()
    marks = ", ".join("?" * len(ids))
    # The plus: else a database may look through the whole project for them.
    rows = tx.all(f"SELECT {COLUMNS} FROM task t WHERE +t.project_id = ? AND t.id IN ({marks})", project_id, *ids)
    known = {row[0]: task_of(row, project) for row in rows}
    return tuple(known[task_id] for task_id in ids if task_id in known)


def count(tx: Transaction, project_id: int, chosen: TaskFilter) -> int:
    """How many tasks the filter lets through: from the project's numbers where they know it."""
    if (counted := filtering.counted(chosen)) is not None:
        numbers = counters.read(tx, project_id)
        by_state = numbers.get("state", {}) | numbers.get(blocks.MISSING, {})
        return by_state.get(counted, 0) if counted else sum(by_state.values())
    where, values = filtering.filtered(tx, project_id, chosen)
    row = tx.one(f"SELECT COUNT(*) {where}", *values)
    return int(row[0]) if row else 0


def current_labels(tx: Transaction, task_id: int) -> Submission | None:
    """The submission that counts; None where the task has none."""
    row = tx.one(
        "SELECT b.labeler, b.submitted, b.labels, b.seconds, t.project_id, "
        f"{running_edits.IS_FOLLOWING} FROM task t JOIN submission b ON b.id = t.label_id WHERE t.id = ?",
        task_id,
    )
    if row is None:
        return None
    labels = readable.labels(row[2]) if row[2] is not None else None
    is_unreadable = row[2] is not None and labels is None
    if labels is not None and row[5]:
        labels = running_edits.translator(tx, row[4])(labels)
    return Submission(row[0], row[1], labels, row[3], is_unreadable)


def label_id(tx: Transaction, task_id: int) -> int | None:
    """The submission that counts; None where there is none."""
    row = tx.one("SELECT label_id FROM task WHERE id = ?", task_id)
    return row[0] if row else None


def counting(tx: Transaction, label_ids: Sequence[int]) -> dict[int, Submission]:
    """Submissions of one project that count, by their ids, at most a page of them."""
    if not label_ids:
        return {}
    marks = ", ".join("?" * len(label_ids))
    rows = tx.all(
        f"SELECT b.id, b.labeler, b.submitted, b.seconds, b.labels, t.project_id, {running_edits.IS_FOLLOWING} "
        f"FROM submission b JOIN task t ON t.id = b.task_id WHERE b.id IN ({marks})",
        *label_ids,
    )
    as_now = running_edits.translator(tx, rows[0][5]) if any(row[6] for row in rows) else lambda labels: labels
    submissions = {}
    for number, labeler, at, seconds, text, *_ in rows:
        labels = readable.labels(text) if text is not None else None
        is_unreadable = text is not None and labels is None
        submissions[number] = Submission(labeler, at, as_now(labels) if labels else None, seconds, is_unreadable)
    return submissions


def submitted_by(tx: Transaction, project_id: int, project: str, labeler: str, count: int) -> tuple[Task, ...]:
    """The tasks whose counting submission is this labeler's, newest first."""
    rows = tx.stream(
        # Cross joins stay in this order: the labeler's own submissions, the newest first.
        f"SELECT {COLUMNS} FROM submission b CROSS JOIN task t "
        "WHERE t.id = b.task_id AND t.label_id = b.id AND b.labeler = ? AND t.project_id = ? AND t.missing = 0 "
        "ORDER BY b.id DESC LIMIT ?",
        labeler,
        project_id,
        count,
    )
    return tuple(task_of(row, project) for row in rows)


def recent_regions(tx: Transaction, project_id: int, count: int) -> tuple[Region, ...]:
    """The regions of the `count` newest submissions that count."""
    as_now = running_edits.translator(tx, project_id)
    rows = tx.stream(
        "SELECT b.labels FROM task t CROSS JOIN submission b WHERE b.id = t.label_id "
        "AND t.project_id = ? AND t.label_id IS NOT NULL AND b.labels IS NOT NULL ORDER BY t.label_id DESC LIMIT ?",
        project_id,
        count,
    )
    return tuple(region for (text,) in rows if (labels := readable.labels(text)) for region in as_now(labels).regions)


def losses(tx: Transaction, project_id: int) -> Losses:
    """What would be gone with the project."""
    (tasks_lost,) = tx.one("SELECT COUNT(*) FROM task WHERE project_id = ?", project_id) or (0,)
    (submissions,) = tx.one(
        "SELECT COUNT(*) FROM submission b JOIN task t ON t.id = b.task_id WHERE t.project_id = ?", project_id
    ) or (0,)
    (drafts,) = tx.one(
        "SELECT COUNT(*) FROM draft f JOIN task t ON t.id = f.task_id WHERE t.project_id = ?", project_id
    ) or (0,)
    return Losses(tasks_lost, submissions, drafts)


def change(tx: Transaction, project: str, spec: ProjectSpec) -> None:
    """Keeps a changed specification. Name, task type and dataset stay, and so do classes that labels use."""
    current = projects.project(tx, project)
    if (spec.details, spec.dataset) != (current.spec.details, current.spec.dataset):
        raise BadInput(
            "The name, the task type and the dataset of a project stay as they are.", "Create another project."
        )
    counted = projects.status(tx, current).classes
    for name in current.spec.classes.names:
        if name not in spec.classes.names and counted.get(name):
            raise BadInput(f"The label class “{name}” has {plural(counted[name], 'label')}, and cannot be taken away.")
    projects.update_spec(tx, current.id, spec)
