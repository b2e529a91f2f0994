"""Names that are too long for their column still differ."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_labeler.model.namecut import NameCut
from tui_labeler.model.text import cell_width, safe_text

SHIFT = "2024-05-01_early_shift/"


@pytest.mark.parametrize(
    ("names", "width", "shown"),
    [
        (["a.jpg", "b.jpg"], 8, ["a.jpg", "b.jpg"]),
        # What all begin with goes first, as far as it has to.
        ([f"{SHIFT}cam_{n:07d}.jpg" for n in (123, 4123)], 14, ["…m_0000123.jpg", "…m_0004123.jpg"]),
        (
            [f"{SHIFT}cam_{n:07d}.jpg" for n in (123, 4123)],
            30,
            [f"…1_early_shift/cam_000{n}.jpg" for n in ("0123", "4123")],
        ),
        # Then what all end with.
        ([f"{SHIFT}{n:07d}_left_camera.jpg" for n in (123, 4123)], 12, ["…0123_left_…", "…4123_left_…"]),
        ([f"{n:07d}_left_camera.jpg" for n in (123, 1004123)], 14, ["0000123_left_…", "1004123_left_…"]),
        # Where it differs in two places the last number stays whole.
        (
            [f"cam_{cam:02d}/{SHIFT}frame_{n:07d}.jpg" for cam, n in ((1, 123), (2, 124))],
            17,
            ["…1/20…0000123.jpg", "…2/20…0000124.jpg"],
        ),
        # One that is short anyway says nothing about the others.
        (["a.jpg", *(f"{SHIFT}{n:07d}.jpg" for n in (123, 124))], 10, ["a.jpg", "…00123.jpg", "…00124.jpg"]),
        # One alone, and those that have nothing in common, are cut in the middle.
        ([f"{SHIFT}cam_0000123.jpg"], 15, ["202…0000123.jpg"]),
        (["cats_on_a_long_sofa.jpg", "dogs_on_a_long_sofa.png"], 15, ["cats_on…ofa.jpg", "dogs_on…ofa.png"]),
    ],
)
def test_what_differs_stays(names: list[str], width: int, shown: list[str]) -> None:
    cut = NameCut.of(names, width)
    assert [cut.fitted(name, width) for name in names] == shown


@settings(max_examples=50)
@given(
    st.text(max_size=30),
    st.lists(st.text(min_size=1, max_size=6), min_size=2, max_size=9, unique=True),
    st.text(max_size=9),
    st.integers(1, 40),
)
def test_no_name_is_wider_than_its_column(before: str, middles: list[str], after: str, width: int) -> None:
    names = [f"{before}{middle}{after}" for middle in middles]
    cut = NameCut.of(names, width)
    for name in [*names, after, ""]:
        shown = cut.fitted(name, width)
        assert cell_width(shown) <= width
        assert shown == safe_text(name) or "…" in shown


@given(st.lists(st.integers(0, 9_999_999), min_size=2, max_size=40, unique=True), st.integers(9, 40))
def test_numbers_tell_names_apart(numbers: list[int], width: int) -> None:
    names = [f"line_a/shelf/shot_{number:07d}.jpg" for number in numbers]
    cut = NameCut.of(names, width)
    assert len({cut.fitted(name, width) for name in names}) == len(names)
