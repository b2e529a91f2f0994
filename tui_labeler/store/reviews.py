"""The review queue, and what was decided in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tui_labeler.model.regions import Labels
from tui_labeler.model.review import TAKEN_OVER, ReviewEvent, ReviewItem, ReviewStanding, ReviewState
from tui_labeler.store import figures, readable, running_edits
from tui_labeler.store.database import Transaction

# Merged labels are nobody's own; but who answered the image may review it only where reviewers are named.
_NOT_OWN = (
    "r.labeler <> ? AND (? = 1 OR NOT EXISTS (SELECT 1 FROM answer a WHERE a.task_id = r.task_id AND a.labeler = ?)) "
    "AND b.labeler <> ?"
)

_LONGEST_HELD = 3600.0
"""What seems to be held for longer than these seconds is held by nobody."""


def _count(tx: Transaction, project_id: int, task_id: int, after: ReviewState | None) -> None:
    """Counts an image that leaves the state that it is in and goes into another one."""
    before = standing(tx, task_id)
    changes: Counter[tuple[str, ...]] = Counter()
    if before is not None:
        changes["review", before.state.value] -= 1
    if after is not None:
        changes["review", after.value] += 1
    figures.add(tx, project_id, changes)


def begin(
    tx: Transaction, project_id: int, task_id: int, labeler: str, label_id: int | None, doubt: float, reason: str
) -> None:
    """These labels wait for review, instead of what waited or was decided before."""
    _count(tx, project_id, task_id, ReviewState.WAITING)
    tx.run(
        "INSERT INTO review (task_id, project_id, state, labeler, label_id, doubt, reason) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (task_id) DO UPDATE SET state = excluded.state, labeler = excluded.labeler, "
        "label_id = excluded.label_id, doubt = excluded.doubt, reason = excluded.reason, held_until = 0",
        task_id,
        project_id,
        ReviewState.WAITING.value,
        labeler,
        label_id,
        doubt,
        reason,
    )


def end(tx: Transaction, project_id: int, task_id: int) -> None:
    """Nobody has to look at this image."""
    _count(tx, project_id, task_id, None)
    tx.run("DELETE FROM review WHERE task_id = ?", task_id)


def standing(tx: Transaction, task_id: int) -> ReviewStanding | None:
    """Where an image is in review; None where it never was, or in no state that there is."""
    row = tx.one("SELECT state, labeler, comment, reviews FROM review WHERE task_id = ?", task_id)
    if row is None or row[0] not in {state.value for state in ReviewState}:
        return None
    return ReviewStanding(ReviewState(row[0]), row[1], row[2], row[3])


def decide(
    tx: Transaction, project_id: int, task_id: int, state: ReviewState, label_id: int, labeler: str, comment: str
) -> None:
    """Keeps a decision about the submission `label_id`; `labeler` is whose labels they are, or who has to look again."""
    _count(tx, project_id, task_id, state)
    tx.run(
        "UPDATE review SET state = ?, label_id = ?, labeler = ?, comment = ?, reviews = reviews + 1, held_until = 0 "
        "WHERE task_id = ?",
        state.value,
        label_id,
        labeler,
        comment,
        task_id,
    )


def log(tx: Transaction, task_id: int, event: ReviewEvent, label_id: int | None) -> None:
    tx.run(
        "INSERT INTO review_event (task_id, who, at, action, comment, region, label_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        task_id,
        event.who,
        event.at,
        event.action,
        event.comment,
        event.region if event.region >= 0 else None,
        label_id,
    )


def events(tx: Transaction, task_id: int) -> tuple[ReviewEvent, ...]:
    """Newest first."""
    rows = tx.all(
        "SELECT who, at, action, comment, region FROM review_event WHERE task_id = ? ORDER BY id DESC", task_id
    )
    return tuple(
        ReviewEvent(who, at, action, comment, -1 if region is None else region)
        for who, at, action, comment, region in rows
    )


def last_returns(tx: Transaction, task_ids: Sequence[int]) -> dict[int, tuple[ReviewEvent, Labels]]:
    """Of the images that went back when they were last reviewed: that, with the labels that the reviewer saw."""
    if not task_ids:
        return {}
    marks = ", ".join("?" * len(task_ids))
    rows = tx.all(
        "SELECT e.task_id, e.who, e.at, e.action, e.comment, e.region, b.labels FROM review_event e "
        "JOIN submission b ON b.id = e.label_id WHERE e.action = ? AND b.labels IS NOT NULL AND e.id IN "
        f"(SELECT MAX(n.id) FROM review_event n WHERE n.task_id IN ({marks}) AND n.action <> ? GROUP BY n.task_id)",
        ReviewState.RETURNED.value,
        *task_ids,
        TAKEN_OVER,
    )
    return {
        task_id: (ReviewEvent(who, at, action, comment, -1 if region is None else region), labels)
        for task_id, who, at, action, comment, region, text in rows
        if (labels := readable.labels(text)) is not None
    }


def waiting(
    tx: Transaction, project_id: int, reviewer: str, is_named: bool, now: float, count: int
) -> tuple[ReviewItem, ...]:
    """What waits for this reviewer (never their own, nor what another one has before them), the most doubted first. Labels
    that cannot be read are passed over."""
    as_now = running_edits.translator(tx, project_id)
    items: list[ReviewItem] = []
    passed = 0
    while len(items) < count:
        rows = tx.all(
            "SELECT t.id, t.path, b.id, b.labels, r.labeler, r.doubt, r.reason FROM review r "
            "JOIN task t ON t.id = r.task_id JOIN submission b ON b.id = t.label_id "
            "WHERE r.project_id = ? AND r.state = 'waiting' AND t.missing = 0 "
            f"AND b.labels IS NOT NULL AND (r.held_until <= ? OR r.held_until > ? OR r.held_by = ?) AND {_NOT_OWN} "
            "ORDER BY r.doubt DESC, r.task_id LIMIT ? OFFSET ?",
            project_id,
            now,
            now + _LONGEST_HELD,
            reviewer,
            reviewer,
            int(is_named),
            reviewer,
            reviewer,
            count,
            passed,
        )
        for task_id, path, label_id, text, labeler, doubt, reason in rows:
            if (labels := readable.labels(text)) is not None:
                items.append(ReviewItem(task_id, path, label_id, as_now(labels), labeler, doubt, reason))
        passed += len(rows)
        if len(rows) < count:
            break
    return tuple(items[:count])


def hold(tx: Transaction, task_ids: tuple[int, ...], reviewer: str, until: float) -> None:
    """These images are before a reviewer, and before no other one, until then."""
    rows = [(reviewer, until, task_id) for task_id in sorted(task_ids)]
    tx.many("UPDATE review SET held_by = ?, held_until = ? WHERE task_id = ?", rows)


def release(tx: Transaction, project_id: int, reviewer: str) -> None:
    """The reviewer leaves: what they have not decided is open to others."""
    tx.run(
        "UPDATE review SET held_until = 0 WHERE project_id = ? AND held_by = ? AND held_until > 0", project_id, reviewer
    )
