"""What becomes of a model that was brought along, and fails."""

from __future__ import annotations

from tui_labeler.assist.engine import EngineError, EngineUnreachable
from tui_labeler.assist.engine_client import EngineKilled
from tui_labeler.model.errors import LabelerError

_MOST_KILLED = 3  # so often a model file may be killed


class Failures:
    """Of one model, since it was chosen."""

    def __init__(self) -> None:
        self.given_up = False
        self._count = 0

    def of_model(self, error: LabelerError) -> LabelerError:
        """The failure as it is told. What a model file does at one image, it does at every one: it is told once, and not
        tried again. A server that is away may be back."""
        if not isinstance(error, EngineError) or isinstance(error, EngineUnreachable):
            return error
        self._count += 1
        if self._count < _MOST_KILLED and isinstance(error, EngineKilled):
            return error
        self.given_up = True
        return EngineError(error.message, "It is tried again when ML assist is changed, or the app starts anew.")
