"""Label Studio's tasks as they come outside of an export's list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tests.formats.wild import detected, result, said
from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Stated
from tui_labeler.model.errors import BadInput


def task(image: str, label: str = "cat") -> dict[str, Any]:
    return {"id": 1, "data": {"image": image}, "annotations": [{"id": 7, "result": [result("image", label)]}]}


def proposed(image: str) -> dict[str, Any]:
    return {"data": {"image": image}, "predictions": [{"result": [result("image")], "score": 0.5}]}


BOTH = [task("a.jpg"), task("b.jpg", "dog")]
LINES = "\n".join(map(json.dumps, BOTH))
LARGE = task("a.jpg") | {"meta": {"text": "x" * (1 << 17)}}
MINIMAL = {"image": "a.jpg", "label": [result("image")["value"]], "annotator": 1, "annotation_id": 2, "lead_time": 3.5}
STORED = {"id": 7, "result": [result("image")], "task": {"id": 1, "data": {"image": "a.jpg"}}}
A, A_AND_B = {"a.jpg": ["cat"]}, {"a.jpg": ["cat"], "b.jpg": ["dog"]}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("one.json", json.dumps(task("a.jpg")), A),
        ("one.json", "\ufeff" + json.dumps(task("a.jpg"), indent=2), A),
        ("large.json", json.dumps(LARGE), A),
        ("large.json", json.dumps(LARGE, indent=1), A),
        ("lines.jsonl", LINES, A_AND_B),
        ("lines.ndjson", "\r\n" + LINES.replace("\n", "\r\n\r\n") + "\n", A_AND_B),
        ("lines.json", LINES, A_AND_B),
        ("lines.jsonl", "\n".join(json.dumps(LARGE | task) for task in BOTH), A_AND_B),
        ("least.jsonl", json.dumps(proposed("a.jpg")), A),
        ("minimal.jsonl", json.dumps(MINIMAL), A),
        ("7", json.dumps(STORED), A),
        ("answer.json", json.dumps({"total": 2, "total_annotations": 2, "tasks": BOTH}), A_AND_B),
    ],
)
def test_tasks_that_are_in_no_list(name: str, text: str, expected: dict[str, list[str]], tmp_path: Path) -> None:
    path = write(tmp_path, {name: text})
    for source in (path / name, path):
        assert detected(source) == "labelstudio"
        assert said(source, "labelstudio") == expected


def test_a_single_task_says_as_much_as_one_of_a_list(tmp_path: Path) -> None:
    lines = [proposed("a.jpg"), {"data": {"image": "b.jpg"}}, task("c.jpg") | {"annotations": [{"result": []}]}]
    write(tmp_path, {"l/a.json": json.dumps(lines), "j/a.jsonl": "\n".join(map(json.dumps, lines))})
    stated = [[image.stated for image in read("labelstudio", tmp_path / form)] for form in "lj"]
    assert stated[0] == stated[1] == [Stated.PROPOSED, Stated.LISTED, Stated.EMPTY]


def test_a_broken_line_costs_itself(tmp_path: Path) -> None:
    reading = Reading()
    path = write(tmp_path, {"a.jsonl": json.dumps(BOTH[0]) + '\n{"data": {"ima\n' + json.dumps(BOTH[1])})
    assert [image.name for image in read("labelstudio", path / "a.jsonl", reading)] == ["a.jpg", "b.jpg"]
    assert reading.report.counts == {"bad_entry": 1}
    assert "line 2" in reading.report.places["bad_entry"][0]


def test_a_task_cut_in_the_middle_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.json": json.dumps(task("a.jpg") | {"more": "x"}, indent=1)[:-6]})
    with pytest.raises(BadInput, match=r"a\.json: it is not complete JSON"):
        said(path / "a.json", "labelstudio")


@pytest.mark.parametrize(
    "text",
    [
        '{"image_url": "https://x/a.jpg", "label": "cat", "data": {"by": "me"}}',
        '{"images": [], "annotations": [], "categories": [], "data": {"a": 1}}',
        '{"tasks": [{"name": "x"}]}',
    ],
)
def test_others_with_data_are_not_taken_for_tasks(text: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"a.jsonl": text})
    assert registry.get("labelstudio").detect(open_source(path / "a.jsonl")) is None
