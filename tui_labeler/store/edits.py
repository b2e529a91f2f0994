"""Changes of many labels at once as named things: which there were, what each task had before, and taking one back."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from tui_labeler.model.classlist import ClassChange, ClassList, KeptChange, lost_words, standing
from tui_labeler.model.edits import EditKind, EditRecord, recast
from tui_labeler.model.errors import ClassGone, NotAllowed, NotFound, StorageError
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Basis, Task
from tui_labeler.store import counters, readable
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.store.running_edits import RETURNING

_COLUMNS = "e.id, p.name, e.kind, e.words, e.who, e.created, e.images, e.labels, e.undone, 0, e.reverses"


class EditRow(msgspec.Struct, frozen=True):
    """An edit with what is needed to take it back."""

    id: int
    project_id: int
    project: str
    kind: EditKind
    words: str
    mapping: dict[str, str]
    classes_before: str | None
    reverses: int
    undone: float
    running: int


def begin(
    tx: Transaction,
    project_id: int,
    kind: EditKind,
    words: str,
    who: str,
    now: float,
    mapping: Mapping[str, str] = {},
    classes_before: str | None = None,
    reverses: int = 0,
    running: int = 0,
) -> int:
    """The number of a new edit."""
    return tx.insert(
        "INSERT INTO edit (project_id, kind, words, who, created, mapping, classes_before, reverses, running) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        project_id,
        kind.value,
        words,
        who,
        now,
        msgspec.json.encode(mapping).decode(),
        classes_before,
        reverses,
        running,
    )


def finish(tx: Transaction, edit_id: int, images: int, labels: int, words: str = "") -> None:
    """Keeps what it came to, in other `words` where they are given."""
    tx.run(
        "UPDATE edit SET images = ?, labels = ?, words = COALESCE(CAST(? AS TEXT), words) WHERE id = ?",
        images,
        labels,
        words or None,
        edit_id,
    )


def mark_undone(tx: Transaction, edit_id: int, now: float) -> None:
    """It was taken back."""
    tx.run("UPDATE edit SET undone = ?, running = 0 WHERE id = ?", now, edit_id)


def beside(tx: Transaction, edit_id: int) -> list[int]:
    """The tasks whose answers or known labels an edit changed."""
    rows = tx.all("SELECT DISTINCT task_id FROM edit_text WHERE edit_id = ? AND part <> 'prelabel'", edit_id)
    return sorted(row[0] for row in rows)


def forget(tx: Transaction, edit_id: int) -> None:
    """An edit that came to nothing."""
    tx.run("DELETE FROM edit WHERE id = ?", edit_id)


def records(tx: Transaction, project_id: int) -> tuple[EditRecord, ...]:
    """Newest first."""
    rows = tx.stream(
        f"SELECT {_COLUMNS} FROM edit e JOIN project p ON p.id = e.project_id WHERE e.project_id = ? ORDER BY e.id DESC",
        project_id,
    )
    return tuple(EditRecord(row[0], row[1], EditKind(row[2]), *row[3:]) for row in rows)


def record(tx: Transaction, project_id: int, edit_id: int) -> EditRecord:
    """One of them. Raises NotFound."""
    row(tx, edit_id)
    return next(entry for entry in records(tx, project_id) if entry.id == edit_id)


def row(tx: Transaction, edit_id: int) -> EditRow:
    """Raises NotFound."""
    columns = tx.one(
        "SELECT e.id, e.project_id, p.name, e.kind, e.words, e.mapping, e.classes_before, e.reverses, e.undone, e.running "
        "FROM edit e JOIN project p ON p.id = e.project_id WHERE e.id = ?",
        edit_id,
    )
    if columns is None:
        raise NotFound(f"There is no edit {edit_id}.", "tui-labeler project edits NAME lists them.")
    number, project_id, project, kind, words, mapping, *rest = columns
    decoded = readable.read(mapping, dict[str, str])
    if decoded is None:
        raise damaged(number)
    return EditRow(number, project_id, project, EditKind(kind), words, decoded, *rest)


def damaged(edit_id: int) -> StorageError:
    """What is raised of an edit of which it cannot be read what it did."""
    return StorageError(
        f"What the edit {edit_id} changed cannot be read: the workspace is damaged.", "It stands as it is."
    )


def require_newest(tx: Transaction, edit: EditRow) -> None:
    """Raises NotAllowed for an edit that was taken back, or while classes that were changed after it stand: what the tasks
    had before has the names of then."""
    if edit.undone:
        raise NotAllowed(f"The edit {edit.id} ({edit.words}) was taken back already.")
    require_unchanged_classes(tx, edit.project_id, edit.project, "e.id > ?", edit.id)


def require_unchanged_classes(tx: Transaction, project_id: int, project: str, where: str, value: object) -> None:
    """Raises NotAllowed where an edit that changed names of classes stands, of those that meet the condition."""
    rows = tx.all(f"SELECT e.id, e.words FROM edit e WHERE e.project_id = ? AND {where}", project_id, value)
    words = {int(number): str(text) for number, text in rows}
    # What takes an edit back is nothing to take back, unless that was taken back again.
    later = [change.edit for change in reversed(_changes(tx, project_id)) if len(change.reverses) % 2 == 0]
    later = [number for number in later if number in words]
    if not later:
        return
    newest, count = later[0], len(later)
    order = f"Take edit {newest} back first" if count == 1 else f"Take {count} edits back, the newest first"
    raise NotAllowed(
        f"Classes were changed since: {words[newest]}.",
        f"{order}: tui-labeler project edits {shlex.quote(project)} --undo {newest}",
    )


def _changes(tx: Transaction, project_id: int) -> tuple[ClassChange, ...]:
    rows = tx.all(
        "SELECT id, mapping, reverses, undone = 0 AND running <> ? FROM edit "
        "WHERE project_id = ? AND mapping <> '{}' AND kind <> ? ORDER BY id",
        RETURNING,
        project_id,
        EditKind.RECLASS.value,
    )
    return standing(
        KeptChange(edit_id, readable.read(text, dict[str, str]) or {}, reverses, bool(stands))
        for edit_id, text, reverses, stands in rows
    )


def class_list(tx: Transaction, row: ProjectRow) -> ClassList:
    """The classes of a project, and what became of their names."""
    return ClassList(row.spec.classes, row.class_edit, _changes(tx, row.id) if row.class_edit else ())


def last_class_edit(tx: Transaction, project_id: int, at: float) -> int:
    """The last edit until then, in seconds since 1970, that changed names of classes; 0 for none."""
    row = tx.one(
        "SELECT COALESCE(MAX(id), 0) FROM edit WHERE project_id = ? AND created <= ? AND mapping <> '{}' AND kind <> ?",
        project_id,
        at,
        EditKind.RECLASS.value,
    )
    return int(row[0]) if row else 0


def as_now(tx: Transaction, row: ProjectRow, labels: Labels, class_edit: int | None) -> Labels:
    """Labels of somebody who knew of edits of classes up to that one (None: nobody knows), with the names of now."""
    names = set(labels.class_counts())
    if class_edit == row.class_edit or (class_edit is None and names <= set(row.spec.classes.names)):
        return labels
    return recast(labels, class_list(tx, row).since(class_edit, names))


def submitted_as_now(tx: Transaction, row: ProjectRow, task: Task, labels: Labels, basis: Basis | None) -> Labels:
    """`as_now` of what somebody submits, who did not see what became of it. Raises ClassGone where something
    of it is gone, or which classes it is about is a guess."""
    class_edit = basis.class_edit if basis is not None else None
    now = as_now(tx, row, labels, class_edit)
    is_guess = basis is not None and basis.is_guess
    if now is labels and not is_guess:
        return labels
    counts = labels.class_counts()
    lost = lost_words(counts, class_list(tx, row).since(class_edit, counts))
    if is_guess:
        lost = "classes got other names about when this was labeled; see whether each is the one that you meant."
    is_known = (
        basis is not None and basis.sent_as and tx.one("SELECT 1 FROM submission WHERE sent_as = ?", basis.sent_as)
    )
    if lost and not is_known:
        raise ClassGone(f"“{task.path}”: {lost}", "What is left is a draft: look at it, and submit it.")
    return now


def is_newer_only_by_edits(tx: Transaction, task_id: int, label_id: int | None, basis: int | None) -> bool:
    """Whether the submission `label_id` came from `basis` by edits alone: labels made from that are not outdated."""
    seen = 0
    while label_id is not None and label_id != basis and seen < 100:
        before = _before_edit(tx, task_id, label_id)
        if before is None:
            return False
        label_id, seen = before[0], seen + 1
    return label_id == basis


def _before_edit(tx: Transaction, task_id: int, label_id: int) -> tuple[int | None] | None:
    """The submission, or one labeler's answer, that an edit made this one of; None where no edit made it."""
    if found := tx.one("SELECT label_before FROM edit_task WHERE task_id = ? AND label_after = ?", task_id, label_id):
        return (found[0],)
    answer = "SELECT before FROM edit_text WHERE task_id = ? AND part = 'answer' AND after = ?"
    found = tx.one(answer, task_id, str(label_id))
    return (int(found[0]),) if found else None


