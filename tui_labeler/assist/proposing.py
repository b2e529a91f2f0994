"""What of a model's proposal a task gets, and whether the proposals that tasks had were worth looking at."""

from __future__ import annotations

from collections.abc import Sequence

from tui_labeler.assist import evaluation, validate
from tui_labeler.assist.engine import EngineError
from tui_labeler.assist.evaluation import Trial
from tui_labeler.assist.messages import Proposed
from tui_labeler.model.assist import Quality
from tui_labeler.model.geometry import Box
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.regions import Labels

# Boxes that a point may stand for, besides those that are shown.
_UNSURE = 60


def prelabel(proposed: Proposed, spec: ProjectSpec, quality: Quality, source: str) -> Prelabel:
    """The sound part of a proposal that is worth showing, by the model `source` of this `quality`. Raises EngineError
    where most of it is nonsense."""
    cleaned = validate.clean(proposed.labels, spec.details.type, spec.classes.names, proposed.size, source)
    if cleaned.nonsense > len(cleaned.labels.regions) + len(cleaned.labels.tags):
        raise EngineError(f"The engine “{spec.assist.engine}” proposes boxes or classes that are none.")
    least = {class_quality.name: max(class_quality.least, spec.assist.least) for class_quality in quality.classes}
    worth = evaluation.shown(cleaned.labels, least)
    return Prelabel(worth, source, worth.confidence, candidates=_unsure(cleaned.labels, worth))


def cost_more_keys(proposed_and_submitted: Sequence[tuple[Labels, Labels]], quality: Quality) -> bool:
    """Whether labelers needed more keys with what was proposed than they would have needed without."""
    trials = [Trial(proposed, submitted) for proposed, submitted in proposed_and_submitted]
    everything = dict.fromkeys((class_quality.name for class_quality in quality.classes), 0.0)
    with_them, by_hand = evaluation.keys_of(trials, everything)
    return with_them > by_hand


def _unsure(proposed: Labels, shown: Labels) -> tuple[Box, ...]:
    """The boxes that are not worth showing, whatever their class: a person who points at an object may mean one of them."""
    others = [region.box for region in proposed.regions if region not in shown.regions and region.box is not None]
    return tuple(Box(*(round(edge, 1) for edge in (box.x0, box.y0, box.x1, box.y1))) for box in others[:_UNSURE])
