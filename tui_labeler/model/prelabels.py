"""What is proposed for a task before a person has looked at it."""

from __future__ import annotations

import msgspec

from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region


class Prelabel(msgspec.Struct, frozen=True):
    """A proposal for one task: labels whose regions carry the confidence and the model they come from.

    `source` names the model with its version ("fewshot 3"), or where the labels were read ("coco import"); `confidence` is
    that of the whole proposal, 0 (unsure) to 1; `by_model` is False for labels that a person brought along, which no
    model replaces. `at` is in seconds since 1970 (UTC). `candidates` are boxes that a model is too unsure of to show: a
    point may stand for one of them.
    """

    labels: Labels
    source: str
    confidence: float = 1.0
    by_model: bool = True
    at: float = 0.0
    candidates: tuple[Box, ...] = ()


class PrelabelCounts(msgspec.Struct, frozen=True):
    """How many proposals wait for a labeler, and how many belong to tasks that were submitted since."""

    waiting: int = 0
    past: int = 0


def confirmed(region: Region) -> Region:
    """The region as a person has taken it over: certain, and still with the name of the model that drew it."""
    return msgspec.structs.replace(region, confidence=1.0)
