"""What is large is the name itself, exactly: read back letter by letter."""

from __future__ import annotations

import re
import string
from itertools import combinations

import pytest

from tui_labeler.tui.widgets.bigname import big_name

KNOWN = string.ascii_letters + string.digits + "_-"
LETTERS = {char: tuple(big_name(char, 80).split("\n")) for char in KNOWN}


def read(large: str) -> str:
    """The text of large letters, three lines each, one apart; the longest letter that stands at a place is the one."""
    text = ""
    lines = large.split("\n")
    assert not any(lines[3::4])
    for row in range(0, len(lines), 4):
        rows, at = lines[row : row + 3], 0
        while at < len(rows[0]):
            here = [
                (len(drawn[0]), char)
                for char, drawn in LETTERS.items()
                if all(line[at:].startswith(part) for line, part in zip(rows, drawn, strict=True))
                and all(line[at + len(drawn[0]) : at + len(drawn[0]) + 1] in ("", " ") for line in rows)
            ]
            width, char = max(here)
            text += char
            at += width + 1
    return text


@pytest.mark.parametrize("name", ["soda_20220329_184449", "Soda_Cans-2_20220329_184449", "WDJBMJHT", "q9-gG_Il1O0"])
@pytest.mark.parametrize("width", [300, 70])
def test_the_large_name_is_the_name(name: str, width: int) -> None:
    large = big_name(name, width)
    assert large == name or read(large) == name
    assert max(map(len, large.split("\n"))) <= max(width, len(name))


def test_a_name_on_two_lines_keeps_what_stands_at_the_break() -> None:
    large = big_name("soda_20220329_184449", 70)
    assert large.count("\n") == 6
    assert read(large) == "soda_20220329_184449"


def test_no_letter_looks_like_another() -> None:
    assert all(LETTERS[letter] != LETTERS[other_letter] for letter, other_letter in combinations(KNOWN, 2))


def test_what_has_no_large_letter_stays_as_it_is() -> None:
    assert big_name("süß_1", 200) == "süß_1"
    assert not re.search("[▀▄█]", big_name("soda_20220329_184449", 20))
