"""Names that submissions are sent under."""

from __future__ import annotations

import os


class SentNames:
    """What is sent again, after an error that left open whether it arrived, bears the same name, and counts once."""

    def __init__(self) -> None:
        self._newest: tuple[object, str] = (None, "")

    def name(self, sending: object) -> str:
        """A new one, unless `sending` equals what was sent last."""
        if self._newest[0] != sending:
            self._newest = (sending, os.urandom(16).hex())
        return self._newest[1]
