"""A person at a terminal: what is in their environment, and what they must never get to see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.terminal import Terminal

# size, TERM as ssh leaves it: the usual one at two sizes, the others once.
USUAL = (80, 24, "xterm-256color")
TERMINALS = (
    USUAL,
    (200, 50, "xterm-256color"),
    (80, 24, "xterm"),
    (80, 24, "screen-256color"),
    (80, 24, "tmux-256color"),
    (80, 24, "linux"),
)
_FORBIDDEN = (b"unforeseen", b"Traceback", b"No report could", b"Exception ignored", b"ResourceWarning")


def command() -> list[str]:
    """`tui-labeler` as it was installed."""
    script = Path(sys.executable).with_name("tui-labeler")
    return [str(script)] if script.exists() else [sys.executable, "-m", "tui_labeler"]


def environment(home: Path) -> dict[str, str | None]:
    """What a person's shell has: a home of its own, and nothing that tests or CI set."""
    foreign = [name for name in os.environ if name.startswith(("TUI_LABELER_", "XDG_", "PYTEST_", "TEXTUAL"))]
    return {**dict.fromkeys([*foreign, "CI", "NO_COLOR", "COLORTERM", "TERM_PROGRAM", "LC_ALL"]), "HOME": str(home)}


class Person:
    """Runs commands in one home; `start` on a pty, `ask` as a script does."""

    def __init__(self, home: Path, terminal: tuple[int, int, str] = USUAL, **more: str | None) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self._columns, self._rows, self._term = terminal
        self._more = more

    @property
    def data(self) -> Path:
        return self.home / ".local" / "share" / "tui-labeler"

    def start(self, *words: str) -> Terminal:
        given = {**environment(self.home), "TERM": self._term, **self._more}
        return Terminal([*command(), *words], self._columns, self._rows, **given)

    def run(self, *words: str, limit: float = 120.0, code: int = 0) -> str:
        """A command from its start to its end; what stands on the screen then."""
        terminal = self.start(*words)
        ended = terminal.end(limit)
        self.sound(terminal)
        assert ended == code, terminal.text
        return terminal.text

    def ask(self, *words: str) -> Any:
        """What a command says with --json."""
        variables = os.environ | {name: text or "" for name, text in environment(self.home).items()} | {"CI": "1"}
        variables = {name: text for name, text in variables.items() if text}
        done = subprocess.run([*command(), *words, "--json"], capture_output=True, text=True, env=variables, timeout=60)
        assert done.returncode == 0, done
        return json.loads(done.stdout)

    def sound(self, terminal: Terminal) -> None:
        """Nothing unforeseen was printed or reported, and the terminal was given back: main screen, cursor, wrapping."""
        raw = terminal.raw
        for word in _FORBIDDEN:
            assert word not in raw, terminal.text
        reports = list(self.home.rglob("crash-*.txt"))
        assert not reports, reports[0].read_text()
        for on, off in (
            (b"\x1b[?1049h", b"\x1b[?1049l"),
            (b"\x1b[?25l", b"\x1b[?25h"),
            (b"\x1b[?1003h", b"\x1b[?1003l"),
        ):
            assert raw.rfind(on) <= raw.rfind(off), f"{on!r} is not taken back"
