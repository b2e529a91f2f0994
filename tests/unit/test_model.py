"""The model's rules, by properties."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_labeler.model.classes import class_problem, classes_problems, parse_pasted
from tui_labeler.model.durations import parse_duration
from tui_labeler.model.geometry import Box, Size, bounds, polygon_area
from tui_labeler.model.labelrules import labels_problem
from tui_labeler.model.names import name_problem
from tui_labeler.model.patterns import compile_pattern, is_image, pattern_problem
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, Refresh, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.text import cell_width, padded, safe_text
from tui_labeler.model.workforce import labeler_problem

coordinates = st.floats(-1e6, 1e6)
boxes = st.builds(Box.between, coordinates, coordinates, coordinates, coordinates)
AZURE_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}")


def spec(**changes: object) -> ProjectSpec:
    whole = {"details": Details("soda"), "dataset": DatasetChoice("d"), "classes": Classes(("coke",))}
    return ProjectSpec(**(whole | changes))  # type: ignore[arg-type]


@given(boxes, boxes)
def test_iou_is_symmetric_and_between_zero_and_one(one: Box, other: Box) -> None:
    assert 0.0 <= one.iou(other) <= 1.0
    assert one.iou(other) == pytest.approx(other.iou(one))
    assert one.area == 0 or one.iou(one) == pytest.approx(1.0)


@given(boxes, st.integers(1, 5000), st.integers(1, 5000))
def test_a_clipped_box_lies_inside_and_clipping_again_changes_nothing(box: Box, width: int, height: int) -> None:
    size = Size(width, height)
    clipped = box.clipped(size)
    assert 0 <= clipped.x0 <= clipped.x1 <= width
    assert 0 <= clipped.y0 <= clipped.y1 <= height
    assert clipped.clipped(size) == clipped


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 1000))
def test_a_rectangle_as_polygon_has_the_rectangle_s_area(ax: float, ay: float, bx: float, by: float) -> None:
    box = Box.between(ax, ay, bx, by)
    points = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    assert polygon_area(points) == pytest.approx(box.area, abs=1e-6)
    assert bounds(points) == box


@given(st.one_of(st.text(max_size=300), st.from_regex(AZURE_NAME)))
def test_project_names_follow_azure(name: str) -> None:
    assert (name_problem(name, "project") == "") == (AZURE_NAME.fullmatch(name) is not None)


@given(st.text())
def test_safe_text_lets_nothing_through_that_a_terminal_obeys(text: str) -> None:
    shown = safe_text(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\ud800-\udfff]", shown)
    shown.encode()


@given(st.text(min_size=1), st.integers(2, 80))
def test_safe_text_cuts_before_it_maps(text: str, limit: int) -> None:
    plain = "".join(char for char in text if char.isprintable())
    assert len(safe_text(plain, limit)) <= max(limit, 2) or not plain.isascii()


@given(st.lists(st.text(max_size=20), max_size=12))
def test_class_problems_name_existing_rows(names: list[str]) -> None:
    problems = classes_problems(tuple(names))
    assert all(-1 <= row < len(names) for row, _ in problems)
    if not problems:
        assert names
        assert len(set(names)) == len(names)


def test_pasted_classes() -> None:
    assert parse_pasted(" apple \n\nanimal / dog\r\nanimal/cat\n") == ("apple", "animal/dog", "animal/cat")


@pytest.mark.parametrize(
    ("names", "part"),
    [
        ((), "at least one"),
        (("a", "a"), "twice"),
        (("--bg--",), "reserved"),
        (("a/b/c/d/e/f/g",), "six"),
        (("a//b",), "empty level"),
        (("x" * 256,), "longer"),
        (("a\x1b",), "cannot be shown"),
    ],
)
def test_class_rules(names: tuple[str, ...], part: str) -> None:
    assert part in Classes(names).problems()[0].message


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("1h", 3600), ("2d", 172800)])
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "1", "h", "-1h", "1.5h", "1h;", "1 fortnight", "٣h"])
def test_what_is_no_duration(text: str) -> None:
    assert Refresh(True, text).problems()


@pytest.mark.parametrize(
    ("pattern", "matches", "not_these"),
    [
        ("/", ["a.jpg", "x/y/z.png"], []),
        ("/**", ["a.jpg", "x/y/z.png"], []),
        ("folder/**", ["folder/a.jpg", "folder/x/y.jpg"], ["a.jpg", "folders/a.jpg", "x/folder/a.jpg"]),
        ("folder/", ["folder/a.jpg", "folder/x/y.jpg"], ["folder.jpg"]),
        ("folder/*.jpg", ["folder/a.jpg"], ["folder/x/a.jpg", "folder/a.JPG", "a.jpg"]),
        ("*.jpg", ["a.jpg"], ["x/a.jpg", "a.jpg/b"]),
        ("**/*.png", ["a.png", "x/a.png", "x/y/a.png"], ["a.jpg"]),
        ("folder", ["folder", "folder/a.jpg"], ["folders", "x/folder"]),
        ("a?.jpg", ["ab.jpg"], ["a.jpg", "a/.jpg"]),
        ("a[1].jpg", ["a[1].jpg"], ["a1.jpg"]),
    ],
)
def test_path_patterns(pattern: str, matches: list[str], not_these: list[str]) -> None:
    compiled = compile_pattern(pattern)
    assert [path for path in matches if not compiled.matches(path)] == []
    assert [path for path in not_these if compiled.matches(path)] == []
    assert all(path.startswith(compiled.prefix) for path in matches if compiled.matches(path))


@given(st.text(alphabet="ab*?/.[]()+\\", max_size=30), st.text(alphabet="ab/.", max_size=20))
def test_no_pattern_is_slow_or_broken_and_matches_lie_below_its_prefix(pattern: str, path: str) -> None:
    if not pattern_problem(pattern):
        compiled = compile_pattern(pattern)
        if compiled.matches(path):
            assert path.startswith(compiled.prefix)


@pytest.mark.parametrize("pattern", ["../x", "a/../b", "a\0", "az://c/x", "x" * 1001])
def test_patterns_that_lead_elsewhere_are_refused(pattern: str) -> None:
    assert pattern_problem(pattern)


def test_image_types() -> None:
    assert is_image("x/A.JPG")
    assert is_image("b.jfif")
    assert not is_image("jpg")
    assert not is_image("a.txt")


BOX = Region("coke", Box(0, 0, 5, 5))


@pytest.mark.parametrize(
    ("kind", "labels", "part"),
    [
        (TaskType.DETECTION, Labels(Size(9, 9), (BOX,)), ""),
        (TaskType.DETECTION, Labels(Size(9, 9)), ""),
        (TaskType.DETECTION, Labels(Size(0, 9)), "not possible"),
        (TaskType.DETECTION, Labels(Size(9, 9), (Region("pepsi", Box(0, 0, 1, 1)),)), "not a label class"),
        (TaskType.DETECTION, Labels(Size(9, 9), (Region("coke", Box(0, 0, float("nan"), 1)),)), "number"),
        (TaskType.DETECTION, Labels(Size(9, 9), (Region("coke", Box(3, 0, 3, 1)),)), "extent"),
        (TaskType.DETECTION, Labels(Size(9, 9), tags=("coke",)), "regions, not tags"),
        (TaskType.SEGMENTATION, Labels(Size(9, 9), (BOX,)), "three points"),
        (TaskType.CLASSIFICATION, Labels(Size(9, 9)), "Choose a class"),
        (TaskType.CLASSIFICATION, Labels(Size(9, 9), (BOX,)), "tags, not regions"),
        (TaskType.MULTILABEL, Labels(Size(9, 9), tags=("coke", "coke")), "twice"),
    ],
)
def test_what_a_project_takes(kind: TaskType, labels: Labels, part: str) -> None:
    problem = labels_problem(spec(details=Details("soda", kind)), labels)
    assert part in problem
    assert bool(part) == bool(problem)


@given(st.text(), st.integers(0, 30))
def test_padded_texts_take_their_cells_exactly(text: str, width: int) -> None:
    shown = safe_text(text)
    assert cell_width(padded(shown, width)) == width
    if cell_width(shown) <= width:
        assert padded(shown, width).startswith(shown)


def test_wide_characters_take_two_cells() -> None:
    assert (cell_width("coke"), cell_width("日本"), cell_width("é")) == (4, 4, 1)


def test_names_are_sorted_as_people_count() -> None:
    from tui_labeler.model.names import natural_key

    names = [
        "a1.jpg",
        "A2.jpg",
        "a02b.jpg",
        "a10.jpg",
        "a100.jpg",
        "b/9/1.jpg",
        "b/10/1.jpg",
        "IMG_9.png",
        "img_10.png",
    ]
    assert sorted({*names}, key=lambda name: (natural_key(name), name)) == names
    assert natural_key("9" * 400) > natural_key("8" * 400)


@pytest.mark.parametrize("names", [["a007.jpg", "ΣΑΣ 10/ß2.jpg", "", "x"], ["two\nlines 2", "b01"], ["\n", "\n"], []])
def test_the_natural_keys_of_many_names_are_those_of_each(names: list[str]) -> None:
    from tui_labeler.model.names import natural_key, natural_keys

    assert natural_keys(names) == [natural_key(name) for name in names]


@pytest.mark.parametrize(
    "name",
    [
        "می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d👩\u200d👧",
        "feu\u00a0rouge",
        "信号\u3000赤",
        "\U0001fae9",
        "10.30\u202fAM",
    ],
)
def test_words_of_every_script_are_names(name: str) -> None:
    """Joiners belong to words of some scripts, and blanks of several widths to names that people have."""
    assert not class_problem(name)
    assert not labeler_problem(name)
    assert "\u200c" not in safe_text(name), "where it is shown it is seen"
    assert "\u200d" not in safe_text(name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("🇩🇪.jpg", "⟨DE⟩.jpg"),
        ("🇩🇪🇫🇷", "⟨DE⟩⟨FR⟩"),
        ("🇩", "⟨D⟩"),
        ("👍🏽.png", "👍⟨1F3FD⟩.png"),
        ("👩🏿\u200d🚀", "👩⟨1F3FF⟩⟨200D⟩🚀"),
        ("☀\ufe0f beach", "☀ beach"),
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("a\ufe0f", "a⟨FE0F⟩"),
        ("🐟.jpg", "🐟.jpg"),
    ],
)
def test_what_terminals_draw_in_different_widths_has_a_stand_in(name: str, shown: str) -> None:
    assert safe_text(name) == shown
    assert cell_width(shown) == cell_len(shown)


@pytest.mark.parametrize(
    "name", ["c\u200came", "ca\u200dt", "می\u200c\u200cخ", "\u200cمی", "می\u200c", "a\u2028b", "a\x1bb", "a\u202eb"]
)
def test_what_hides_or_reorders_is_no_name(name: str) -> None:
    assert "cannot be shown" in class_problem(name)
    assert labeler_problem(name)
