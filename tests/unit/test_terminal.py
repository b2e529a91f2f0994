"""What terminals answer, and what follows from it. The answers are those that the terminals gave when they were asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_labeler.terminal.answers import Answers, split
from tui_labeler.terminal.depth import INDEXED, SIXTEEN, TRUE, decide, is_worth_asking
from tui_labeler.terminal.escapes import EscapeKeys
from tui_labeler.terminal.probe import LateAnswers

PALETTE = "".join(f"\x1b]4;{n};rgb:{n:02x}00/0000/ff{n:02x}\x1b\\" for n in range(16))
XTERM = (
    "\x1bP1$r0;48:2::1:2:3m\x1b\\\x1bP0+r524742\x1b\\\x1b]4;255;rgb:eeee/eeee/eeee\x1b\\"
    + PALETTE
    + "\x1bP>|XTerm(379)\x1b\\\x1b[24;62R\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c"
)
MLTERM = "\x1bP1$r48;5;16m\x1b\\\x1b]4;255;rgb:ee/ee/ee\x07\x1b[?63;1;2;3;4;7;29c"
FOOT = "\x1bP1$r0;48:2::1:2:3m\x1b\\\x1bP1+r524742=382F382F38;5463\x1b\\\x1b[?62;4;22c"
VT_LIKE = "\x1b[?6c"


def answers(text: str) -> Answers:
    told_answers = Answers()
    assert split(text, told_answers) == ("", "")
    return told_answers


@pytest.mark.parametrize(
    ("text", "term", "colours"),
    [
        (XTERM, "xterm", TRUE),
        (FOOT, "xterm-256color", TRUE),
        (MLTERM, "mlterm", INDEXED),
        (VT_LIKE, "xterm", INDEXED),
        (VT_LIKE, "xterm-256color", INDEXED),
        (VT_LIKE, "vt220", SIXTEEN),
        ("", "xterm", SIXTEEN),
        ("", "xterm-16color", SIXTEEN),
        ("", "linux", SIXTEEN),
        ("", "xterm-kitty", TRUE),
        ("", "xterm-direct", TRUE),
        ("", "screen-256color", INDEXED),
        ("", "screen5", INDEXED),
        ("", "screen", SIXTEEN),
    ],
)
def test_what_follows_from_the_answers(text: str, term: str, colours: str) -> None:
    depth = decide({"TERM": term}, "auto", answers(text))
    assert depth.colours == colours
    assert depth.why
    assert bool(depth.mend) == (colours != TRUE)


def test_the_palette_is_taken_as_the_terminal_tells_it() -> None:
    xterm = answers(XTERM)
    assert xterm.complete
    assert xterm.has_256
    assert xterm.sixteen[3] == (3, 0, 254)
    assert xterm.name == "XTerm(379)"
    assert xterm.attributes[0] == 64


def test_another_colour_that_comes_back_is_none_that_was_kept() -> None:
    assert not answers("\x1bP1$r0;48:2::11:2:3m\x1b\\").keeps_direct_colour
    assert not answers("\x1bP1$r0;48:2::1:2:35m\x1b\\").keeps_direct_colour
    assert not answers("\x1bP0$r\x1b\\").keeps_direct_colour
    assert answers("\x1bP1$r48;2;1;2;3m\x1b\\").keeps_direct_colour


@pytest.mark.parametrize("wanted", [TRUE, INDEXED, SIXTEEN])
def test_a_setting_is_above_everything(wanted: str) -> None:
    assert decide({"TERM": "xterm", "COLORTERM": "truecolor"}, wanted, answers(XTERM)).colours == wanted


@pytest.mark.parametrize(
    ("features", "colours"), [("256,RGB,title", TRUE), ("256,title", INDEXED), ("title", SIXTEEN), (None, TRUE)]
)
def test_in_tmux_its_own_word_is_above_colorterm(features: str | None, colours: str) -> None:
    environment = {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0", "COLORTERM": "truecolor"}
    depth = decide(environment, "auto", Answers(), features)
    assert depth.colours == colours
    assert "terminal-features" in depth.mend or colours == TRUE


@pytest.mark.parametrize(
    ("environment", "asked"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
        ({"TERM": "screen", "STY": "1"}, False),
        ({"TERM": "screen-256color"}, False),
        ({"TERM": "tmux-256color", "TMUX": "x"}, False),
        ({"TERM": "tmux-256color"}, True),
    ],
)
def test_who_would_print_the_questions_is_not_asked(environment: dict[str, str], asked: bool) -> None:
    assert is_worth_asking(environment, "auto") == asked


@given(st.lists(st.sampled_from(["q", "\x1b[A", "\x1b", "[", "7", "\r"]), max_size=6), st.integers(1, 9))
def test_what_was_typed_between_the_answers_stays(typed: list[str], size: int) -> None:
    """In pieces of any size, with keys at any place between answers."""
    pieces = [part + "\x1b\\" for part in XTERM.split("\x1b\\")[:-1]]
    text = "".join(a + b for a, b in zip(typed + [""] * len(pieces), pieces, strict=False)) + XTERM.rpartition("\\")[2]
    told_answers, rest, left = Answers(), "", ""
    for at in range(0, len(text), size):
        more, rest = split(rest + text[at : at + size], told_answers)
        left += more
    assert left + rest == "".join(typed)
    assert told_answers == answers(XTERM)


@pytest.mark.parametrize("begun", [0, 1, 7, 40])
@pytest.mark.parametrize("size", [1, 5, 4096])
def test_late_answers_are_not_typed(begun: int, size: int) -> None:
    told_answers, told, given = Answers(), [], b""
    typed, rest = split(XTERM[:begun], told_answers)
    late = LateAnswers(told_answers, typed + rest, told.append)
    keys = EscapeKeys(0.1)
    text = XTERM[begun:].encode() + b"cd["
    for piece in (late.take_read(), *(text[at : at + size] for at in range(0, len(text), size))):
        given += keys.take(piece)
        while keys.answers:
            late.take(keys.answers.pop(0))
    assert given == b"cd["
    assert told == [answers(XTERM)]


@pytest.mark.parametrize(("column", "repeats"), [(62, True), (22, False), (80, False)])
def test_a_terminal_proves_that_it_repeats_characters(column: int, repeats: bool) -> None:
    """By where its cursor stands; who answers late presses no key, and F3 stays one whatever is held down with it."""
    cursor = f"\x1b[1;{column}R"
    told_answers = Answers()
    split(cursor, told_answers)
    assert told_answers.repeats == repeats
    keys = EscapeKeys(0.1)
    assert keys.take(cursor.encode()) == (cursor.encode() if column == 80 else b"")
    for modifiers in range(2, 17):
        assert keys.take(f"\x1b[1;{modifiers}R".encode()) == f"\x1b[1;{modifiers}R".encode()


def test_what_was_typed_before_the_app_is_read_as_it_is_later() -> None:
    """An arrow is no Escape, and half a character waits for its other half."""
    told_answers = Answers()
    typed, rest = split("\x1b[Aq\udcc3", told_answers)
    late = LateAnswers(told_answers, typed + rest, lambda answers: None)
    keys = EscapeKeys(0.1)
    assert keys.take(late.take_read()) + keys.take(b"\xa9") == b"\x1b[Aq" + "é".encode()
    assert late.take_read() == b""
