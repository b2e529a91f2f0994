"""An engine stands aside while a person types: its process is stopped for moments, and goes on as soon as the keys rest.

The lowest priority alone leaves the median of a key as it is, but not its slowest twentieth: caches and memory are shared.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
import time

# Keys that follow each other this closely are one burst, in seconds; after so long a stop the engine gets its turn.
_REST = 0.25
_LONGEST = 3.0
_TURN = 0.5


class Throttle:
    """Watches over one process. `typed` may be called at every key, from any thread: it costs next to nothing."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._typed = threading.Event()
        self._at = 0.0
        self._ended = threading.Event()
        self._awaited = threading.Event()
        threading.Thread(target=self._run, name="assist throttle", daemon=True).start()

    def typed(self) -> None:
        self._at = time.monotonic()
        if not self._typed.is_set() and not self._awaited.is_set():
            self._typed.set()

    def awaited(self, is_awaited: bool) -> None:
        """Whether the person who types waits for this process: then it stands aside for nobody."""
        if is_awaited:
            self._awaited.set()
        else:
            self._awaited.clear()

    def end(self) -> None:
        """The process has ended, or is about to."""
        self._ended.set()
        self._awaited.set()
        self._typed.set()

    def _run(self) -> None:
        while True:
            self._typed.wait()
            if self._ended.is_set():
                return
            began = time.monotonic()
            self._signal(signal.SIGSTOP)
            while not self._awaited.is_set() and (rest := self._at + _REST - time.monotonic()) > 0:
                if time.monotonic() - began > _LONGEST:
                    break
                self._awaited.wait(rest)
            self._signal(signal.SIGCONT)
            if self._ended.is_set():
                return
            time.sleep(_TURN if time.monotonic() - began > _LONGEST else 0.0)
            self._typed.clear()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)  # does nothing once it has ended, so that no other process is hit
