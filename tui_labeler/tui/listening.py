"""The platform's driver, which lends the app its way to write, reads keys apart, and goes on after a stop."""

from __future__ import annotations

import asyncio
import os
import re
import select
import signal
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from textual import constants
from textual.driver import Driver

from tui_labeler.terminal.escapes import EscapeKeys
from tui_labeler.terminal.probe import LateAnswers, take_answers

_LOOK_SECONDS = 0.1
# What Textual writes around a frame; and characters of what surely is one.
_SYNC, _FRAME = ("\x1b[?2026h", "\x1b[?2026l"), 1000
# Blanks in a row that take more bytes than saying how many there are.
_BLANKS = re.compile(" {8,}")
# Bold, say, with both colours has more than ten numbers: mlterm takes no more in one sequence, and shows none of it.
_LONG_STYLE = re.compile("\x1b\\[(\\d(?:;\\d)*);(?=38;2;\\d+;\\d+;\\d+;48;2;)")
# Of few colours: black that is bold is shown as grey by many terminals (xterm, screen, the Linux console), and not read on
# the colour of a selected row.
_BOLD_BLACK = re.compile("(\x1b\\[(?:\\d;)*?)1;((?:\\d;)*30[;m])")
# How long keys wait for the app's first screen; a key that no screen takes would be lost.
_FIRST_SCREEN_SECONDS = 5.0


