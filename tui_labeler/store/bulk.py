"""What an edit does to many tasks: pages of them, each with what it becomes, entered so that it can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from tui_labeler.model.edits import recast
from tui_labeler.model.tasks import FoundTasks, TaskFilter, TaskState
from tui_labeler.store import counters, finding, readable
from tui_labeler.store.database import Transaction

_PAGE = 1000
Tell = Callable[[int], None]
"""Called with how many tasks were looked at; it may raise Cancelled."""
Choice = TaskFilter | Sequence[int]
"""Tasks that a filter lets through, or these, by their ids."""


class Target(msgspec.Struct, frozen=True):
    """A task as an edit finds it."""

    id: int
    state: str
    is_missing: bool
    is_prelabeled: bool
    label_id: int | None
    labeler: str
    submitted: float
    seconds: float
    labels: str | None


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of a task: its state, and a new submission (labeler, time, seconds, labels), or none. Without one the
    labels that count stay (`keeps`), or nothing counts. `labels` is how many regions or tags it is about."""

    state: str
    submission: tuple[str, float, float, str | None] | None = None
    keeps: bool = False
    labels: int = 0


Change = Callable[[Target], Outcome | None]
"""What becomes of a task; None: nothing."""


def recasting(mapping: Mapping[str, str]) -> Change:
    """Other class names. Who labeled the image, and when, stays. An image that had tags and has none waits for labels."""
    encoder = msgspec.json.Encoder()

    def change(target: Target) -> Outcome | None:
        before = readable.labels(target.labels)
        if before is None:
            return None
        after = recast(before, mapping)
        if after == before:
            return None
        counts = before.class_counts()
        n = sum(counts.get(name, 0) for name in mapping)
        if before.tags and not after.tags:
            return Outcome(TaskState.INCOMPLETE.value, labels=n)
        text = encoder.encode(after).decode()
        return Outcome(target.state, (target.labeler, target.submitted, target.seconds, text), labels=n)

    return change


def skipping(who: str, now: float) -> Change:
    """Skipped, by whoever asks for it."""

    def change(target: Target) -> Outcome | None:
        if target.state == TaskState.SKIPPED:
            return None
        return Outcome(TaskState.SKIPPED.value, (who, now, 0.0, None), labels=_labels_of(target))

    return change


def reopening(target: Target) -> Outcome | None:
    """Waits for labels again; those that it has are shown, and count no more until somebody submits."""
    if target.state == TaskState.COMPLETED:
        return Outcome(TaskState.STALE.value, keeps=True, labels=_labels_of(target))
    return Outcome(TaskState.INCOMPLETE.value) if target.state == TaskState.SKIPPED else None


def unlabeling(target: Target) -> Outcome | None:
    """As if nobody had labeled it; the history keeps what was."""
    if target.label_id is None:
        return None
    return Outcome(TaskState.INCOMPLETE.value, labels=_labels_of(target))


def _labels_of(target: Target) -> int:
    labels = readable.labels(target.labels)
    return len(labels.regions) + len(labels.tags) if labels else 0


def apply(
    tx: Transaction,
    project_id: int,
    edit_id: int,
    pages: Iterator[list[int]],
    change: Change,
    now: float | None = None,
    tell: Tell = lambda n: None,
) -> tuple[int, int, int]:
    """(images that changed, labels on them, images passed over since someone has them open: only with `now`)."""
    sums: Counter[tuple[str, str]] = Counter()
    images = labels = passed = 0
    for outcomes, busy in _outcomes(tx, project_id, pages, change, now, tell):
        _enter(tx, edit_id, outcomes)
        counters.add_moves(
            tx,
            project_id,
            [
                counters.Move(target.id, target.state, outcome.state, target.is_prelabeled)
                for target, outcome in outcomes
                if outcome.state != target.state and not target.is_missing
            ],
        )
        for target, outcome in outcomes:
            labels += outcome.labels
            _count(sums, target, outcome)
        images, passed = images + len(outcomes), passed + busy
    counters.add(tx, project_id, [(kind, key, n) for (kind, key), n in sums.items()])
    return images, labels, passed


def count(
    tx: Transaction,
    project_id: int,
    pages: Iterator[list[int]],
    change: Change,
    now: float | None = None,
    tell: Tell = lambda n: None,
) -> tuple[int, int, int]:
    """What `apply` would give, without doing it."""
    images = labels = passed = 0
    for outcomes, busy in _outcomes(tx, project_id, pages, change, now, tell):
        images, passed = images + len(outcomes), passed + busy
        labels += sum(outcome.labels for _, outcome in outcomes)
    return images, labels, passed


def _outcomes(
    tx: Transaction, project_id: int, pages: Iterator[list[int]], change: Change, now: float | None, tell: Tell
) -> Iterator[tuple[list[tuple[Target, Outcome]], int]]:
    """Page by page: the tasks that change, and how many were passed over."""
    seen = 0
    for ids in pages:
        free, busy = _free(tx, project_id, ids, now)
        yield [(target, outcome) for target in free if (outcome := change(target)) is not None], busy
        seen += len(ids)
        tell(seen)


