"""What the Linux console shows of the app's characters: its font has those of code page 437, and for every other one the
same square. Each of them has a stand-in of one cell."""

from __future__ import annotations

from collections.abc import Mapping

_STAND_INS = {
    # keys
    "⏎": "┘", "⇧": "▲", "⌫": "◄", "⌃": "^",
    # marks
    "✓": "√", "✗": "x", "★": "*", "●": "•", "◉": "•", "◐": "○", "□": "○", "☑": "√", "☐": "○", "‖": "║", "▸": "►",
    "▶": "►", "◀": "◄", "▾": "▼", "▴": "▲", "⚠": "!", "⋮": ":",
    # writing
    "›": ">", "‹": "<", "…": "~", "–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'",
    "×": "x", "⟨": "<", "⟩": ">", "€": "E", "␀": "?", "␊": "?", "␟": "?", "␡": "?",
    # lines and blocks
    "━": "═", "╸": "═", "╺": "═", "╴": "─", "╶": "─", "┃": "║", "╭": "┌", "╮": "┐", "╰": "└", "╯": "┘", "┏": "╔",
    "┓": "╗", "┗": "╚", "┛": "╝", "╱": "/", "╲": "\\", "▔": "▀", "▕": "▐", "▏": "│", "▎": "▌", "▍": "▌", "▋": "▌", "▊": "█",
    "▉": "█", "▁": "_", "▂": "_", "▃": "▄", "▅": "▄", "▆": "█", "▇": "█", "▖": "▄", "▗": "▄", "▘": "▀", "▝": "▀",
    "▙": "█", "▛": "█", "▜": "█", "▟": "█", "▚": "█", "▞": "█",
}  # fmt: skip
CONSOLE_GLYPHS: Mapping[int, str] = str.maketrans(_STAND_INS)
"""As `str.translate` takes them."""


def is_console(environment: Mapping[str, str]) -> bool:
    """Whether the terminal calls itself the console of Linux."""
    return environment.get("TERM", "").partition("-")[0] == "linux"
