"""Asking the terminal: the questions go out at once, and the answers are read when they are needed.

Between the two the app is imported, which takes longer than most terminals and lines need. Where the fence is not answered
in time, the app starts all the same, and `LateAnswers` gets what comes later.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
from collections.abc import Callable
from types import TracebackType

import msgspec

from tui_labeler.terminal.answers import FENCE, QUESTIONS, Answers, split

# Seconds from the questions on. A line of half a second there and back is slow; who waits longer starts without answers.
PATIENCE = 0.6
# What ends each piece of questions: the status, or the primary device attributes.
_LAST_ANSWERS = re.compile(rb"\x1b\[(?:0n|\?[\d;]*c)")
# A character that a piece cuts is put together by what reads the keys.
_BYTES = "surrogateescape"


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
                text = os.read(self._fd, 4096).decode("utf-8", _BYTES)
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
        """What `LateAnswers` goes on with: the answers so far, complete if none is awaited, and what was typed, with the
        beginning of the next answer."""
        answers = self.answers if self.awaited else msgspec.structs.replace(self.answers, complete=True)
        return answers, self.typed + self._rest


class LateAnswers:
    """Answers that come while the app runs; what reads its keys takes them out of those."""

    def __init__(self, answers: Answers, read: str, told: Callable[[Answers], None]) -> None:
        """`answers` so far; `read`: what else the terminal sent. `told` gets all answers, when the fence is among them."""
        self._answers, self._read, self._told = answers, read, told

    @property
    def awaited(self) -> bool:
        return not self._answers.complete

    def begin(self) -> None:
        """The terminal is asked anew."""
        self._answers = Answers()

    def go_on(self) -> None:
        """The terminal is asked some of it again; the rest is as it was."""
        self._answers = msgspec.structs.replace(self._answers, complete=False)

    def take_read(self) -> bytes:
        """What was read beside answers, once: a terminal that is given back and taken again begins anew."""
        read, self._read = self._read, ""
        return read.encode("utf-8", _BYTES)

    def take(self, answer: str) -> None:
        """One whole answer. What comes after the fence was asked by someone else."""
        answers = self._answers
        was_awaited = self.awaited
        if was_awaited:
            split(answer, answers)
        if was_awaited and not self.awaited:
            self._told(answers)


def take_answers(terminal: int, count: int, patience: float = PATIENCE) -> None:
    """Reads so many answers to `STATUS_QUESTION`, or to the questions at the start, and drops them with whatever is typed
    between them: the terminal gets another reader, who would take them for typed. Waits at most `patience` seconds."""
    deadline = time.monotonic() + patience
    read = b""
    while len(_LAST_ANSWERS.findall(read)) < count:
        if not select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            return
        if not piece:
            return
        read += piece


def _in_foreground() -> bool:
    """Whether this process may write to its terminal without being stopped."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
