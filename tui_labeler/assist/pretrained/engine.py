"""`pretrained`: boxes and classes, by a network that knows photographs of a thousand kinds, and what labels add."""

from __future__ import annotations

from collections.abc import Sequence

from tui_labeler.assist.engine import EngineError, Example, Model, Subject, Tell
from tui_labeler.model.project import TaskType
from tui_labeler.model.text import are


class Pretrained:
    """See `detector` for boxes; whole images are told apart by `fewshot`'s classifier, by what the backbone sees. Raises
    EngineError where the weights are not there."""

    name = "pretrained"
    version = "1"
    side = 1280
    least = 5

    def __init__(self) -> None:
        from tui_labeler.assist.pretrained.backbone import Backbone

        self._backbone = Backbone()

    def fit(self, examples: Sequence[Example], subject: Subject, tell: Tell) -> Model:
        """Raises EngineError for what it cannot learn."""
        from tui_labeler.assist.pretrained.detector import Detector

        if subject.kind is TaskType.SEGMENTATION:
            raise EngineError("The engine pretrained proposes boxes and classes, not polygons.")
        if len(examples) < self.least:
            raise EngineError(f"There {are(len(examples), 'labeled image')}; it learns from {self.least} on.")
        if subject.kind is TaskType.DETECTION:
            return Detector.learned(self._backbone, examples, subject, tell)
        from tui_labeler.assist.fewshot.classifier import Classifier

        return Classifier(examples, subject, tell, self._backbone.whole)

    def restored(self, kept: bytes, subject: Subject) -> Model:
        """Raises EngineError for what it does not know."""
        from tui_labeler.assist.pretrained.detector import Detector

        return Detector.restored(self._backbone, kept, subject)
