"""Escape before other keys is the same key however its bytes arrive."""

from __future__ import annotations

import random

import pytest

from tui_labeler.terminal.escapes import ESCAPE_KEY, EscapeKeys

KEYS = (
    *(bytes([code]) for code in (*range(32, 127), 13, 9, 127) if chr(code) not in "[O"),
    "é".encode(),
    b"\x1b[A",
    b"\x1b[1;2C",
    b"\x1bOP",
    b"\x1b[3~",
    b"\x1b[97;3u",
    b"\x1b[<35;20;11M",
    b"\x1b[200~ab\r\x1b[201~",
)


def read(pieces: list[bytes], is_slow: bool = False) -> bytes:
    keys, given = EscapeKeys(0.1), b""
    for piece in pieces:
        given += keys.take(piece)
        if is_slow:
            given += keys.give_up() if keys.patience is not None else b""
    return given + keys.give_up()


@pytest.mark.parametrize("seed", range(300))
def test_bytes_whole_split_and_slow(seed: int) -> None:
    chance = random.Random(seed)
    keys = [chance.choice((b"\x1b", chance.choice(KEYS))) for _ in range(40)]
    whole = b"".join(keys)
    cuts = sorted(chance.choices(range(len(whole)), k=20))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    slow = read(keys, is_slow=True)
    assert read([whole]) == plain(slow)
    assert read(pieces) == plain(slow)


def plain(slow: bytes) -> bytes:
    """Alt cannot be told from Escape before the three word keys: whoever knows the focus decides."""
    for letter, number in ((b"b", b"98"), (b"f", b"102"), (b"\x7f", b"127")):
        slow = slow.replace(ESCAPE_KEY + letter, b"\x1b[" + number + b";51u")
    return slow


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        (b"\x1bq", ESCAPE_KEY + b"q"),
        (b"\x1b1", ESCAPE_KEY + b"1"),
        (b"\x1b\x1b", ESCAPE_KEY * 2),
        (b"\x1b\x1b[A", ESCAPE_KEY + b"\x1b[A"),
        (b"\x1b\r", ESCAPE_KEY + b"\r"),
        (b"\x1b[\r", ESCAPE_KEY + b"[\r"),
        (b"\x1b[", ESCAPE_KEY + b"["),
        (b"\x1b[q", ESCAPE_KEY + b"[q"),
        (b"\x1bOl", ESCAPE_KEY + b"Ol"),
        (b"\x1bO", ESCAPE_KEY + b"O"),
    ],
)
def test_what_is_typed(typed: bytes, given: bytes) -> None:
    assert read([typed]) == given


def test_a_sequence_may_take_longer_than_escape() -> None:
    keys = EscapeKeys(0.1)
    assert keys.patience is None
    keys.take(b"\x1b")
    assert keys.patience == 0.1
    keys.take(b"[1;")
    assert keys.patience == 5.0
    assert keys.take(b"2C") == b"\x1b[1;2C"
    assert keys.patience is None


def test_what_is_no_text_is_left_out() -> None:
    """A keyboard in Latin-1, half a character, and one that the line cut."""
    keys = EscapeKeys(0.1)
    assert keys.take(b"a\xe9b\xff") == b"ab"
    assert keys.take(b"\xc3") + keys.take(b"\xa9") == "é".encode()
    assert keys.take(b"\xc3\x1b[A") == b"\x1b[A"


def test_clicks_of_a_terminal_that_forgot_how_to_tell_them() -> None:
    """X10's reports, with columns that are no UTF-8."""
    assert read([b"q\x1b[M \xc8\x30q"]) == b"q\x1b[<0;168;16Mq"
    assert read([b"\x1b[M", b"#\xc8", b"\x30"]) == b"\x1b[<0;168;16m"
    assert read([b"\x1b[M`!!"]) == b"\x1b[<64;1;1M"


@pytest.mark.parametrize(
    "text", [b"a\x1b[31mq\x1bw", b"\x1b[2", b"\x1b]0;x\x07", b"\x00\x03\x7f", b"\x1b[201", b"\xff"]
)
def test_a_paste_is_text_whatever_it_holds(text: bytes) -> None:
    """And is one paste wherever the line cuts it, with any pause."""
    whole = b"\x1b[200~" + text + b"\r\n\tz\x1b[201~"
    expected = read([whole])
    start, end = len(b"\x1b[200~"), -len(b"\x1b[201~")
    assert expected[:start] == b"\x1b[200~"
    assert expected[end:] == b"\x1b[201~"
    assert b"\x1b" not in expected[start:end]
    assert expected[start:end].endswith(b"\r\n\tz")
    for cut in range(1, len(whole)):
        given = read([whole[:cut], whole[cut:]], is_slow=True)
        assert given.removeprefix((ESCAPE_KEY + whole[1:cut]) if cut < 3 else b"") == expected, cut


def test_a_paste_whose_end_is_lost_can_be_left() -> None:
    keys = EscapeKeys(0.1)
    assert keys.take(b"\x1b[200~ab") + keys.take(b"\x03") + keys.take(b"q") == b"\x1b[200~ab\x1b[201~q"


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_sequence_that_the_line_cuts_for_long_is_not_typed(cut: int) -> None:
    """Escape may be read from it, and `[`, but nothing that means something."""
    for whole in (b"\x1b[<0;10;7M", b"\x1b[1;2C", b"\x1b[15~"):
        if cut >= len(whole):
            continue
        given = read([whole[:cut], whole[cut:]], is_slow=True)
        assert given.removeprefix((ESCAPE_KEY + whole[1:cut]) if cut < 3 else b"") == whole


@pytest.mark.parametrize(
    "answer",
    [
        b"\x1b[?62;22;52c",
        b"\x1b[>41;388;0c",
        b"\x1b]11;rgb:1414/1919/1f1f\x1b\\",
        b"\x1b]4;1;rgb:cc/00/00\x07",
        b"\x1bP1$r0;48:2:1:2:3m\x1b\\",
        b"\x1bP>|XTerm(388)\x1b\\",
        b"\x1b[4;450;720t",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b[?1u",
        b"\x1b[?997;1n",
    ],
)
def test_answers_that_nobody_waits_for_are_no_keys(answer: bytes) -> None:
    assert read([b"a" + answer + b"b"]) == b"ab"
    for cut in range(3, len(answer)):
        assert read([answer[:cut], answer[cut:]]) == b""


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        (b"\x1b[27;5;9~", b"\x1b[9;5u"),
        (b"\x1b[97:65;2:1u", b"\x1b[97;2;65u"),
        (b"\x1b[97;1:3u", b""),
        (b"\x1b[1;1:3A", b""),
        (b"\x1b[1;5:1A", b"\x1b[1;5A"),
        (b"\x1b[9999999u", b""),
        (b"\x1b[55296u", b""),
        (b"\x1b[49~", b""),
        (b"\x1b[48;0;0;0;0t", b""),
        (b"\x1b[[A", b"\x1b[[A"),
        (b"\x1b[38m", b""),
        (b"\x1b[2026;1$y", b""),
        (b"\x1b[?2026;2$y", b"\x1b[?2026;2$y"),
        (b"\x1b[24;80R", b"\x1b[24;80R"),
    ],
)
def test_only_what_textual_knows_is_given_on(sent: bytes, given: bytes) -> None:
    assert read([sent]) == given
