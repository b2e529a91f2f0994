"""Review: someone looks over what others labeled, and accepts it, corrects it, or gives it back."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from tui_labeler.model.regions import Labels

CONSENSUS = "(consensus)"
"""Stands for the labeler of labels that were merged from several people's."""
GOLD = "(gold)"
"""Stands for the labeler of labels that are known."""
MERGED = frozenset({CONSENSUS, GOLD})


class ReviewState(StrEnum):
    """Where an image is in review."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    RETURNED = "returned"


class GivenBack(msgspec.Struct, frozen=True):
    """That an image waits again after a reviewer gave it back: who that was, what they wrote, the labels that they saw
    (`before`), and what became of them: `summary` in words, `changed` by the place of each region that is not as it was."""

    who: str
    comment: str
    before: Labels
    summary: str
    changed: dict[int, str]

    @property
    def words(self) -> str:
        said = f": “{self.comment}”" if self.comment else ""
        return f"given back by {self.who}{said} → {self.summary}"


class ReviewItem(msgspec.Struct, frozen=True):
    """An image that waits for review: its task and path, the submission (`label_id`) with its `labels`, whose they are
    (empty for merged ones), and why and how much (0 to 1) they are doubted. `given_back` says what was asked for where it
    was reviewed before, and went back. `class_edit` is the last edit of classes that the labels know of (see `Basis`)."""

    task_id: int
    path: str
    label_id: int
    labels: Labels
    labeler: str
    doubt: float
    reason: str = ""
    given_back: GivenBack | None = None
    class_edit: int | None = None


TAKEN_OVER = "taken over"
"""What is noted of an image that somebody else has now than who it was given back to."""


class ReviewEvent(msgspec.Struct, frozen=True):
    """One entry of an image's review history. `region` is the place of the region that the comment is about (-1: the
    image). `at` is in seconds since 1970."""

    who: str
    at: float
    action: str
    comment: str = ""
    region: int = -1


class ReviewStanding(msgspec.Struct, frozen=True):
    """Where one image is in review, for whom (while it is returned), and with which comment."""

    state: ReviewState
    labeler: str
    comment: str = ""
    reviews: int = 0
