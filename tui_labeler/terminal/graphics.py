"""How the terminal can show an image: in its own pixels, by one of three protocols, or in cells; and how that is known.

What a terminal proves decides, its name only where an answer is known to promise too much: kitty before 0.28 draws images
over the backgrounds of text, xterm.js says OK to kitty's graphics but has no layers, and Konsole shows no text over sixel.
"""

from __future__ import annotations

import fcntl
import re
import struct
import termios
from collections.abc import Mapping

import msgspec

from tui_labeler.terminal.answers import Answers
from tui_labeler.terminal.depth import NEVER_ASKED
from tui_labeler.terminal.screen import terminal_number

AUTO, KITTY, ITERM, SIXEL, CELLS = "auto", "kitty", "iterm", "sixel", "cells"
# What each way of showing images is called for people.
NAMES = {
    KITTY: "pixels, by kitty's graphics",
    ITERM: "pixels, by iTerm2's inline images",
    SIXEL: "pixels, by sixel",
    CELLS: "cells",
}
_HALF = "half"
_SIXEL_ATTRIBUTE = 4
_NAME = re.compile(r"([A-Za-z][\w.]*?)[ (/]v?(\d+)(?:\.(\d+))?")
# From which version on kitty's layers are as they should be.
_LAYERS = {"kitty": (0, 28), "ghostty": (1, 0), "konsole": (25, 4)}
# Where text that is written over a sixel is a hole in it.
_NO_TEXT_OVER_SIXEL = ("konsole",)
_INLINE = ("iterm2", "wezterm")
# From which version on a terminal draws these characters itself, whatever the font has.
_DRAWS = (
    ("octant", {"kitty": (0, 40), "ghostty": (1, 2), "foot": (1, 20), "vte": (7800, 0)}),
    ("sextant", {"kitty": (0, 20), "ghostty": (1, 0), "foot": (1, 6), "vte": (6200, 0), "wezterm": (2021, 0)}),
)


class Graphics(msgspec.Struct, frozen=True):
    """`kind` is KITTY, ITERM, SIXEL or CELLS, `why` says how that is known. `cell` is the width and height of a cell in
    pixels (0 where it is not known). `glyphs`: what cells are made of. `largest`: of a sixel graphic, 0 for no limit."""

    kind: str = CELLS
    why: str = "not looked for"
    cell: tuple[float, float] = (0.0, 0.0)
    glyphs: str = _HALF
    largest: tuple[int, int] = (0, 0)
    # What it would be, if a person had not chosen cells.
    possible: str = CELLS

    @property
    def words(self) -> str:
        """For people."""
        parts = f" ({self.glyphs} blocks)" if self.kind == CELLS and self.glyphs != _HALF else ""
        return NAMES[self.kind] + parts


def is_worth_asking(environment: Mapping[str, str], wanted: str) -> bool:
    """Whether answers could change anything."""
    term = environment.get("TERM", "")
    if not term or term.startswith(NEVER_ASKED) or _within(environment):
        return False
    return wanted != CELLS and not environment.get("NO_COLOR")


def decide(
    environment: Mapping[str, str], wanted: str, glyphs: str, answers: Answers, window: tuple[int, int, int, int]
) -> Graphics:
    """`wanted` and `glyphs` are the settings; `window` the columns, rows, width and height in pixels that the kernel
    knows of the terminal, 0 where it does not."""
    cell = _cell(answers, window)
    known = _known_glyphs(answers.name, environment) if glyphs == AUTO else glyphs
    possible, why = _possible(environment, answers, cell)
    largest = answers.largest
    if wanted == AUTO:
        return Graphics(possible, why, cell, known, largest, possible)
    if wanted != CELLS and not all(cell):
        return Graphics(CELLS, "the terminal does not say how large a cell is", cell, known)
    return Graphics(wanted, "as the setting “graphics” says", cell, known, largest, possible)


def _possible(environment: Mapping[str, str], answers: Answers, cell: tuple[float, float]) -> tuple[str, str]:
    if within := _within(environment):
        return CELLS, f"images in pixels do not survive within {within}"
    if environment.get("NO_COLOR"):
        return CELLS, "NO_COLOR is set"
    name, version = name_and_version(answers.name)
    has_sixel = _SIXEL_ATTRIBUTE in answers.attributes
    inline = name in _INLINE or environment.get("LC_TERMINAL") == "iTerm2"
    kind, why = CELLS, "the terminal was asked, and shows no pixels"
    if answers.is_xtermjs:
        inline = has_sixel  # both come with the same addon
        why = "xterm.js shows no images as it is set (VS Code: terminal.integrated.enableImages, then a new terminal)"
    if answers.has_kitty_graphics and name in _LAYERS and version >= _LAYERS[name]:
        kind, why = KITTY, "the terminal was asked, and has layers"
    elif inline:
        kind, why = ITERM, "as the name of the terminal says"
    elif has_sixel and name in _NO_TEXT_OVER_SIXEL:
        why = "this version shows no text over images"
    elif has_sixel:
        kind, why = SIXEL, "the terminal was asked, and has sixel"
    elif name == "kitty" and answers.has_kitty_graphics:
        why = "kitty shows text over images from version 0.28 on"
    elif not answers.complete:
        why = "the terminal did not answer"
    if kind != CELLS and not all(cell):
        return CELLS, "the terminal does not say how large a cell is"
    return kind, why


def _within(environment: Mapping[str, str]) -> str:
    """What stands between the app and the terminal."""
    term = environment.get("TERM", "")
    if environment.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    return "screen" if environment.get("STY") or term.startswith("screen") else ""


def name_and_version(name: str) -> tuple[str, tuple[int, int]]:
    """Of what XTVERSION said: the name in small letters, the first two numbers."""
    match = _NAME.match(name.strip())
    return (match[1].lower(), (int(match[2]), int(match[3] or 0))) if match else ("", (0, 0))


def _known_glyphs(said: str, environment: Mapping[str, str]) -> str:
    name, version = name_and_version(said)
    if _within(environment):
        return _HALF
    return next((kind for kind, since in _DRAWS if name in since and version >= since[name]), _HALF)


def _cell(answers: Answers, window: tuple[int, int, int, int]) -> tuple[float, float]:
    columns, rows, width, height = window
    told = float(answers.cell[0]), float(answers.cell[1])
    if columns and rows and all(answers.area):
        shared = answers.area[0] / columns, answers.area[1] / rows
        # Cells of xterm.js are no whole pixels wide; it rounds them when it is asked.
        if answers.is_xtermjs or not answers.name or not all(told):
            near = all(
                abs(told_length - shared_length) < 1 for told_length, shared_length in zip(told, shared, strict=True)
            )
            told = shared if near or not all(told) else told
    if all(told):
        return told
    if columns and rows and width >= columns and height >= rows:
        return float(width // columns), float(height // rows)  # xterm counts its border, too
    return 0.0, 0.0


def window_size() -> tuple[int, int, int, int]:
    """Columns, rows, width and height in pixels of the terminal, as the kernel knows them; else zeros."""
    try:
        answer = fcntl.ioctl(terminal_number(), termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return 0, 0, 0, 0
    rows, columns, width, height = struct.unpack("HHHH", answer)
    return columns, rows, width, height
