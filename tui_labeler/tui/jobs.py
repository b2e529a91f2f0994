"""Long work in a thread, with progress that a screen looks at ten times a second, and a way to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from tui_labeler import log
from tui_labeler.model.errors import Cancelled
from tui_labeler.model.progress import Progress, Step

T = TypeVar("T")


class Job(Generic[T]):
    """One piece of long work. `run` is called in a thread; everything else from the screen's."""

    def __init__(self, work: Callable[[Progress], T]) -> None:
        self._work = work
        self._stop = threading.Event()
        # Written by the thread, read by the screen: one tuple, so that its parts belong together.
        self.at: tuple[Step, int, int] | None = None

    def run(self) -> T:
        """Raises what the work raises, and Cancelled after `cancel`."""
        began = time.monotonic()
        name = getattr(self._work, "__qualname__", type(self._work).__name__)  # not its arguments
        log.write("jobs", "%s begins", name)
        try:
            return self._work(self._progress)
        finally:
            log.write("jobs", "%s ended after %.1f s at %s", name, time.monotonic() - began, self.at)

    def cancel(self) -> None:
        """The work ends at its next word of progress, and undoes what it began."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def _progress(self, step: Step, done: int, total: int) -> None:
        self.at = (step, done, total)
        if self._stop.is_set():
            raise Cancelled("Cancelled; nothing was left behind.")