def _free(tx: Transaction, project_id: int, ids: list[int], now: float | None) -> tuple[list[Target], int]:
    """Those that nobody has open, and how many somebody has."""
    marks = ", ".join("?" * len(ids))
    # The plus: else a database may look through the whole project for each page.
    rows = tx.all(
        "SELECT t.id, t.state, t.missing, t.prelabeled, t.label_id, b.labeler, b.submitted, b.seconds, b.labels, "
        "t.lease_token, t.lease_until FROM task t LEFT JOIN submission b ON b.id = t.label_id "
        f"WHERE +t.project_id = ? AND t.id IN ({marks}) ORDER BY t.id",
        project_id,
        *ids,
    )
    free = [row for row in rows if now is None or row[9] is None or row[10] <= now]
    return [
        Target(row[0], row[1], bool(row[2]), bool(row[3]), row[4], row[5] or "", row[6] or 0.0, row[7] or 0.0, row[8])
        for row in free
    ], len(rows) - len(free)


def _enter(tx: Transaction, edit_id: int, outcomes: list[tuple[Target, Outcome]]) -> None:
    """What becomes of these tasks counts from now on."""
    if not outcomes:
        return
    newest = tx.one("SELECT MAX(id) FROM submission")
    tx.many(
        "INSERT INTO submission (task_id, labeler, submitted, seconds, labels, edit_id) VALUES (?, ?, ?, ?, ?, ?)",
        [(target.id, *outcome.submission, edit_id) for target, outcome in outcomes if outcome.submission is not None],
    )
    # Nobody else writes meanwhile. They are not asked for by their edit: PostgreSQL knows nothing of a new one, and would
    # read all that it made so far.
    last = newest[0] or 0 if newest else 0
    made: dict[int, int] = dict(tx.all("SELECT task_id, id FROM submission WHERE id > ?", last))
    wanted = [target.id for target, outcome in outcomes if outcome.submission is not None]
    if not made.keys() >= set(wanted):  # somebody gave a submission an id far ahead
        marks = ", ".join("?" * len(wanted))
        made = dict(
            tx.all(f"SELECT task_id, id FROM submission WHERE edit_id = ? AND task_id IN ({marks})", edit_id, *wanted)
        )
    now = [
        target.label_id if outcome.keeps else made[target.id] if outcome.submission is not None else None
        for target, outcome in outcomes
    ]
    tx.many(
        "INSERT INTO edit_task (edit_id, task_id, state_before, state_after, label_before, label_after) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (edit_id, target.id, target.state, outcome.state, target.label_id, label_id)
            for (target, outcome), label_id in zip(outcomes, now, strict=True)
        ],
    )
    tx.many(
        "UPDATE task SET state = ?, label_id = ? WHERE id = ?",
        [(outcome.state, label_id, target.id) for (target, outcome), label_id in zip(outcomes, now, strict=True)],
    )


def _count(sums: Counter[tuple[str, str]], target: Target, outcome: Outcome) -> None:
    if target.is_missing:
        return
    changes = counters.of_labels(target.labels, target.labeler, -1) if target.state == TaskState.COMPLETED else []
    if outcome.state == TaskState.COMPLETED and outcome.submission is not None:
        changes += counters.of_labels(outcome.submission[3], outcome.submission[0], 1)
    for kind, key, n in changes:
        sums[kind, key] += n


# Pages of tasks, by their ids


def chosen(tx: Transaction, project_id: int, choice: Choice) -> Iterator[list[int]]:
    """The ids of the tasks that an edit is about; ascending, so that what it changes does not come twice."""
    if not isinstance(choice, TaskFilter):
        ids = iter(sorted(set(choice)))
        while page := list(islice(ids, _PAGE)):
            yield page
        return
    yield from _pages(lambda after: finding.find(tx, project_id, choice, after, _PAGE))


def using(tx: Transaction, project_id: int, names: Sequence[str]) -> Iterator[list[int]]:
    """The tasks whose labels, those that count, may use one of these classes."""
    yield from _pages(lambda after: _find_using(tx, project_id, names, after, _PAGE))


def submitted_since(tx: Transaction, project_id: int, edit_id: int, names: Sequence[str]) -> int:
    """On how many images labels count that were submitted since an edit, and use one of these classes."""
    holds = " OR ".join(tx.dialect.contains.format("b.labels") for _ in names)
    row = tx.one(
        "SELECT COUNT(*) FROM task t JOIN submission b ON b.id = t.label_id WHERE t.project_id = ? AND b.edit_id IS NULL "
        "AND b.submitted >= (SELECT created FROM edit WHERE id = ?) "
        f"AND b.id > COALESCE((SELECT MAX(label_after) FROM edit_task WHERE edit_id = ?), 0) AND ({holds})",
        project_id,
        edit_id,
        edit_id,
        *map(in_json, names),
    )
    return int(row[0]) if row else 0


def page_using(tx: Transaction, project_id: int, names: Sequence[str], after: int, count: int) -> list[int]:
    """The first of them behind the id `after`."""
    return list(_find_using(tx, project_id, names, after, count).ids)


def _find_using(tx: Transaction, project_id: int, names: Sequence[str], after: int, count: int) -> FoundTasks:
    holds = " OR ".join(tx.dialect.contains.format("b.labels") for _ in names)
    where = f"FROM task t JOIN submission b ON b.id = t.label_id WHERE +t.project_id = ? AND ({holds})"
    return finding.search(tx, project_id, where, [project_id, *map(in_json, names)], after, count)


def _pages(find: Callable[[int], FoundTasks]) -> Iterator[list[int]]:
    after: int | None = 0
    while after is not None:
        found = find(after)
        if found.ids:
            yield list(found.ids)
        after = found.after


def in_json(name: str) -> str:
    """A class name as it stands in labels."""
    return msgspec.json.encode(name).decode()
