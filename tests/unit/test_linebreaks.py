"""Long lines go on where a person can read on: nothing is lost, and no name is broken that fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from tui_labeler.model.text import cell_width
from tui_labeler.tui.linebreaks import break_lines

CODE = "table = mltable.load('/home/ann/labels/exports/soda_20220329_184449/train')"
URL = "https://ml.azure.com/data/soda/1/details?wsid=/subscriptions/0/resourcegroups/labels&tid=7"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        (CODE, 80, [CODE]),
        (CODE, 50, ["table = mltable.load('/home/ann/labels/exports/", "    soda_20220329_184449/train')"]),
        ("Images of the project lie on a disk (file:///cans)", 30, ["Images of the project lie on ", "    a disk (file:///cans)"]),
        (URL, 60, ["https://ml.azure.com/data/soda/1/details?wsid=/", "    subscriptions/0/resourcegroups/labels&tid=7"]),
        ("x" * 10, 8, ["x" * 8, "    xx"]),
    ],
)  # fmt: skip
def test_lines_break_at_separators(text: str, width: int, lines: list[str]) -> None:
    assert break_lines(Content(text), width, 4).plain.split("\n") == lines


@given(st.text(st.sampled_from("ab/_-. ä中=“"), max_size=200), st.integers(10, 60))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = break_lines(Content(text), width, 4).plain.split("\n")
    assert all(cell_width(line) <= width for line in lines)
    assert lines[0] + "".join(line.removeprefix("    ") for line in lines[1:]) == text


def test_styles_stay_where_they_are() -> None:
    broken = break_lines(Content.assemble(("Path  ", "bold"), "/a/long/way/to/a/file"), 16, 6)
    assert broken.plain == "Path  /a/long/\n      way/to/a/\n      file"
    assert [(span.start, span.end) for span in broken.spans] == [(0, 6)]
