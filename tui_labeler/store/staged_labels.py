"""The labels of an import that wait for a person's yes, a batch of entries at a time: asked and written one by one, each
entry would wait for the server twice."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from tui_labeler.model.regions import Labels
from tui_labeler.store.database import Transaction


class Claim(msgspec.Struct, frozen=True):
    """An entry of the file for a task: what it calls the image (nothing: several contend for it), where it stands, and
    how strong a claim that is."""

    name: str
    place: str
    strength: int


class _Staged(msgspec.Struct):
    claim: Claim
    has_labels: bool
    labels: str | None
    review: str


class StagedLabels:
    """What is staged for these tasks; `keep` writes what has changed."""

    def __init__(self, tx: Transaction, task_ids: Collection[int]) -> None:
        self._changed: set[int] = set()
        self._staged: dict[int, _Staged] = {}
        if task_ids:
            rows = tx.all(
                "SELECT task_id, name, place, strength, has_labels, labels, review FROM incoming "
                f"WHERE task_id IN ({', '.join('?' * len(task_ids))})",
                *task_ids,
            )
            for task_id, name, place, strength, has_labels, labels, review in rows:
                self._staged[task_id] = _Staged(Claim(name, place, strength), bool(has_labels), labels, review)

    def claim_on(self, task_id: int) -> Claim | None:
        """What was staged for a task before."""
        staged = self._staged.get(task_id)
        return staged.claim if staged else None

    def is_staged(self, task_id: int, labels: Labels) -> bool:
        """Whether just these labels are staged for the task, in whatever order."""
        staged = self._staged.get(task_id)
        if staged is None or staged.labels is None:
            return False
        before = msgspec.json.decode(staged.labels, type=Labels)
        return before.tags == labels.tags and sorted(map(repr, before.regions)) == sorted(map(repr, labels.regions))

    def stage(
        self, task_id: int, claim: Claim, has_labels: bool, labels: Labels | None, review: tuple[str, ...]
    ) -> None:
        """Labels for a task, instead of what was staged for it. None: entries contend for it, and none gets it. `review`
        are the reasons why a person has to look at it again."""
        text = None if labels is None else msgspec.json.encode(labels).decode()
        self._staged[task_id] = _Staged(claim, has_labels, text, ",".join(review))
        self._changed.add(task_id)

    def keep(self, tx: Transaction) -> None:
        tx.many(
            "INSERT INTO incoming (task_id, name, place, strength, has_labels, labels, review) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (task_id) DO UPDATE SET name = excluded.name, place = excluded.place, "
            "strength = excluded.strength, labels = excluded.labels, review = excluded.review",
            [
                (task_id, s.claim.name, s.claim.place, s.claim.strength, int(s.has_labels), s.labels, s.review)
                for task_id, s in ((task_id, self._staged[task_id]) for task_id in sorted(self._changed))
            ],
        )
        self._changed.clear()
