"""How a terminal can show images: what follows from its answers."""

from __future__ import annotations

import pytest

from tui_labeler.terminal.answers import Answers, split
from tui_labeler.terminal.depth import decide as colours_of
from tui_labeler.terminal.graphics import CELLS, ITERM, KITTY, SIXEL, decide, is_worth_asking

# As recorded from each terminal, colours left out.
OLD_KITTY = "\x1bP>|kitty(0.26.5)\x1b\\\x1b[6;20;9t\x1b[4;920;1800t\x1b_Gi=4001;OK\x1b\\\x1b[?62;c"
NEW_KITTY = OLD_KITTY.replace("0.26.5", "0.41.1")
GHOSTTY = OLD_KITTY.replace("kitty(0.26.5)", "ghostty 1.2.3")
XTERM = "\x1bP>|XTerm(379)\x1b\\\x1b[?2;0;1000;1000S\x1b[?63;1;2;4;6;9;15;16;22;29c"
FOOT = "\x1bP>|foot(1.13.1)\x1b\\\x1b[6;20;9t\x1b[4;960;1800t\x1b[?62;4;22c"
MLTERM = "\x1b[6;17;8t\x1b[4;816;1600t\x1b[?63;1;2;3;4;7;29c"
VSCODE = "\x1bP>|xterm.js(6.1.0)\x1b\\\x1b[6;16;8t\x1b[4;800;1685t\x1b_Gi=4001;OK\x1b\\\x1b[?62;4;9;22c"
# xterm.js 6.0, silent about its name; as VS Code has it at first, without images.
XTERMJS = "\x1bP1$r0m\x1b\\\x1b[>0;276;0c\x1b[6;16;8t\x1b[4;800;1685t\x1b[?2;0;1685;800S\x1b[?62;4;9;22c"
WITHOUT_IMAGES = "\x1bP1$r0m\x1b\\\x1b[>0;276;0c\x1b[6;16;8t\x1b[4;800;1685t\x1b[?1;2c"
ITERM2 = "\x1bP>|iTerm2 3.5.4\x1b\\\x1b[6;17;8t\x1b_Gi=4001;OK\x1b\\\x1b[?62;4c"
KONSOLE = "\x1bP>|Konsole 26.08.2\x1b\\\x1b[6;14;7t\x1b[4;868;1372t\x1b_Gi=4001;OK\x1b\\\x1b[?62;1;4c"
OLD_KONSOLE = KONSOLE.replace("26.08.2", "23.08.5")  # text that lies over its images is not seen
PLAIN = "\x1b[?1;2c"
WINDOW = (200, 50, 1804, 1004)


def answers(text: str) -> Answers:
    terminal_answers = Answers()
    assert split(text, terminal_answers) == ("", "")
    return terminal_answers


@pytest.mark.parametrize(
    ("text", "kind", "cell", "glyphs"),
    [
        (OLD_KITTY, CELLS, (9, 20), "sextant"),
        (NEW_KITTY, KITTY, (9, 20), "octant"),
        (GHOSTTY, KITTY, (9, 20), "octant"),
        (XTERM, SIXEL, (9, 20), "half"),  # asked for its cells it is silent: the kernel counts a border of 4
        (FOOT, SIXEL, (9, 20), "sextant"),
        (MLTERM, SIXEL, (8, 16.32), "half"),
        (VSCODE, ITERM, (8.425, 16), "half"),  # it says OK to kitty's graphics, and has no layers
        (XTERMJS, ITERM, (8.425, 16), "half"),
        (WITHOUT_IMAGES, CELLS, (8.425, 16), "half"),
        (ITERM2, ITERM, (8, 17), "half"),
        (KONSOLE, KITTY, (7, 14), "half"),
        (OLD_KONSOLE, CELLS, (7, 14), "half"),
        (PLAIN, CELLS, (9, 20), "half"),
    ],
)
def test_what_a_terminal_proves_decides(text: str, kind: str, cell: tuple[float, float], glyphs: str) -> None:
    graphics = decide({"TERM": "xterm-256color"}, "auto", "auto", answers(text), WINDOW)
    assert (graphics.kind, graphics.cell, graphics.glyphs) == (kind, cell, glyphs), graphics.why


def test_xtermjs_is_known_by_its_answers() -> None:
    """VS Code says COLORTERM to its own shells; what ssh starts from there does not get it."""
    for text in (VSCODE, XTERMJS, WITHOUT_IMAGES):
        depth = colours_of({"TERM": "xterm-256color"}, "auto", answers(text), None)
        assert (depth.colours, depth.mend) == ("true", ""), depth.why
    assert colours_of({"TERM": "xterm-256color"}, "auto", answers(PLAIN), None).colours == "256"
    shown = decide({"TERM": "xterm-256color"}, "auto", "auto", answers(WITHOUT_IMAGES), WINDOW)
    assert "terminal.integrated.enableImages" in shown.why


@pytest.mark.parametrize("environment", [{"TMUX": "x"}, {"STY": "x"}, {"TERM": "tmux-256color"}, {"NO_COLOR": "1"}])
def test_within_tmux_and_screen_images_are_cells(environment: dict[str, str]) -> None:
    assert decide({"TERM": "xterm"} | environment, "auto", "auto", answers(NEW_KITTY), WINDOW).kind == CELLS
    assert not is_worth_asking({"TERM": "xterm"} | environment, "auto")


def test_no_pixels_without_the_size_of_a_cell() -> None:
    for wanted in ("auto", "sixel", "kitty"):
        graphics = decide({"TERM": "xterm"}, wanted, "auto", answers(XTERM), (200, 50, 0, 0))
        assert graphics.kind == CELLS
        assert "how large a cell is" in graphics.why


@pytest.mark.parametrize("text", [OLD_KITTY, PLAIN])
def test_a_setting_is_taken_at_its_word(text: str) -> None:
    graphics = decide({"TERM": "xterm"}, "sixel", "octant", answers(text), WINDOW)
    assert (graphics.kind, graphics.glyphs) == (SIXEL, "octant")
    assert decide({"TERM": "xterm"}, "cells", "auto", answers(NEW_KITTY), WINDOW).possible == KITTY
