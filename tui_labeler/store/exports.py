"""Exports, and the stream of labels that they are written from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from tui_labeler.model.errors import NotFound
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import ExportResult
from tui_labeler.store import projects, readable, running_edits
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow


class Row(msgspec.Struct, frozen=True):
    """What an export may take of a task: the submission that counts, how it stands in review (empty: never reviewed), and
    how far labelers agree on it (None: nobody to compare)."""

    label_id: int
    path: str
    labeler: str
    labels: Labels
    review: str = ""
    agreement: float | None = None


def labeled(
    tx: Transaction, project_id: int, reviews: bool, unreadable: Callable[[str], None], with_trust: bool = False
) -> Iterator[Row]:
    """Every completed task whose image exists, and with `reviews` those whose image changed since, in the order of the
    tasks; nothing is held in memory. Labels that cannot be read are passed over, and `unreadable` is told the path. Only
    `with_trust` is asked for review and agreement."""
    states = "('completed', 'needs_review')" if reviews else "('completed')"
    more, join = "", ""
    if with_trust:
        more = ", r.state, g.agreement"
        join = "LEFT JOIN review r ON r.task_id = t.id LEFT JOIN agreement g ON g.task_id = t.id "
    rows = tx.scan(
        f"SELECT b.id, t.path, b.labeler, b.labels{more} FROM task t JOIN submission b ON b.id = t.label_id {join}"
        f"WHERE t.project_id = ? AND t.state IN {states} AND t.missing = 0 AND b.labels IS NOT NULL ORDER BY t.id",
        project_id,
    )
    for label_id, path, labeler, text, *trust in rows:
        state, agreement = trust or ("", None)
        if (labels := readable.labels(text)) is None:
            unreadable(path)
            continue
        yield Row(label_id, path, labeler, labels, state or "", agreement)


def with_proposals(tx: Transaction, project_id: int) -> Iterator[tuple[str, Labels, Labels | None, float | None]]:
    """(path, labels, what a model proposed before it saw them, how far labelers agree) of every completed image,
    but for labels that cannot be read."""
    as_now = running_edits.translator(tx, project_id)
    rows = tx.scan(
        "SELECT t.path, b.labels, p.labels, g.agreement FROM task t JOIN submission b ON b.id = t.label_id "
        "LEFT JOIN prelabel p ON p.task_id = t.id AND p.by_model = 1 LEFT JOIN agreement g ON g.task_id = t.id "
        "WHERE t.project_id = ? AND t.state = 'completed' AND t.missing = 0 AND b.labels IS NOT NULL ORDER BY t.id",
        project_id,
    )
    for path, text, proposed_text, agreement in rows:
        if (labels := readable.labels(text)) is not None:
            proposed = readable.labels(proposed_text)
            yield path, as_now(labels), as_now(proposed) if proposed is not None else None, agreement


def require_settled(tx: Transaction, project: ProjectRow) -> None:
    """Raises ClassesChanging while labels follow an edit of classes, and where one was made since `project` was read."""
    now = projects.project(tx, project.name)
    changed = (now.class_edit, now.spec.classes) != (project.class_edit, project.spec.classes)
    if changed or running_edits.running(tx, project.id):
        raise running_edits.ClassesChanging(project.name)


def is_reviewed(tx: Transaction, project_id: int) -> bool:
    """Whether any image of the project was decided on in review."""
    return tx.one("SELECT 1 FROM review WHERE project_id = ? AND reviews > 0 LIMIT 1", project_id) is not None


def is_compared(tx: Transaction, project_id: int) -> bool:
    """Whether any image of the project was labeled by more than one person."""
    return tx.one("SELECT 1 FROM agreement WHERE project_id = ? LIMIT 1", project_id) is not None


def left_out(tx: Transaction, project_id: int) -> dict[str, int]:
    """How many tasks are not exported, by reason."""
    reasons: dict[str, int] = {}
    rows = tx.stream(
        f"SELECT kind, key, n FROM {tx.dialect.counted} WHERE project_id = ? AND kind IN ('state', 'missing')",
        project_id,
    )
    for _, key, n in rows:
        if key != "completed" and n:
            reasons[key] = n
    return reasons


def name_taken(tx: Transaction, name: str) -> bool:
    return tx.one("SELECT 1 FROM export WHERE name = ?", name) is not None


def add(tx: Transaction, project_id: int, result: ExportResult) -> int:
    """Remembers a finished export; its number. Raises NotFound where the project is gone."""
    if tx.one("SELECT 1 FROM project WHERE id = ?", project_id) is None:
        raise NotFound(f"The project “{result.project}” was deleted meanwhile.", "Nothing is left of its export.")
    return tx.insert(
        "INSERT INTO export (project_id, project, name, created, result) VALUES (?, ?, ?, ?, ?) RETURNING id",
        project_id,
        result.project,
        result.name,
        result.created,
        msgspec.json.encode(result).decode(),
    )


def count(tx: Transaction, project: str | None) -> int:
    """How many exports there are, of one project or of all."""
    where, values = ("WHERE project = ?", (project,)) if project is not None else ("", ())
    row = tx.one(f"SELECT COUNT(*) FROM export {where}", *values)
    return int(row[0]) if row else 0


def exports(tx: Transaction, project: str | None) -> tuple[ExportResult, ...]:
    """Newest first; of one project, also a deleted one, or of all. What cannot be read is passed over."""
    where, values = ("WHERE project = ?", (project,)) if project is not None else ("", ())
    rows = tx.stream(f"SELECT result FROM export {where} ORDER BY created DESC, id DESC", *values)
    return tuple(result for (text,) in rows if (result := readable.read(text, ExportResult)) is not None)
