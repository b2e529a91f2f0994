"""Proposals for tasks. A task's flag and the project's number of prelabeled tasks change in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from tui_labeler.model.assist import KEYS_A_BOX, AssistUse, keys_with
from tui_labeler.model.geometry import Box
from tui_labeler.model.prelabels import Prelabel, PrelabelCounts
from tui_labeler.model.regions import Labels
from tui_labeler.store import counters, readable, running_edits
from tui_labeler.store.database import Transaction

# So many are asked for and written at once.
_PAGE = 500
_COLUMNS = "labels, source, confidence, by_model, created"


class _Kept(Labels, frozen=True, omit_defaults=True):
    """The labels as they are kept, with what a point may stand for; who asks for labels reads these alone."""

    candidates: tuple[Box, ...] = ()


_IS_OPEN = "t.state IN ('incomplete', 'needs_review')"


def put(tx: Transaction, project_id: int, task_id: int, entry: Prelabel) -> bool:
    """Proposes labels for a task, instead of what was proposed before. False, and nothing done, where the task is gone or
    already submitted, where a model would replace what a person brought along, or would propose for what someone has open:
    nobody would see it. A model that proposes nothing takes away what one proposed before."""
    return task_id in put_all(tx, project_id, {task_id: entry})


def put_all(tx: Transaction, project_id: int, entries: Mapping[int, Prelabel]) -> set[int]:
    """`put` for many tasks, by their ids, with a few ways to the server; the tasks for which it was done."""
    waiting, done = iter(entries), set()
    while ids := list(islice(waiting, _PAGE)):
        done |= _put_page(tx, project_id, {task_id: entries[task_id] for task_id in ids})
    return done


def _put_page(tx: Transaction, project_id: int, entries: Mapping[int, Prelabel]) -> set[int]:
    rows = tx.all(
        "SELECT t.id, t.missing, t.prelabeled, p.by_model, t.lease_token, t.lease_until "
        "FROM task t LEFT JOIN prelabel p ON p.task_id = t.id "
        f"WHERE t.project_id = ? AND t.id IN ({', '.join('?' * len(entries))}) AND {_IS_OPEN}",
        project_id,
        *entries,
    )
    proposed: list[int] = []
    new: list[int] = []
    dropped: list[int] = []
    counted = 0
    for task_id, missing, prelabeled, by_model, lease_token, lease_until in rows:
        entry = entries[task_id]
        if entry.by_model and ((prelabeled and not by_model) or (lease_token is not None and lease_until > entry.at)):
            continue
        if entry.by_model and not entry.labels.regions and not entry.labels.tags:
            dropped += [task_id] if prelabeled else []
            continue
        proposed.append(task_id)
        if not prelabeled:
            new.append(task_id)
            counted += not missing
    _write(tx, project_id, {task_id: entries[task_id] for task_id in proposed})
    tx.many("UPDATE task SET prelabeled = 1 WHERE id = ?", [(task_id,) for task_id in new])
    if counted:
        counters.add(tx, project_id, [("prelabeled", "prelabeled", counted)])
    return {*proposed, *(task_id for task_id in dropped if drop(tx, project_id, task_id))}


def _write(tx: Transaction, project_id: int, entries: Mapping[int, Prelabel]) -> None:
    tx.many(
        "INSERT INTO prelabel (task_id, project_id, is_open, by_model, source, confidence, created, labels) "
        "VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (task_id) DO UPDATE SET is_open = 1, "
        "by_model = excluded.by_model, source = excluded.source, confidence = excluded.confidence, "
        "created = excluded.created, labels = excluded.labels",
        [
            (
                task_id,
                project_id,
                int(entry.by_model),
                entry.source,
                entry.confidence,
                entry.at,
                msgspec.json.encode(_kept(entry)).decode(),
            )
            for task_id, entry in entries.items()
        ],
    )


def get(tx: Transaction, task_id: int) -> Prelabel | None:
    """What is proposed for a task, or was before it was submitted; None where that is nothing that can be read."""
    row = tx.one(
        f"SELECT {_COLUMNS}, t.project_id, {running_edits.IS_FOLLOWING} FROM prelabel t WHERE t.task_id = ?", task_id
    )
    if row is None:
        return None
    if (entry := _prelabel(row[:-2])) is None:
        return None
    as_now = running_edits.translator(tx, row[-2]) if row[-1] else None
    return msgspec.structs.replace(entry, labels=as_now(entry.labels)) if as_now else entry


def drop(tx: Transaction, project_id: int, task_id: int) -> bool:
    """Takes the proposal for a task away; whether there was one."""
    return drop_all(tx, project_id, (task_id,)) > 0


def drop_all(tx: Transaction, project_id: int, task_ids: Iterable[int]) -> int:
    """Takes the proposals for these tasks away; how many there were."""
    waiting, count = iter(task_ids), 0
    while ids := list(islice(waiting, _PAGE)):
        count += _drop(tx, project_id, f"p.task_id IN ({', '.join('?' * len(ids))})", *ids)
    return count


def drop_of_models(tx: Transaction, project_id: int) -> int:
    """Takes away what models propose for tasks that are open; returns how many. What persons brought along stays, and so
    does what was proposed for tasks that are submitted."""
    return _drop(tx, project_id, "p.project_id = ? AND p.is_open = 1 AND p.by_model = 1", project_id)


def _drop(tx: Transaction, project_id: int, where: str, *values: int) -> int:
    rows = tx.all(
        f"SELECT t.id, t.missing = 0 AND t.prelabeled = 1 AND {_IS_OPEN} FROM prelabel p JOIN task t ON t.id = p.task_id "
        f"WHERE {where}",
        *values,
    )
    tx.many("DELETE FROM prelabel WHERE task_id = ?", [(task_id,) for task_id, _ in rows])
    tx.many("UPDATE task SET prelabeled = 0 WHERE id = ?", [(task_id,) for task_id, _ in rows])
    counters.add(tx, project_id, [("prelabeled", "prelabeled", -sum(int(counted) for _, counted in rows))])
    return len(rows)


def close(tx: Transaction, project_id: int, task_id: int, labels: Labels | None, was_seen: bool) -> None:
    """The task was submitted: its proposal is history, and what a model's was good for is counted. A model's that nobody
    saw is neither: it is gone."""
    row = tx.one("SELECT labels, by_model FROM prelabel WHERE task_id = ? AND is_open = 1", task_id)
    if row is None:
        return
    if row[1] and not was_seen:
        tx.run("DELETE FROM prelabel WHERE task_id = ?", task_id)
        tx.run("UPDATE task SET prelabeled = 0 WHERE id = ?", task_id)
        return
    tx.run("UPDATE prelabel SET is_open = 0 WHERE task_id = ?", task_id)
    if not row[1]:
        return  # what a person brought along is no merit of a model
    if (proposed := readable.labels(row[0])) is not None:
        counters.add(tx, project_id, [("assist", key, n) for key, n in use_of(proposed, labels).items()])


def use_of(proposed: Labels, labels: Labels | None) -> dict[str, int]:
    """What proposals for one task were good for: see `AssistUse`. `labels` None: the task was skipped."""
    if labels is None:
        return {"tasks": 1}  # skipped: nothing is said about what was proposed
    if proposed.tags:
        taken = int(set(proposed.tags) == set(labels.tags)) * len(proposed.tags)
        return {"tasks": 1, "proposed": len(proposed.tags), "taken": taken, "keys_saved": taken}
    taken = sum(bool(region.model) for region in labels.regions)
    drawn = len(labels.regions) - taken
    wrong = max(len(proposed.regions) - taken, 0)
    saved = KEYS_A_BOX * (taken + drawn) - keys_with(taken, wrong, drawn)
    return {"tasks": 1, "proposed": len(proposed.regions), "taken": taken, "keys_saved": round(saved)}


def use(tx: Transaction, project_id: int) -> AssistUse:
    """The sums of `use_of` over the whole project."""
    rows = tx.all(f"SELECT key, n FROM {tx.dialect.counted} WHERE project_id = ? AND kind = 'assist'", project_id)
    return msgspec.convert(dict(rows), AssistUse)


def counts(tx: Transaction, project_id: int) -> PrelabelCounts:
    """How many wait, and how many are history."""
    rows = tx.all("SELECT is_open, COUNT(*) FROM prelabel WHERE project_id = ? GROUP BY is_open", project_id)
    numbers = {bool(is_open): n for is_open, n in rows}
    return PrelabelCounts(numbers.get(True, 0), numbers.get(False, 0))


def past(tx: Transaction, project_id: int, source: str, count: int) -> Iterator[tuple[Labels, Labels]]:
    """(what `source` proposed, what a person made of it) of submitted tasks, newest first."""
    as_now = running_edits.translator(tx, project_id)
    rows = tx.stream(
        "SELECT p.labels, b.labels FROM prelabel p JOIN task t ON t.id = p.task_id JOIN submission b ON b.id = t.label_id "
        "WHERE p.project_id = ? AND p.is_open = 0 AND p.source = ? AND b.labels IS NOT NULL "
        "ORDER BY t.label_id DESC LIMIT ?",
        project_id,
        source,
        count,
    )
    for texts in rows:
        proposed, labels = map(readable.labels, texts)
        if proposed is not None and labels is not None:
            yield as_now(proposed), as_now(labels)


def teaching(tx: Transaction, project_id: int, count: int, since: float) -> Iterator[tuple[str, Labels, Labels | None]]:
    """(path, labels, what a model had proposed to whoever gave them) of the newest submissions that count, newest first;
    of those since a time, in seconds since 1970."""
    as_now = running_edits.translator(tx, project_id)
    rows = tx.stream(
        "SELECT t.path, b.labels, p.labels FROM task t CROSS JOIN submission b "
        "LEFT JOIN prelabel p ON p.task_id = t.id AND p.is_open = 0 AND p.by_model = 1 "
        "WHERE b.id = t.label_id AND t.project_id = ? AND t.label_id IS NOT NULL AND t.state = 'completed' "
        "AND t.missing = 0 AND b.labels IS NOT NULL AND b.submitted >= ? ORDER BY t.label_id DESC LIMIT ?",
        project_id,
        since,
        count,
    )
    for path, text, shown_text in rows:
        if (labels := readable.labels(text)) is not None:
            shown = readable.labels(shown_text)
            yield path, as_now(labels), as_now(shown) if shown is not None else None


def _prelabel(row: tuple[Any, ...]) -> Prelabel | None:
    text, source, confidence, by_model, created = row
    if (kept := readable.sound(readable.read(text, _Kept))) is None:
        return None
    labels = Labels(kept.size, kept.regions, kept.tags, kept.tag_confidences)
    return Prelabel(labels, source, confidence, bool(by_model), created, kept.candidates)


def _kept(entry: Prelabel) -> _Kept:
    labels = entry.labels
    return _Kept(labels.size, labels.regions, labels.tags, labels.tag_confidences, entry.candidates)
