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
from pathlib import Path

from tui_labeler.wholefiles import replace_file

# screen holds at most 256 bytes in a string sequence.
_SCREEN_PIECE = 200


def send_to_clipboard(text: str, write: Callable[[str], None], environment: Mapping[str, str]) -> str:
    """Sends `text`; `write` writes to the terminal. Returns what can honestly be said about it."""
    if environment.get("TMUX") and _tmux(text, environment):
        return "Sent to tmux's buffer and to your terminal's clipboard"
    sequence = f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"
    if environment.get("STY") or environment.get("TERM", "").startswith("screen"):
        pieces = [sequence[at : at + _SCREEN_PIECE] for at in range(0, len(sequence), _SCREEN_PIECE)]
        sequence = "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    write(sequence)
    return "Sent to your terminal's clipboard"


def keep_in_file(text: str, folder: Path) -> Path:
    """Writes the text to a file, from which it can be taken where no clipboard works. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "clipboard.txt"
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
