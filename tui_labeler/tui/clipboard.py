"""Putting text on the clipboard of the terminal that the person sits at, through SSH, tmux and screen.

A terminal never says whether it took the text, so nobody is told "copied"; and the text is always written to a file too.
What works where was measured: tmux drops the escape sequence in its default configuration but has a command of its own,
screen wants it wrapped in pieces, everything else takes OSC 52.
"""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tui_labeler.model.text import cell_width, ending, safe_text
from tui_labeler.wholefiles import replace_file

# screen holds at most 256 bytes in a string sequence.
_SCREEN_PIECE = 200
_FILE = "clipboard.txt"
_TO_TMUX = "Sent to tmux's buffer and to your terminal's clipboard"
_ALSO = "; also in "


@dataclass(frozen=True)
class Sent:
    """A text that was sent. `way` is what can honestly be said of that, `file` where it lies as well; None where no file
    could be written."""

    text: str
    way: str
    file: Path | None

    @property
    def words(self) -> str:
        """All that there is to say; safe to show."""
        kept = f"{_ALSO}{self.file}" if self.file else "; it could not be written to a file"
        return safe_text(f"{self.way}{kept}")

    def fitting(self, width: int) -> str:
        """As much of it as so many cells hold, at the least the fewest words; it goes on behind something."""
        words = f"{self.words[:1].lower()}{self.words[1:]}"
        if cell_width(words) <= width:
            return words
        room = width - len(self.brief) - len(_ALSO)
        return f"{self.brief}{_ALSO}{ending(self.file, room)}" if self.file and room > len(_FILE) else self.brief

    @property
    def brief(self) -> str:
        """The fewest words."""
        return "sent to tmux" if self.way == _TO_TMUX else "sent"


def send_to_clipboard(text: str, write: Callable[[str], None], environment: Mapping[str, str]) -> str:
    """Sends `text`; `write` writes to the terminal. Returns what can honestly be said about it."""
    if environment.get("TMUX") and _tmux(text, environment):
        return _TO_TMUX
    sequence = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    if environment.get("STY") or environment.get("TERM", "").startswith("screen"):
        pieces = [sequence[at : at + _SCREEN_PIECE] for at in range(0, len(sequence), _SCREEN_PIECE)]
        sequence = "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    write(sequence)
    return "Sent to your terminal's clipboard"


def keep_in_file(text: str, folder: Path) -> Path:
    """Writes the text to a file, from which it can be taken where no clipboard works. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _FILE
    replace_file(path, (text + "\n").encode())
    return path


def _tmux(text: str, environment: Mapping[str, str]) -> bool:
    """`load-buffer -w` also passes it on to the outer terminal, and worked in every configuration of tmux 3.3."""
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],
            input=text.encode(),
            env=dict(os.environ) | dict(environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
