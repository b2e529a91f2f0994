"""Who labels a project, how many people an image, and who looks over their labels: step 2 of its specification."""

from __future__ import annotations

import msgspec

from tui_labeler.model.problem import Problem
from tui_labeler.model.text import is_showable

MOST_LABELS = 9
"""So many people label one image at most."""


class Workforce(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Step 2: who labels. No labelers named: anyone who can open the workspace. A vendor is a note for the team.

    `labels` different people label an image, `labels_share` of the images (0 to 1; the others are labeled by one). `review`
    is the share of completed images that someone else looks over: one of `reviewers`, or where none are named whoever did
    not label it. Every `gold_every`-th image or so that a labeler gets is one whose labels are known (0: none). `quota` is
    how many images one labeler does at most (0: as many as there are).
    """

    labelers: tuple[str, ...] = ()
    vendor: str = ""
    labels: int = 1
    labels_share: float = 1.0
    review: float = 0.0
    reviewers: tuple[str, ...] = ()
    gold_every: int = 0
    quota: int = 0

    def problems(self) -> tuple[Problem, ...]:
        problems = []
        for row, labeler in enumerate(self.labelers):
            if message := labeler_problem(labeler):
                problems.append(Problem("workforce.labelers", message, row))
            elif labeler in self.labelers[:row]:
                problems.append(Problem("workforce.labelers", f"The labeler “{labeler[:60]}” stands twice.", row))
        if len(self.vendor) > 255 or not is_showable(self.vendor):
            problems.append(Problem("workforce.vendor", "The vendor's name is one line of at most 255 characters."))
        return (*problems, *self._trust_problems())

    def _trust_problems(self) -> list[Problem]:
        problems = []
        if not 1 <= self.labels <= MOST_LABELS:
            problems.append(Problem("workforce.labels", f"An image is labeled by 1 to {MOST_LABELS} people."))
        elif self.labelers and self.labels > len(self.labelers):
            text = f"{self.labels} people are to label an image, and {len(self.labelers)} are named."
            problems.append(Problem("workforce.labels", text))
        for name in ("labels_share", "review"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                problems.append(Problem(f"workforce.{name}", "A share is from 0 % to 100 % (0 to 1)."))
        for row, reviewer in enumerate(self.reviewers):
            if message := labeler_problem(reviewer):
                problems.append(Problem("workforce.reviewers", message, row))
        if self.gold_every < 0 or self.gold_every == 1:
            text = "Known images are mixed in as every second one or rarer; 0 is none."
            problems.append(Problem("workforce.gold_every", text))
        if self.quota < 0:
            problems.append(Problem("workforce.quota", "The quota is a number of images; 0 is none."))
        return problems

    @property
    def is_plain(self) -> bool:
        """Whether one person labels each image, and that is all: nothing below costs anything then."""
        return self.labels == 1 and not self.review and not self.gold_every and not self.quota

    def labels_of(self, task_id: int) -> int:
        """How many people label this image. Which ones are labeled by several is drawn by their id, once and for all."""
        return self.labels if self.labels > 1 and _drawn(task_id, 1) < self.labels_share else 1

    def is_reviewed(self, task_id: int) -> bool:
        """Whether someone looks over the labels of this image."""
        return _drawn(task_id, 2) < self.review

    def may_review(self, name: str) -> bool:
        return not self.reviewers or name in self.reviewers

    def allows(self, labeler: str) -> bool:
        return not self.labelers or labeler in self.labelers


def _drawn(task_id: int, salt: int) -> float:
    """From 0 to below 1, spread evenly, and always the same for a task (Knuth's multiplicative hash)."""
    mixed = (task_id * 2 + salt) * 2654435761 % 2**32
    return (mixed ^ mixed >> 15) * 2246822519 % 2**32 / 2**32


def labeler_problem(name: str) -> str:
    """Why `name` cannot be a labeler's name; empty if it can."""
    if not name.strip():
        return "A labeler needs a name."
    if len(name) > 255 or not is_showable(name) or name != name.strip():
        return f"The labeler's name “{name[:40]}” has to be one line of at most 255 characters, without blanks around."
    return ""
