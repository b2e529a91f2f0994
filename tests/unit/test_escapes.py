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
    b"\x1b[200~a\x1bb\x1b[A\x1b[20\x1b[201~",
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
        (b"\x1b[12", ESCAPE_KEY + b"[12"),
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
    assert keys.patience == 0.5
    assert keys.take(b"2C") == b"\x1b[1;2C"
    assert keys.patience is None
