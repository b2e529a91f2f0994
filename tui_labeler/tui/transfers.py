"""Images on their way to the terminal, in pieces, never in the way of a key.

What is written is read by the terminal in order, so whatever lies on the line delays the answer to the next key. After each
piece the terminal is asked whether it is well; its answer says that it has read so far. As much is kept on the line as it
carries without a queue: more while answers come as fast as the fastest, less when they come later.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from tui_labeler.terminal.escapes import STATUS_QUESTION

# Bytes on the line, at first and at most.
_FIRST, _LEAST, _MOST = 16_000, 6_000, 128_000
# Seconds: an answer that is so much later than the fastest has waited for others; one that never comes; and between two
# pieces where a terminal answers nothing.
_QUEUED, _LOST, _UNASKED = 0.06, 2.0, 0.05

Piece = tuple[object, Callable[[], str], int]


class Transfers:
    """`write` writes to the terminal, between frames; `later` calls a function after some seconds."""

    def __init__(
        self, write: Callable[[str], None], later: Callable[[float, Callable[[], None]], None], asks: bool = True
    ) -> None:
        self._write, self._later, self._asks = write, later, asks
        self._waiting: deque[Piece] = deque()
        # Bytes and time of what was not answered yet.
        self._on_line: deque[tuple[int, float]] = deque()
        self._window = float(_FIRST)
        self._fastest = 1.0
        self._is_watched = False
        self._is_paused = False

    @property
    def is_idle(self) -> bool:
        return not self._waiting and not self._on_line

    def send(self, owner: object, piece: Callable[[], str], weight: int = 0) -> None:
        """Writes what `piece` gives when the line is free for it: a text that is no longer than some 10 kB, complete in
        itself; empty where it is not needed any more. `weight`: the bytes that the next frame will have because of it."""
        self._waiting.append((owner, piece, weight))
        self._pump()

    def drop(self, owner: object) -> None:
        """Takes back what was not written yet."""
        self._waiting = deque(piece for piece in self._waiting if piece[0] is not owner)

    def answered(self, count: int) -> None:
        """The terminal answered so many times."""
        for _ in range(count):
            if self._on_line:
                _, sent = self._on_line.popleft()
                took = time.monotonic() - sent
                self._fastest = min(self._fastest, took)
                grows = took < self._fastest + _QUEUED
                self._window = min(max(self._window * (1.4 if grows else 0.6), _LEAST), _MOST)
        self._pump()

    def _pump(self) -> None:
        while self._waiting and not self._is_paused and sum(size for size, _ in self._on_line) < self._window:
            _, piece, weight = self._waiting.popleft()
            text = piece()
            if text:
                self._on_line.append((len(text) + weight, time.monotonic()))
                self._write(text + STATUS_QUESTION if self._asks else text)
        if self._on_line and not self._is_watched:
            self._is_watched = True
            self._later(_LOST / 4 if self._asks else _UNASKED, self._watch)

    def _watch(self) -> None:
        self._is_watched = False
        patience = _LOST if self._asks else _UNASKED / 2
        if self._on_line and time.monotonic() - self._on_line[0][1] > patience:
            if self._asks:
                self._window = _LEAST
            self._on_line.popleft()
        self._pump()

    def leave(self) -> int:
        """Nothing is written until `begin_again`. How many answers are on their way."""
        self._is_paused = True
        return len(self._on_line) if self._asks else 0

    def begin_again(self) -> None:
        """With an empty line: what was not answered never will be."""
        self._on_line.clear()
        self._is_paused = False
        self._pump()
