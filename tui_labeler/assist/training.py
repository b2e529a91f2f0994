"""A training: an engine is shown labeled images, learns, and is measured on those that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event
from typing import NamedTuple

import msgspec

from tui_labeler.assist import validate
from tui_labeler.assist.engine_client import EngineProcess
from tui_labeler.assist.evaluation import Trial
from tui_labeler.assist.measuring import measure
from tui_labeler.assist.neighbours import Images
from tui_labeler.model.assist import AssistState
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.regions import Labels, Region


class Trained(NamedTuple):
    """How the project's assistance stands after it, and what the engine can be restored from."""

    state: AssistState
    kept: bytes


def teach(
    engine: EngineProcess,
    images: Images,
    project: str,
    examples: Sequence[tuple[str, Labels, tuple[Region, ...]]],
    end: Event,
) -> bool:
    """Shows the engine each (path, labels, refused proposals); False where `end` was set before the last."""
    for path, labels, refused in examples:
        if end.is_set():
            return False
        try:
            image = images.read_image(project, path)
        except LabelerError:
            continue  # its file is gone or out of reach: the others teach as well
        engine.learn(image, labels, refused)
    return True


def fit(engine: EngineProcess, spec: ProjectSpec, state: AssistState, done: int, began: float) -> Trained:
    """Learns from what was shown, and measures. `done` images have labels; `began` is in seconds since 1970."""
    kind, classes = spec.details.type, spec.classes.names
    fitted = engine.fit(lambda what, at, of: None)
    generation = state.generation + 1
    model = f"{engine.name} {generation}"
    pairs = zip(fitted.held_back, fitted.truth, strict=True)
    trials = [
        Trial(validate.clean(proposed, kind, classes, truth.size, model).labels, truth) for proposed, truth in pairs
    ]
    measured = measure(trials, spec, done, engine.least > 0, fitted.seconds)
    state = msgspec.structs.replace(
        measured.state(state, fitted), model=model, generation=generation, trained_at=began, failure="", doing=""
    )
    return Trained(state, fitted.kept)
