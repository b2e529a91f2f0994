"""Format × reader: what we write, read by libraries that we did not write, with the same images, classes and corners.

The light readers run always; the heavy ones (`-m slow`) in an environment of their own, whose interpreter stands in
TUI_LABELER_READERS_PYTHON (and TUI_LABELER_DATASETS_PYTHON for Hugging Face's `datasets`).
"""

from __future__ import annotations

import json
import os
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.formats import others
from tests.formats.samples import BoxesByImage, Sample, bccd, extremes
from tui_labeler.formats.unique_names import UniqueNames

EXACT = 1e-9  # doubles, with one addition
FLOAT32 = 1e-3  # numpy float32: 24 bits, a ten-thousandth of a pixel at 640
HUNDREDTH = 0.006  # datumaro rounds shapes to two digits
NINE_DIGITS = 1e-5  # what our YOLO writes: nine digits of at most a thousand pixels here
PIXEL = 0.5 + 1e-6  # VOC is written in whole pixels


@dataclass(frozen=True)
class Case:
    """A reader of a format, how near it has to come, and what it cannot have in its input."""

    reader: str
    format: str
    tolerance: float
    offset: float = 0.0  # what it gives for our left and upper edges, besides
    without: tuple[str, ...] = ()
    heavy: bool = False

    def __str__(self) -> str:
        return f"{self.reader}-{self.format}"


CASES = (
    Case("pycocotools", "coco", EXACT),
    Case("labelformat", "coco", EXACT),
    Case("globox", "coco", EXACT),
    Case("labelformat", "yolo", NINE_DIGITS),
    Case("globox", "yolo", NINE_DIGITS, without=(".png",)),  # it looks for images of one suffix
    # These two take VOC's numbers, which count from 1, as they stand.
    Case("labelformat", "voc", PIXEL, offset=1),
    Case("globox", "voc", PIXEL, offset=1),
    Case("labelformat", "cvat", EXACT),
    Case("labelformat", "kitti", EXACT, without=("border.jpg",)),  # KITTI has no place for “diet coke”
    Case("supervision", "coco", FLOAT32, heavy=True),
    Case("supervision", "yolo", FLOAT32, heavy=True),
    Case("supervision", "voc", PIXEL, heavy=True),
    Case("datumaro", "coco", HUNDREDTH, without=("b/same.png",), heavy=True),  # its items have no suffix
    Case("datumaro", "yolo", HUNDREDTH, heavy=True),
    Case("datumaro", "voc", PIXEL, offset=1, heavy=True),
    Case("datumaro", "cvat", HUNDREDTH, without=("b/same.png",), heavy=True),  # its items have no suffix
    Case("datumaro", "kitti", HUNDREDTH, without=("border.jpg",), heavy=True),
    Case("datumaro", "openimages", HUNDREDTH, heavy=True),
    Case("datasets", "huggingface", EXACT, heavy=True),
    Case("datasets", "huggingface-parquet", EXACT, heavy=True),
    Case("mltable", "azureml", EXACT, heavy=True),
)
LIGHT = [case for case in CASES if not case.heavy]
HEAVY = [case for case in CASES if case.heavy]


def named(case: Case, sample: Sample) -> BoxesByImage:
    """What the reader should see, under the names that the format and the reader give to images."""
    expected = sample.expected()
    flat = UniqueNames(expected).name if case.format in ("yolo", "voc", "kitti", "openimages") else str
    boxes_by_name = {flat(path): boxes for path, boxes in expected.items()}
    if case.reader == "datumaro":
        boxes_by_name = {name[: name.rfind(".")]: boxes for name, boxes in boxes_by_name.items()}
    return boxes_by_name


def compare(case: Case, read_boxes: BoxesByImage, expected: BoxesByImage) -> int:
    """Fails unless both are the same within the case's tolerance; the number of boxes."""
    assert set(read_boxes) == set(expected)
    count = 0
    for image, boxes in expected.items():
        left = [tuple(box) for box in read_boxes[image]]
        assert len(left) == len(boxes), (image, left, boxes)
        for name, x0, y0, x1, y1 in boxes:
            wanted = (x0 + case.offset, y0 + case.offset, x1, y1)
            near = [
                box
                for box in left
                if box[0] == name and all(abs(a - b) <= case.tolerance for a, b in zip(box[1:], wanted, strict=True))
            ]
            assert near, f"{case} {image}: {name} {wanted} is not among {left}"
            left.remove(near[0])
            count += 1
    return count


def ask(case: Case, folder: Path) -> BoxesByImage:
    if not case.heavy:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries that are not ours
            return others.read(case.reader, case.format, folder)
    variable, has = "TUI_LABELER_READERS_PYTHON", "supervision, datumaro and mltable"
    if case.reader == "datasets":
        variable, has = "TUI_LABELER_DATASETS_PYTHON", "datasets and pillow"
    python = os.environ.get(variable, "")
    if not python:
        pytest.skip(f"{variable} names no interpreter that has {has}")
    command = [python, "-W", "ignore", others.__file__, case.reader, case.format, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    read_boxes: BoxesByImage = json.loads(done.stdout.splitlines()[-1])
    return read_boxes


def check_bccd(case: Case, folder: Path) -> None:
    sample = bccd()
    written = sample.write(case.format, folder / "out")
    assert (written.rows, written.regions, written.left_out) == (364, 4886, {"degenerate": 2})
    read_boxes = ask(case, folder / "out")
    if case.format == "azureml":
        read_boxes = {Path(name).name: boxes for name, boxes in read_boxes.items()}
    assert compare(case, read_boxes, named(case, sample)) == 4886


def check_extremes(case: Case, folder: Path) -> None:
    sample = extremes(folder / "images", case.without)
    written = sample.write(case.format, folder / "out")
    assert written.left_out == {"degenerate": 1}
    assert compare(case, ask(case, folder / "out"), named(case, sample)) == written.regions


@pytest.mark.slow
@pytest.mark.parametrize("case", LIGHT, ids=str)
def test_photographs(case: Case, tmp_path: Path) -> None:
    check_bccd(case, tmp_path)


@pytest.mark.parametrize("case", LIGHT, ids=str)
def test_extremes(case: Case, tmp_path: Path) -> None:
    check_extremes(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", HEAVY, ids=str)
def test_photographs_in_heavy_readers(case: Case, tmp_path: Path) -> None:
    check_bccd(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", HEAVY, ids=str)
def test_extremes_in_heavy_readers(case: Case, tmp_path: Path) -> None:
    check_extremes(case, tmp_path)


def test_a_comparison_that_can_fail(tmp_path: Path) -> None:
    """A box that is a pixel off, of another class, or missing is seen."""
    case = LIGHT[0]
    sample = extremes(tmp_path / "images")
    sample.write("coco", tmp_path / "out")
    expected = named(case, sample)
    for change in (
        lambda boxes: [(name, x0 + 1, *rest) for name, x0, *rest in boxes],
        lambda boxes: [("sprite", *rest) for _, *rest in boxes],
        lambda boxes: boxes[:-1],
    ):
        changed = {image: change(boxes) if image == "over.jpg" else boxes for image, boxes in expected.items()}
        with pytest.raises(AssertionError):
            compare(case, ask(case, tmp_path / "out"), changed)
