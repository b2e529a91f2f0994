"""A paste is its text: what coloured it where it was copied stays behind."""

from __future__ import annotations

import pytest

from tui_labeler.model.classes import parse_pasted
from tui_labeler.model.pasted import without_escapes


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("␛[1;38:5:9mred␛[m", "red"),
        ("\x1b]0;title\x07red", "red"),
        ("␛]8;;https://x␇red␛]8;;␛\\", "red"),
        ("\x1b]0;never ends\nred", "0;never ends\nred"),
        ("\x9b31mred\x1bP1$r\x1b\\", "red"),
        ("re\x1b[Kd\x00\x08\x7f\x85", "red\x85"),
        ("[31mred[0m", "red"),  # as terminals give it that take escapes out
        ("pole [5m] and a[31m", "pole [5m] and a[31m"),  # nothing ends a colour: it is none
        ("a\r\n\tb é 漢", "a\r\n\tb é 漢"),
        ("red\x1b", "red"),
    ],
)
def test_escapes_are_no_text(pasted: str, text: str) -> None:
    assert without_escapes(pasted) == text


def test_coloured_lines_become_classes() -> None:
    assert parse_pasted("\x1b[32mgreen\x1b[0m\n\x1b[34mblue\x1b[0m/ sky\n\x1b[0m\n") == ("green", "blue/sky")
