"""Images on their way to the terminal, in pieces, never in the way of a key.

What is written is read by the terminal in order, so whatever lies on the line delays the answer to the next key. After each
piece the terminal is asked whether it is well; its answer says that it has read so far. As much is kept on the line as it
carries without a queue: as much as the first answer shows it to carry at once, more while answers come as fast as the
fastest, less when they come later.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tui_labeler.terminal.escapes import STATUS_QUESTION

# Below so many bytes a second, a whole picture takes more than some seconds.
_SLOW = 60_000.0
# Seconds: how long a picture waits for the line, and between two looks at it.
_LONGEST_READ, _PAUSE = 20.0, 0.02
# Bytes of a piece that is worth a change of what is kept on the line.
_PIECE = 8_000
# Bytes on the line, at first and at most.
_FIRST, _LEAST, _MOST = 16_000, 6_000, 128_000
# Seconds: what a line carries in them is not yet a queue; an answer that is so much later than the fastest has waited for
# others; between two pieces where a terminal answers nothing.
_AT_ONCE, _QUEUED, _UNASKED = 0.4, 0.06, 0.05
# Seconds until an answer never comes: of a terminal that has not answered yet, and of one that has. A line may stall for
# longer than the one, and whatever is sent meanwhile stands before the next key.
_SILENT, _LOST, _LOOK = 10.0, 60.0, 0.5
# Seconds without an answer after which another picture waits for the line.
_STALLED = 0.5

Piece = tuple[object, Callable[[], str], int]


class Transfers:
    """`write` writes to the terminal, between frames; `later` calls a function after some seconds."""

    def __init__(
        self, write: Callable[[str], None], later: Callable[[float, Callable[[], None]], None], asks: bool = True
    ) -> None:
        self._write, self._later, self._asks = write, later, asks
        self._waiting: deque[Piece] = deque()
        # Bytes and time of what was not answered yet, and the bytes that had to be read until then.
        self._on_line: deque[tuple[int, float, int]] = deque()
        self._window = float(_FIRST)
        self._fastest = 1.0
        # Bytes a second, as far as they could be measured.
        self._rate = 0.0
        self._is_watched = False
        self._is_paused = False
        self._holders = 0

    @property
    def is_idle(self) -> bool:
        return not self._waiting and not self._on_line

    @property
    def is_slow(self) -> bool:
        """Whether a picture takes seconds, or nobody knows yet."""
        return self._asks and self._rate < _SLOW

    @property
    def is_surely_slow(self) -> bool:
        """Whether it is known that a picture takes seconds."""
        return self.is_slow and self._rate > 0

    @property
    def is_behind(self) -> bool:
        """Whether the terminal has not read the last picture's frame yet, or has been silent for a while: another picture
        would stand behind that on the line, and might not be looked at any more when it arrives."""
        if not self._asks or not self._rate or not self._on_line:
            return False
        has_frame = any(not size for size, *_ in self._on_line)
        return has_frame or time.monotonic() - self._on_line[0][1] > _STALLED

    def picture_written(self) -> None:
        """Another picture's frame was written just now: see `is_behind`."""
        if self._asks and not self._is_paused:
            self._on_line.append((0, time.monotonic(), self._unread))
            self._write(STATUS_QUESTION)
            self._keep_watching()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing that waits is written meanwhile: something else may be about to take its place."""
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            self._pump()

    async def read_so_far(self) -> None:
        """Waits until the terminal has read what was sent, and all that waits is sent; not for ever."""
        until = time.monotonic() + _LONGEST_READ
        while self._asks and not self.is_idle and time.monotonic() < until:
            await asyncio.sleep(_PAUSE)

    @property
    def _unread(self) -> int:
        return sum(size for size, *_ in self._on_line)

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
                size, sent, ahead = self._on_line.popleft()
                if not size:
                    continue  # a frame, of whatever length
                took = time.monotonic() - sent
                rate = ahead / max(took, 1e-3)
                if not self._rate:
                    # Before it, nobody knew the line; a slow one must not look fast beside itself.
                    self._window = min(self._window, max(rate * _AT_ONCE, _LEAST))
                self._rate = rate if not self._rate else 0.7 * self._rate + 0.3 * rate
                self._fastest = min(self._fastest, took)
                grows = took < self._fastest + _QUEUED
                # A small piece says little.
                change = (1.4 if grows else 0.6) ** min(size / _PIECE, 1.0)
                self._window = min(max(self._window * change, _LEAST), _MOST)
        self._pump()

    def _pump(self) -> None:
        while self._waiting and not self._is_paused and not self._holders and self._unread < self._window:
            _, piece, weight = self._waiting.popleft()
            text = piece()
            if text:
                size = len(text) + weight
                self._on_line.append((size, time.monotonic(), self._unread + size))
                self._write(text + STATUS_QUESTION if self._asks else text)
        self._keep_watching()

    def _keep_watching(self) -> None:
        if self._on_line and not self._is_watched:
            self._is_watched = True
            self._later(_LOOK if self._asks else _UNASKED, self._watch)

    def _watch(self) -> None:
        self._is_watched = False
        patience = (_LOST if self._rate else _SILENT) if self._asks else _UNASKED / 2
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
