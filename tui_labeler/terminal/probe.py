"""Asking the terminal: the questions go out at once, and the answers are read when they are needed.

Between the two the app is imported, which takes longer than most terminals and lines need. Where the fence is not answered
in time, the app starts all the same, and `LateAnswers` takes what comes later out of the keys.
"""

from __future__ import annotations

import os
import select
import termios
import time
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from tui_labeler.terminal.answers import FENCE, QUESTIONS, Answers, split, take_late

T = TypeVar("T")
# Seconds from the questions on. A line of half a second there and back is slow; who waits longer starts without answers.
PATIENCE = 0.6
# A piece of an answer that is followed by nothing was typed after all.
_HELD_SECONDS = 0.3
# Nobody types three characters of an answer; a slow line may bring an answer in pieces.
_MAY_BE_TYPED, _PIECES_SECONDS = 2, 5.0


class Conversation:
    """A context manager: inside, the terminal does not echo what comes late. Without a terminal to ask (or `asks` False)
    nothing happens, and there are no answers."""

    def __init__(self, asks: bool = True) -> None:
        self.answers = Answers()
        self.typed = ""
        self._asks = asks
        self._rest = ""
        self._began = 0.0
        self._fd = -1
        self._before: list[object] | None = None

    def __enter__(self) -> Conversation:
        if self._asks and _in_foreground():
            self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._fd >= 0:
            self._restore()
            os.close(self._fd)
            self._fd = -1

    @property
    def awaited(self) -> bool:
        """Whether answers may still come."""
        return self._fd >= 0 and not self.answers.complete

    @property
    def asked(self) -> bool:
        """Whether there was a terminal to ask."""
        return self._began > 0

    def _begin(self) -> None:
        try:
            self._fd = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        except OSError:
            return
        try:
            self._before = termios.tcgetattr(self._fd)
            quiet = termios.tcgetattr(self._fd)
            quiet[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(self._fd, termios.TCSANOW, quiet)
            os.write(self._fd, ("".join(QUESTIONS) + FENCE).encode())
            self._began = time.monotonic()
        except (OSError, termios.error):
            os.close(self._fd)
            self._fd = -1

    def listen(self, patience: float = PATIENCE) -> Answers:
        """Reads until the fence is answered, at most `patience` seconds after the questions were asked."""
        deadline = self._began + patience
        while self.awaited and select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            try:
                text = os.read(self._fd, 4096).decode("utf-8", "replace")
            except OSError:
                break
            if not text:
                break
            typed, self._rest = split(self._rest + text, self.answers)
            self.typed += typed
        if self._fd >= 0:
            if not self.awaited:
                self._restore()  # nothing comes late: the terminal is again as it was
            else:
                self._restore(echo=False)
        return self.answers

    def _restore(self, echo: bool = True) -> None:
        if self._before is None:
            return
        modes = list(self._before)
        if not echo:
            modes[3] = int(str(modes[3])) & ~termios.ECHO
        try:
            termios.tcsetattr(self._fd, termios.TCSANOW, modes)  # type: ignore[arg-type]
        except (OSError, termios.error):
            self._before = None  # the terminal is gone

    def late(self) -> tuple[Answers, str]:
        """What `LateAnswers` goes on with: the answers so far, and the beginning of the next one."""
        return self.answers, self._rest


class LateAnswers(Generic[T]):
    """Answers that come while the app runs arrive as keys. This holds back what may be one, and takes out what is."""

    def __init__(self, answers: Answers, rest: str, give: Callable[[T], None], told: Callable[[Answers], None]) -> None:
        """`give` gets what was typed; `told` the answers, when the fence is among them."""
        self._answers, self._give, self._told = answers, give, told
        self._text = rest
        # For each held item, where its text ends in `_text`. The beginning that is known already has no items.
        self._held: list[tuple[int, T]] = []
        self._touched = time.monotonic()

    @property
    def done(self) -> bool:
        """Nothing is held, and nothing more is awaited."""
        return self._answers.complete and not self._held

    def take(self, text: str, item: T) -> None:
        """`item` (a key) with the text that it stands for."""
        self._touched = time.monotonic()
        self._text += text
        self._held.append((len(self._text), item))
        self._sort()

    def _sort(self) -> None:
        complete = self._answers.complete
        while self._text:
            length = take_late(self._text, self._answers)
            if length is None:
                break
            if length:
                self._drop(length)
            else:
                self._pass_first()
        if self._answers.complete and not complete:
            self._told(self._answers)

    def _drop(self, length: int) -> None:
        self._text = self._text[length:]
        self._held = [(end - length, item) for end, item in self._held if end > length]

    def _pass_first(self) -> None:
        if not self._held:
            self._text = ""  # the beginning of an answer that never went on
            return
        end, item = self._held[0]
        self._drop(end)
        self._give(item)

    @property
    def patience(self) -> float:
        """Seconds until what is held is decided on."""
        return _HELD_SECONDS if len(self._text) <= _MAY_BE_TYPED else _PIECES_SECONDS

    def tick(self) -> None:
        """What was held for long enough is given, if a person may have typed it; more of an answer than that is dropped."""
        if self._held and time.monotonic() - self._touched >= self.patience:
            typed = len(self._text) <= _MAY_BE_TYPED
            held, self._held, self._text = self._held, [], ""
            for _, item in held if typed else ():
                self._give(item)


def _in_foreground() -> bool:
    """Whether this process may write to its terminal without being stopped."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
