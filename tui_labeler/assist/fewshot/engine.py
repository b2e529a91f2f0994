"""`fewshot`: boxes or whole images, by what the project's labels teach."""

from __future__ import annotations

from collections.abc import Sequence

from tui_labeler.assist.engine import EngineError, Example, Model, Subject, Tell
from tui_labeler.model.project import TaskType
from tui_labeler.model.text import are


class FewShot:
    """See `detector` for boxes and `classifier` for whole images."""

    name = "fewshot"
    version = "1"
    side = 640
    least = 8

    def fit(self, examples: Sequence[Example], subject: Subject, tell: Tell) -> Model:
        """Raises EngineError for what it cannot learn."""
        if len(examples) < self.least:
            raise EngineError(f"There {are(len(examples), 'labeled image')}; it learns from {self.least} on.")
        if subject.kind is TaskType.DETECTION:
            from tui_labeler.assist.fewshot.detector import Detector

            return Detector(examples, subject, self.name, tell)
        if subject.kind.has_regions:
            raise EngineError("The engine fewshot proposes boxes and classes, not polygons.")
        from tui_labeler.assist.fewshot.classifier import Classifier

        return Classifier(examples, subject, tell)
