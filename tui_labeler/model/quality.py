"""How good labels are, in figures: agreement, gold, review. Shares are 0 to 1; None where nothing was compared yet."""

from __future__ import annotations

import msgspec


class PairFigures(msgspec.Struct, frozen=True):
    """Two labelers over the images that both answered. `f1` is the share of objects that both marked with the same class
    at an IoU of 0.5, `f1_mean` its mean from 0.5 to 0.95; `kappa` is Cohen's over the classes of objects that both marked.
    """

    one: str
    other: str
    f1: float | None
    f1_mean: float | None
    kappa: float | None


class AgainstFigures(msgspec.Struct, frozen=True):
    """A labeler held against what is known (gold) or what most say (consensus). `objects` are those of the reference;
    `found` the share of them that the labeler marked, `extra` the share of the labeler's own that are none, `right_class`
    the share of the found ones with the right class; `f1` counts a right class only, `f1_mean`
    is its mean over IoU 0.5 to 0.95. `iou` is the mean of the found ones,
    `grown` how much larger their area is drawn (1: as large). `small_found` is `found` for small objects alone."""

    objects: int
    found: float | None = None
    extra: float | None = None
    right_class: float | None = None
    f1: float | None = None
    f1_mean: float | None = None
    iou: float | None = None
    grown: float | None = None
    small_found: float | None = None


class LabelerFigures(msgspec.Struct, frozen=True):
    """`f1` is the mean with each other labeler at an IoU of 0.5. `swapped` are the mix-ups that happened most: (right
    class, given class, how often). `first_accepted` is the share of reviewed images that were accepted at first review.
    `seconds` is what an image takes, `boxes_an_hour` how many objects that makes. `faults` say in words what to talk
    about."""

    name: str
    images: int
    f1: float | None = None
    gold: AgainstFigures = AgainstFigures(0)
    consensus: AgainstFigures = AgainstFigures(0)
    swapped: tuple[tuple[str, str, int], ...] = ()
    reviewed: int = 0
    first_accepted: float | None = None
    seconds: float | None = None
    boxes_an_hour: float | None = None
    faults: tuple[str, ...] = ()


class ClassFigures(msgspec.Struct, frozen=True):
    """`alpha` is Krippendorff's of this class against all others; `confused_with` the class that it is taken for most, and
    how often; `missed` the share of its objects that a labeler did not mark."""

    name: str
    alpha: float | None = None
    confused_with: tuple[str, int] = ("", 0)
    missed: float | None = None


class ReviewFigures(msgspec.Struct, frozen=True):
    """Images by where they are in review."""

    waiting: int = 0
    accepted: int = 0
    corrected: int = 0
    returned: int = 0


class Quality(msgspec.Struct, frozen=True):
    """The figures of a project. `compared` images were answered by more than one labeler. `alpha` is Krippendorff's over
    objects where not marking one counts as a value; `alpha_classes` among those who marked it; `fleiss` is Fleiss' kappa
    over things with the most usual number of labelers (`fleiss_raters`). `advice` says in words what to do first."""

    project: str
    compared: int = 0
    gold_images: int = 0
    f1: dict[str, float] = {}
    alpha: float | None = None
    alpha_classes: float | None = None
    fleiss: float | None = None
    fleiss_raters: int = 0
    pairs: tuple[PairFigures, ...] = ()
    labelers: tuple[LabelerFigures, ...] = ()
    classes: tuple[ClassFigures, ...] = ()
    review: ReviewFigures = ReviewFigures()
    advice: tuple[str, ...] = ()
