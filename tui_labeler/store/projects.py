"""Projects: their rows, specifications and numbers."""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import Any

import msgspec

from tui_labeler.model.errors import AlreadyExists, NotFound, StorageError
from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.tasks import Dataset, Datastore, ProjectState, ProjectSummary, Queue, Status
from tui_labeler.model.transfers import export_memo
from tui_labeler.store import counters, key_value, readable, running_edits
from tui_labeler.store.database import Ask, PreparedStatement, Transaction


class ProjectRow(msgspec.Struct, frozen=True):
    """A project with what belongs to it."""

    id: int
    spec: ProjectSpec
    status: ProjectState
    dataset: Dataset
    datastore: Datastore
    refresh_seconds: int | None
    refreshed: float
    created: float
    class_edit: int

    @property
    def name(self) -> str:
        return self.spec.details.name


_SELECT = (
    "SELECT p.id, p.spec, p.status, s.name, d.name, s.path, d.url, d.kind, p.refresh_seconds, p.refreshed, p.created, "
    "p.class_edit "
    "FROM project p JOIN dataset s ON s.id = p.dataset_id JOIN datastore d ON d.id = s.datastore_id"
)

_BY_NAME = PreparedStatement(f"{_SELECT} WHERE p.name = ?")


@lru_cache(maxsize=32)
def _spec(text: str) -> ProjectSpec | None:
    """Asked for at every image, and seldom another one."""
    return readable.read(text, ProjectSpec)


def _row(row: tuple[Any, ...]) -> ProjectRow | None:
    """None where its specification cannot be read."""
    if (spec := _spec(row[1])) is None:
        return None
    return ProjectRow(
        row[0],
        spec,
        ProjectState(row[2]),
        Dataset(row[3], row[4], row[5]),
        Datastore(row[4], row[6], row[7]),
        row[8],
        row[9],
        row[10],
        row[11],
    )


def project(tx: Transaction, name: str, ahead: Ask | None = None) -> ProjectRow:
    """Raises NotFound, naming the projects whose names are alike, and StorageError for one whose specification cannot be
    read. `ahead`: see `Transaction.one_ahead`."""
    row = tx.one_ahead(ahead, _BY_NAME, name) if ahead else tx.one(_BY_NAME, name)
    if row is None:
        names = [known for (known,) in tx.stream("SELECT name FROM project ORDER BY name")]
        near = difflib.get_close_matches(name, names, n=3) or names[:8]
        mend = f"There are: {', '.join(near)}." if near else "Create one: tui-labeler project create FILE."
        raise NotFound(f"There is no project “{name}”.", mend)
    if (found := _row(row)) is None:
        mend = "Take the workspace from a backup; labels, and the other projects, are not touched by it."
        raise StorageError(f"What the project “{name}” is like cannot be read: the workspace is damaged.", mend)
    return found


def projects(tx: Transaction) -> tuple[ProjectRow, ...]:
    """Newest first; but for those whose specification cannot be read."""
    rows = tx.all(f"{_SELECT} ORDER BY p.created DESC, p.id DESC")
    return tuple(found for row in rows if (found := _row(row)) is not None)


def unreadable(tx: Transaction) -> tuple[str, ...]:
    """The names of the projects whose specification cannot be read."""
    return tuple(name for name, spec in tx.all("SELECT name, spec FROM project ORDER BY id") if _spec(spec) is None)


def require_free_name(tx: Transaction, name: str) -> None:
    """Raises AlreadyExists. A deleted project's name is free again."""
    if tx.one("SELECT 1 FROM project WHERE name = ?", name):
        raise AlreadyExists(
            f"There is a project “{name}” already.", "Choose another name, or delete that project first."
        )


def insert(tx: Transaction, spec: ProjectSpec, dataset_id: int, now: float) -> int:
    """The id of the new project, which has no tasks yet."""
    require_free_name(tx, spec.details.name)
    return tx.insert(
        "INSERT INTO project (name, type, status, spec, dataset_id, refresh_seconds, refreshed, created) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        spec.details.name,
        spec.details.type.value,
        ProjectState.RUNNING.value,
        msgspec.json.encode(spec).decode(),
        dataset_id,
        spec.refresh.seconds if spec.refresh.enabled else None,
        now,
        now,
    )