# Taking one back

# What the edit made counts still, and nobody has the task open.
_UNCHANGED = (
    "FROM edit_task x JOIN task t ON t.id = x.task_id WHERE {edit} = ? "
    "AND COALESCE(t.label_id, 0) = COALESCE(x.label_after, 0) AND t.state = x.state_after "
    "AND NOT (t.lease_token IS NOT NULL AND t.lease_until > ?)"
)


def restore(tx: Transaction, edit: EditRow, now: float) -> tuple[int, int]:
    """Gives each task what it had before, where nobody has changed it since; the history keeps both. (restored, kept)."""
    restored = restore_page(tx, edit, now)
    mark_undone(tx, edit.id, now)
    return restored, count_tasks(tx, edit.id) - restored


def count_tasks(tx: Transaction, edit_id: int) -> int:
    """How many tasks an edit changed the labels or the state of."""
    row = tx.one("SELECT COUNT(*) FROM edit_task WHERE edit_id = ?", edit_id)
    return int(row[0]) if row else 0


def restore_page(tx: Transaction, edit: EditRow, now: float, ids: Sequence[int] | None = None) -> int:
    """`restore` of these tasks alone, or of all. How many were restored."""
    # The plus: a database may read all that the edit did, for each page.
    of_edit = _UNCHANGED.format(edit="x.edit_id" if ids is None else "+x.edit_id")
    of_page = "" if ids is None else f" AND x.task_id IN ({', '.join('?' * len(ids))})"
    page = () if ids is None else tuple(ids)
    sums: Counter[tuple[str, str]] = Counter()
    for side, sign in (("after", -1), ("before", 1)):
        rows = tx.scan(
            f"SELECT b.labels, b.labeler FROM submission b JOIN (SELECT x.label_{side} AS number {of_edit}{of_page} "
            f"AND t.missing = 0 AND x.state_{side} = 'completed') y ON y.number = b.id",
            edit.id,
            now,
            *page,
        )
        for labels, who in rows:
            for kind, key, n in counters.of_labels(labels, who, sign):
                sums[kind, key] += n
    changed = tx.all(
        f"SELECT x.state_before, x.label_before, t.id, t.state, t.missing, t.prelabeled {of_edit}{of_page}",
        edit.id,
        now,
        *page,
    )
    tx.many("UPDATE task SET state = ?, label_id = ? WHERE id = ?", [row[:3] for row in changed])
    moves = [
        counters.Move(task_id, state, before, bool(prelabeled))
        for before, _, task_id, state, missing, prelabeled in changed
        if state != before and not missing
    ]
    counters.add_moves(tx, edit.project_id, moves)
    counters.add(tx, edit.project_id, [(kind, key, n) for (kind, key), n in sums.items()])
    restore_texts(tx, edit.id, ids)
    return len(changed)


def restore_texts(tx: Transaction, edit_id: int, ids: Sequence[int] | None = None) -> None:
    """Proposals and known labels of these tasks, or of all, are what they were, where nobody has changed them since."""
    of_page = "" if ids is None else f" AND x.task_id IN ({', '.join('?' * len(ids))})"
    edit = "x.edit_id" if ids is None else "+x.edit_id"
    for table in ("prelabel", "gold"):
        texts = tx.all(
            f"SELECT x.before, x.task_id, x.after FROM edit_text x WHERE {edit} = ? AND x.part = ?{of_page}",
            edit_id,
            table,
            *(ids or ()),
        )
        tx.many(f"UPDATE {table} SET labels = ? WHERE task_id = ? AND labels = ?", texts)
