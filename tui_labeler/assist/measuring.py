"""What labels held back say of a model: whether it proposes, from which confidence on, and when it is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from tui_labeler.assist import evaluation
from tui_labeler.assist.evaluation import Trial
from tui_labeler.assist.messages import Fitted
from tui_labeler.model.assist import AssistState, ClassQuality, Quality
from tui_labeler.model.project import ProjectSpec

# A model learns again when there are so many times more labels; one that takes long, less often.
_AGAIN, _AGAIN_SLOWLY = 1.5, 2.0
_LONG_SECONDS = 30.0
# Between two trainings it has to be seen whether proposals help.
_MORE = 10
# So many images tell how good a model is that was trained elsewhere; until then it proposes from this confidence on.
FEWEST = 5
_UNMEASURED = 0.3


@dataclass(frozen=True)
class Measured:
    """`reason`: why it does not propose, or what is not known yet. `next_at` is a number of labeled images."""

    quality: Quality
    is_on: bool
    reason: str
    next_at: int

    def state(self, before: AssistState, fitted: Fitted) -> AssistState:
        """What is known of the model now."""
        return msgspec.structs.replace(
            before,
            is_on=self.is_on,
            reason=self.reason,
            images=fitted.images,
            next_at=self.next_at,
            seconds=round(fitted.seconds, 2),
            megabytes=round(fitted.megabytes, 1),
            quality=self.quality,
        )


def measure(trials: Sequence[Trial], spec: ProjectSpec, done: int, learns: bool, seconds: float) -> Measured:
    """`trials` are images that the model has not learned from; one that was trained elsewhere may have learned from all
    labels that were there before it. `seconds` is how long it has learned."""
    if not learns and len(trials) < FEWEST:
        unknown = tuple(ClassQuality(name, 0.0, 0.0, 0, _UNMEASURED) for name in spec.classes.names)
        next_at = done + FEWEST - len(trials)
        reason = f"Not measured yet: at {next_at} labeled images there are enough that it cannot have learned from."
        return Measured(Quality(0, unknown), True, reason, next_at)
    quality = evaluation.evaluate(trials, spec.details.type, spec.classes.names)
    factor = _AGAIN if learns and seconds < _LONG_SECONDS else _AGAIN_SLOWLY
    next_at = max(done + _MORE, int(factor * done)) if learns else int(factor * max(done, 1))
    again = f"It {'learns' if learns else 'is measured'} again at {next_at} labeled images."
    reason = "" if quality.helps else f"Its proposals would cost more keys than they save. {again}"
    return Measured(quality, quality.helps, reason, next_at)