class TerminalReader:
    """Reads a terminal in a thread of its own, and writes what was read, with Escape told apart, into a pipe."""

    def __init__(
        self,
        terminal: int,
        answered: Callable[[int], None],
        late: LateAnswers,
        failed: Callable[[Exception], None],
        ready: threading.Event,
    ) -> None:
        """Nothing is given before the app is `ready`, or should be. In the thread, `answered` is told how many status
        answers came, `late` gets the other ones, and `failed` what ended the reading, unless the terminal did."""
        self._terminal, self._answered, self._late, self._failed = terminal, answered, late, failed
        self._ready = ready
        self._over = threading.Event()
        self.pipe, self._into = os.pipe()
        self._thread = threading.Thread(target=self._read, name="terminal-input", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._ready.set()  # the thread may still wait for it
        self._thread.join()
        os.close(self.pipe)
        os.close(self._into)

    def _read(self) -> None:
        try:
            self._read_pieces()
        except OSError:
            return  # the terminal is gone: the hang-up watch sees to that
        except Exception as error:
            self._failed(error)

    def _read_pieces(self) -> None:
        keys = EscapeKeys(constants.ESCAPE_DELAY)
        self._ready.wait(_FIRST_SCREEN_SECONDS)
        self._give(keys.take(self._late.take_read()))
        while not self._over.is_set():
            patience = keys.patience
            wait = _LOOK_SECONDS if patience is None else patience
            if not select.select([self._terminal], [], [], wait)[0]:
                self._give(keys.give_up() if patience is not None else b"")
            elif piece := os.read(self._terminal, 4096):
                self._give(keys.take(piece))
                if keys.answered:
                    self._answered(keys.answered)
                    keys.answered = 0
                while keys.answers:
                    self._late.take(keys.answers.pop(0))
            else:
                return

    def _give(self, data: bytes) -> None:
        while data and not self._over.is_set():
            if select.select([], [self._into], [], _LOOK_SECONDS)[1]:
                data = data[os.write(self._into, data[: select.PIPE_BUF]) :]


class TerminalUser(Protocol):
    """An app as its driver knows it. `late_answers` gets what the terminal answers; no key comes before `ready_for_keys` is
    set; `write_to_terminal` is lent to it: what goes out beside the frames must not land in the middle of one. A frame that
    is the same as what was written last is left out, unless the terminal may have changed its screen by itself
    (`is_screen_doubtful`). Where the terminal repeats a character (REP), blanks are counted (`repeats_blanks`): half of
    what text costs."""

    write_to_terminal: Callable[[str], None]
    is_screen_doubtful: bool
    repeats_blanks: bool
    late_answers: LateAnswers
    ready_for_keys: threading.Event

    def take_terminal_again(self) -> None:
        """Has everything painted anew after the process was stopped and goes on."""

    def leave_terminal(self) -> int:
        """Called before the terminal is left, for good or for a while: gives up what it keeps, and says how many status
        answers are still to come."""

    def terminal_answered(self, count: int) -> None:
        """So many status answers came; called in the driver's thread."""

    def input_failed(self, error: Exception) -> None:
        """What ended the reading of keys (Textual would leave with a traceback, and as if all were well); called in the
        driver's thread."""

    def action_suspend_process(self) -> None:
        """Called when the process is asked to stop (SIGTSTP)."""


def _parted(attributes: re.Match[str]) -> str:
    return f"\x1b[{attributes[1]}m\x1b["


def _counted(blanks: re.Match[str]) -> str:
    return f" \x1b[{len(blanks[0]) - 1}b"


def listening(driver: type[Driver], app: TerminalUser) -> type[Driver]:
    """`driver`, which works for the app and its terminal as described there."""

    class ListeningDriver(driver):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._reader: TerminalReader | None = None
            self._input_thread: threading.Thread | None = None
            self._loop: asyncio.AbstractEventLoop | None = None
            self._modes: list[str] | None = None  # what is written at the start, while it is
            self._started: tuple[str, list[Any]] | None = None
            self._written = ""
            super().__init__(*args, **kwargs)
            app.write_to_terminal = self.write

        # Keys: the driver's input thread reads from the pipe, everything else means the terminal.

        @property
        def fileno(self) -> int:
            if self._reader is not None and threading.current_thread() is self._input_thread:
                return self._reader.pipe
            return self._terminal

        @fileno.setter
        def fileno(self, number: int) -> None:
            self._terminal = number

        def run_input_thread(self) -> None:
            try:
                self._read_input()
            except OSError:
                raise  # the terminal is gone: the hang-up watch sees to that
            except Exception as error:
                app.input_failed(error)

        def _read_input(self) -> None:
            if constants.DISABLE_KITTY_KEY or not os.isatty(self._terminal):
                super().run_input_thread()
                return
            self._input_thread = threading.current_thread()
            self._reader = TerminalReader(
                self._terminal, app.terminal_answered, app.late_answers, app.input_failed, app.ready_for_keys
            )
            try:
                super().run_input_thread()
            finally:
                reader, self._reader = self._reader, None
                reader.close()

        # A stop (SIGSTOP) that the driver knew nothing of. Textual starts a second time then, on top of the first: two
        # threads share the keys among them, one of them for ever, and the terminal is never given back.

        def write(self, data: str) -> None:
            if self._modes is not None:
                self._modes.append(data)
            if data not in _SYNC:
                # Textual paints a screen that opens up to eight times, the same each time: seconds on a slow line.
                if len(data) > _FRAME and data == self._written and not app.is_screen_doubtful:
                    return
                self._written, app.is_screen_doubtful = data, False
            data = _LONG_STYLE.sub(_parted, _BOLD_BLACK.sub(r"\1\2", data))
            super().write(_BLANKS.sub(_counted, data) if app.repeats_blanks else data)

        def start_application_mode(self) -> None:
            self._loop = asyncio.get_running_loop()
            # Textual leaves the terminal within the handler, in the middle of whatever is being written.
            signal.signal(signal.SIGTSTP, self._asked_to_stop)
            self._modes = []
            super().start_application_mode()
            modes, self._modes = "".join(self._modes), None
            with suppress(termios.error):
                self._started = (modes, termios.tcgetattr(self._terminal))

        def stop_application_mode(self) -> None:
            is_left, self._started = self._started is not None, None
            if is_left and (awaited := app.leave_terminal()):
                self.flush()
                self.disable_input()
                take_answers(self._terminal, awaited)  # they would be typed into the shell
            super().stop_application_mode()

        def _asked_to_stop(self, *_signal: object) -> None:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(app.action_suspend_process)

        def resume_application_mode(self) -> None:
            if self._started is None or self._loop is None:
                super().resume_application_mode()
            else:
                # This is a signal handler: the writer's queue may be locked by what it interrupts.
                self._loop.call_soon_threadsafe(self._take_terminal_again)

        def _take_terminal_again(self) -> None:
            """Another program may have had the terminal meanwhile."""
            if self._started is None:
                return
            modes, attributes = self._started
            with suppress(termios.error):
                termios.tcsetattr(self._terminal, termios.TCSANOW, attributes)
            self.write(modes)
            self.flush()
            app.take_terminal_again()

    return ListeningDriver
