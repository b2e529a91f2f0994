"""Likely mistakes in labels, and images that should not be there twice."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from tui_labeler.model.geometry import Box


class MistakeKind(StrEnum):
    """What is probably wrong."""

    MISSING = "missing"
    WRONG_CLASS = "wrong class"
    LOOSE = "loose box"
    NO_OBJECT = "no object"
    DOUBLED = "doubled box"
    OUTSIDE = "outside the image"
    SWAPPED = "corners swapped"
    ODD_SIZE = "odd size"
    DISAGREEMENT = "labelers disagree"
    DUPLICATE = "duplicate image"
    NEAR_DUPLICATE = "near duplicate"
    LEAK = "in both parts"
    PLAIN = "image of one colour"


class Mistake(msgspec.Struct, frozen=True):
    """One likely mistake. `score` is 0 to 1, about how probable it is; `region` is the place of the region in the labels
    (-1: none, a missing object or the whole image), `box` where to look. `name` is the class that it should be, or that is
    meant; `other` the path of the image that this one is like. `words` say it to a person."""

    path: str
    kind: MistakeKind
    score: float
    words: str
    region: int = -1
    box: Box | None = None
    name: str = ""
    other: str = ""