def update_spec(tx: Transaction, project_id: int, spec: ProjectSpec) -> None:
    """Keeps the changed specification; the interval of the refresh follows it."""
    tx.run(
        "UPDATE project SET spec = ?, refresh_seconds = ? WHERE id = ?",
        msgspec.json.encode(spec).decode(),
        spec.refresh.seconds if spec.refresh.enabled else None,
        project_id,
    )


def set_class_edit(tx: Transaction, project_id: int, edit_id: int) -> None:
    """The edit is the last one that changed names of classes."""
    tx.run("UPDATE project SET class_edit = ? WHERE id = ?", edit_id, project_id)


def set_status(tx: Transaction, name: str, status: ProjectState, who: str = "") -> None:
    """`who` pauses it. Raises NotFound."""
    project_id = project(tx, name).id
    tx.run("UPDATE project SET status = ? WHERE id = ?", status.value, project_id)
    key_value.write(tx, f"paused/{project_id}", who if who and status is ProjectState.PAUSED else None)


def paused_by(tx: Transaction, row: ProjectRow) -> str:
    """Who paused it; empty where it runs, or nobody said who."""
    return (key_value.read(tx, f"paused/{row.id}") or "") if row.status is ProjectState.PAUSED else ""


def delete(tx: Transaction, name: str) -> None:
    """Takes tasks, labels, drafts and leases with it, and how it was exported; images and exports stay. Raises NotFound."""
    key_value.write(tx, export_memo(name), None)
    project_id = project(tx, name).id
    key_value.write(tx, f"paused/{project_id}", None)
    tx.run("DELETE FROM project WHERE id = ?", project_id)


def summaries(tx: Transaction) -> tuple[ProjectSummary, ...]:
    """Newest first. Two queries, however many projects there are."""
    counts: dict[int, dict[str, int]] = {}
    for project_id, key, n in tx.stream(f"SELECT project_id, key, n FROM {tx.dialect.counted} WHERE kind = 'state'"):
        counts.setdefault(project_id, {})[key] = n
    rows = tx.all("SELECT id, name, type, status, created FROM project ORDER BY created DESC, id DESC")
    listed = []
    for project_id, name, kind, state, created in rows:
        states = counts.get(project_id, {})
        listed.append(
            ProjectSummary(
                name=name,
                type=TaskType(kind),
                status=ProjectState(state),
                total=sum(states.values()),
                completed=states.get("completed", 0),
                skipped=states.get("skipped", 0),
                stale=states.get("needs_review", 0),
                created=created,
            )
        )
    return tuple(listed)


def counted_classes(tx: Transaction, project_id: int) -> dict[str, int]:
    """Labels on completed images by class, under the names that they have in the tasks."""
    return counters.read(tx, project_id).get("class", {})


def status(tx: Transaction, row: ProjectRow) -> Status:
    """At most three queries, however many tasks. Classes come in the order of the specification, unused ones with 0."""
    numbers = counters.read(tx, row.id)
    states = numbers.get("state", {})
    total, completed = sum(states.values()), states.get("completed", 0)
    open_tasks = states.get("incomplete", 0) + states.get("needs_review", 0)
    prelabeled = numbers.get("prelabeled", {}).get("prelabeled", 0)
    counted = numbers.get("class", {})
    if not counted.keys() <= set(row.spec.classes.names):
        counted = running_edits.counted_as_now(counted, running_edits.following(tx, row.id))
    labelers = sorted(numbers.get("labeler", {}).items(), key=lambda item: (-item[1], item[0]))
    return Status(
        name=row.name,
        status=row.status,
        type=row.spec.details.type,
        total=total,
        completed=completed,
        skipped=states.get("skipped", 0),
        stale=states.get("needs_review", 0),
        incomplete=states.get("incomplete", 0),
        missing=numbers.get("missing", {}).get("missing", 0),
        percent=round(100 * completed / total, 2) if total else 0.0,
        classes=dict.fromkeys(row.spec.classes.names, 0) | counted,
        labelers=dict(labelers),
        queue=Queue(open_tasks - prelabeled, prelabeled),
        last_refresh=row.refreshed,
        created=row.created,
        activity=dict(sorted(numbers.get("hour", {}).items())),
        paused_by=paused_by(tx, row),
    )
