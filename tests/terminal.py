"""A program on a real pty: keys go in, bytes come out, and a terminal emulator (pyte) knows what is on the screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte

NAMES = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "home": "\x1b[H",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "shift+tab": "\x1b[Z",
    "shift+left": "\x1b[1;2D",
    "shift+right": "\x1b[1;2C",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
    "end": "\x1b[F",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "ctrl+k": "\x0b",
    "ctrl+n": "\x0e",
    "ctrl+p": "\x10",
    "ctrl+u": "\x15",
}

# A blank and how many more of it; the beginning of that at the end of what was read.
_COUNT, _BEGUN_COUNT = re.compile(rb" \x1b\[(\d+)b"), re.compile(rb" (?:\x1b(?:\[\d*)?)?\Z")


class Terminal:
    """A child process on a pty. `raw` holds every byte that it wrote, `arrived` when each piece of the last answer came
    (seconds of the monotonic clock, bytes so far). Without `emulate` there is no screen: for measuring time."""

    def __init__(
        self, words: Sequence[str], columns: int, rows: int, emulate: bool = True, **environment: str | None
    ) -> None:
        """`environment`: variables besides our own; None takes one away."""
        self.raw = b""
        # What it answers before its device attributes, which end the questions; None: nothing, not even those.
        self.answers: bytes | None = b""
        self.arrived: list[tuple[float, int]] = []
        self._emulate = emulate
        self._cut = b""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.code: int | None = None
        # How fast the terminal reads, as behind a slow line; 0: as fast as it can.
        self.bytes_per_second = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            keep = {
                key: value
                for key, value in os.environ.items()
                if key not in ("NO_COLOR", "TMUX", "STY", "CI", "COLUMNS", "LINES")
            }
            given = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **environment}
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)  # as a login leaves them: who runs in the background ignores some
            time.sleep(0.05)
            os.execvpe(words[0], list(words), {name: text for name, text in (keep | given).items() if text is not None})
        self.set_size(columns, rows)

    def set_size(self, columns: int, rows: int) -> None:
        """In cells; the child is told."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, quiet: float = 0.15, limit: float = 10.0) -> int:
        """Reads until nothing came for `quiet` seconds (after something did); the number of bytes."""
        got, began = 0, time.monotonic()
        self.arrived = []
        while time.monotonic() - began < limit:
            if not select.select([self.fd], [], [], quiet)[0]:
                if got and self._is_whole:
                    break
                continue
            try:
                chunk = os.read(self.fd, 1024 if self.bytes_per_second else 1 << 20)
            except OSError:
                break
            if not chunk:
                break
            if self.bytes_per_second:
                time.sleep(len(chunk) / self.bytes_per_second)
            if b"\x1b[?2026$p" in chunk:
                os.write(self.fd, b"\x1b[?2026;2$y")
            if b"\x1b[c" in chunk and self.answers is not None:
                os.write(self.fd, self.answers + b"\x1b[?62c")
            self.took(chunk)
            got += len(chunk)
            self.arrived.append((time.monotonic(), got))
            if self._emulate:
                self.raw += chunk
                self._stream.feed(self._repeated(chunk))
        return got

    def _repeated(self, chunk: bytes) -> bytes:
        """With blanks that are counted (REP) written out, which this emulator does not know; a count that the chunk cuts
        waits for the rest."""
        data = self._cut + chunk
        begun = _BEGUN_COUNT.search(data)
        self._cut = data[begun.start() :] if begun else b""
        return _COUNT.sub(lambda match: b" " * (1 + int(match[1])), data[: len(data) - len(self._cut)])

    def read_until(self, happened: Callable[[], bool], limit: float) -> None:
        """Reads until something happened, piece by piece; fails where it does not."""
        began = time.monotonic()
        while not happened():
            assert time.monotonic() - began < limit, "it did not happen"
            self.read(0.0, 0.01)

    def took(self, chunk: bytes) -> None:
        """What came; for terminals that know more than this one."""
        if count := chunk.count(b"\x1b[5n"):
            os.write(self.fd, b"\x1b[0n" * count)

    def send(self, *keys: str, quiet: float = 0.15) -> int:
        """Names from NAMES, or single characters; waits for the screen to settle after each. The bytes that came."""
        return sum(self._send(key, quiet) for key in keys)

    def type(self, text: str, quiet: float = 0.15) -> int:
        """A text as it is, in one piece. The number of bytes that came."""
        os.write(self.fd, text.encode())
        return self.read(quiet, 3.0)

    def report(self, *sequences: str) -> None:
        """What a terminal reports by itself: the mouse."""
        for sequence in sequences:
            os.write(self.fd, sequence.encode())
            self.read(0.1, 1.0)

    def _send(self, key: str, quiet: float) -> int:
        if len(key) > 1 and key not in NAMES:
            raise ValueError(f"no key is called “{key}”")
        os.write(self.fd, NAMES.get(key, key).encode())
        return self.read(quiet, 3.0)

    def wait_for(self, text: str, limit: float = 60.0) -> str:
        """Reads until `text` is on the screen; the whole screen. Fails with what is there instead."""
        began = time.monotonic()
        while time.monotonic() - began < limit:
            if self._is_whole and text in self.text:
                return self.text
            self.read(0.05, 0.3)
        raise AssertionError(f"“{text}” did not appear:\n{self.text}")

    @property
    def _is_whole(self) -> bool:
        """Whether the last frame came to its end (synchronized output): a busy machine is read in the middle of one."""
        return self.raw.rfind(b"\x1b[?2026h") <= self.raw.rfind(b"\x1b[?2026l")

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def end(self, limit: float = 40.0) -> int:
        """Waits for the child to end; its exit code, below 0 for a signal. Kills it after `limit` seconds."""
        began = time.monotonic()
        while self.code is None and time.monotonic() - began < limit:
            self.read(0.05, 0.1)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return self.code


def open_app(home: Path, columns: int, rows: int, *words: str, emulate: bool = True, **environment: str) -> Terminal:
    """`tui-labeler --home HOME WORDS` on a pty."""
    command = [sys.executable, "-m", "tui_labeler", "--home", str(home), *words]
    return Terminal(command, columns, rows, emulate, **environment)
