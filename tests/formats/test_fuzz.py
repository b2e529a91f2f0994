"""Whatever is done to a file, a reader ends with labels or with a message: never with a traceback."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.formats.samples import read
from tui_labeler.exchange.normalize import Normalizer
from tui_labeler.formats.reading import Reading
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.labelrules import MAX_SIDE
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import ImportChoices

BOX = {"label": "coke", "topX": 0.1, "topY": 0.2, "bottomX": 0.3, "bottomY": 0.4, "isCrowd": 0}
RECTANGLE = {"x": 1, "y": 2, "width": 3, "height": 4, "rotation": 0, "rectanglelabels": ["a"]}
RESULT = {"type": "rectanglelabels", "value": RECTANGLE, "original_width": 64, "original_height": 48}
FILES = {
    "azureml": json.dumps({"image_url": "AmlDatastore://d/a.jpg", "label": [BOX], "label_confidence": [0.5]}),
    "coco": json.dumps(
        {
            "info": {"a": [1, {"b": "}],"}]},
            "images": [{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48}],
            "annotations": [
                {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]},
                {"id": 2, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "segmentation": [[1, 1, 5, 1, 5, 5]]},
            ],
            "categories": [{"id": 1, "name": "coke"}],
        }
    ),
    "csv": "image,width,height,label,x_min,y_min,x_max,y_max,polygon\na.jpg,64,48,coke,1,2,3,4,\n"
    "b.jpg,,,x,,,,,1 2 3 4 5 6\n",
    "voc": "<annotation><filename>a.jpg</filename><size><width>64</width><height>48</height></size><object>"
    "<name>coke</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object></annotation>",
    "yolo": "0 0.5 0.5 0.1 0.1\n1 0.1 0.1 0.2 0.1 0.2 0.2\n",
    "customvision": json.dumps(
        {"files": [{"filename": "a.jpg", "tags": [{"tag": "x", "left": 0.1, "top": 0.1, "width": 0.2, "height": 0.2}]}]}
    ),
    "labelme": json.dumps(
        {
            "shapes": [{"label": "a", "points": [[1, 2], [3, 4]], "shape_type": "rectangle"}],
            "imagePath": "a.jpg",
            "imageWidth": 64,
            "imageHeight": 48,
        }
    ),
    "labelstudio": json.dumps([{"data": {"image": "/d/a.jpg"}, "annotations": [{"result": [RESULT]}]}]),
}
SUFFIXES = {"azureml": "jsonl", "csv": "csv", "voc": "xml", "yolo": "txt"}
NASTY = (
    b"",
    b"\0",
    b"\xff",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b",",
    b"\n",
    b"-",
    b"e999",
    b"9" * 40,
    b"NaN",
    b"null",
    b"true",
)
NASTY += (
    b"\\ud800",
    b"&#x0;",
    b"1e308",
    b"-1e308",
    b"1e-400",
    b".5",
    b" ",
    b"\\",
    b"<",
    b"</",
    b"=",
    b"{}",
    b"[]",
    b"1.5",
)

edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), st.sampled_from(NASTY)), min_size=1, max_size=4)


def read_all(format_name: str, data: bytes) -> int:
    """As an import does it; the number of regions that fit."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / f"a.{SUFFIXES.get(format_name, 'json')}"
        if format_name == "yolo":
            (Path(made) / "data.yaml").write_text("names: [a, b]\n")
            (Path(made) / "labels").mkdir()
            path = Path(made) / "labels" / "a.txt"
        path.write_bytes(data)
        count = 0
        for image in read(format_name, Path(made) if format_name == "yolo" else path):
            assert image.name
            assert str(image.place)
            for kind in TaskType:
                for size in (Size(64, 48), Size(1, 1), Size(MAX_SIDE, MAX_SIDE)):
                    fitted = Normalizer(Reading(kind=kind), ImportChoices()).fit(image, size)
                    count += len(fitted.labels.regions) if fitted else 0
        return count


@pytest.mark.parametrize("format_name", FILES)
def test_edited_files(format_name: str) -> None:
    whole = FILES[format_name].encode()
    assert read_all(format_name, whole) > 0

    @settings(max_examples=150, deadline=None)
    @given(edits)
    def run(changes: list[tuple[float, int, bytes]]) -> None:
        data = whole
        for where, cut, text in changes:
            at = int(where * len(data))
            data = data[:at] + text + data[at + cut :]
        try:
            read_all(format_name, data)
        except LabelerError as error:
            assert error.message  # noqa: PT017 - any message will do

    run()


@pytest.mark.parametrize("format_name", FILES)
@given(data=st.binary(max_size=200))
@example(data=b"")
@example(data=b"\xef\xbb\xbf")
@example(data=b"[" * 5000)
@example(data=b'{"images":[],"annotations":[],"categories":[]}')
@settings(max_examples=40, deadline=None)
def test_anything(format_name: str, data: bytes) -> None:
    try:
        read_all(format_name, data)
    except LabelerError as error:
        assert error.message  # noqa: PT017


def numbers(text: str) -> list[tuple[int, int]]:
    """Where the numbers of a file stand."""
    import re

    return [match.span() for match in re.finditer(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", text)]


ODD = (
    "1e999",
    "-1e999",
    "123456789012345678901234567890",
    "-0.0",
    "1e-320",
    "99999999999",
    '"x"',
    "null",
    "[1]",
    "{}",
    "true",
)


@pytest.mark.parametrize("format_name", FILES)
@pytest.mark.parametrize("odd", ODD)
def test_odd_numbers_in_every_place(format_name: str, odd: str) -> None:
    text = FILES[format_name]
    for start, end in numbers(text):
        try:
            read_all(format_name, (text[:start] + odd + text[end:]).encode())
        except LabelerError as error:
            assert error.message  # noqa: PT017
