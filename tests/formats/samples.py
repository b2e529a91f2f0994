"""Labels that every format is tried with: photographs with their own boxes, and extremes that tools stumble over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.workspace.bccd import NAMES, truth
from tui_labeler.exchange.image_files import link
from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.writing import LabeledImage, Rows, Written
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region

BCCD = Path(__file__).parents[3] / "shared" / "data" / "bccd"

BoxesByImage = dict[str, list[tuple[str, float, float, float, float]]]
"""What a reader sees: image -> (class, x0, y0, x1, y1) of each box, in pixels, in any order."""


@dataclass(frozen=True)
class Sample:
    """Images in a folder, and what is on them."""

    spec: ProjectSpec
    folder: Path
    images: tuple[tuple[str, Labels], ...]

    def write(self, format_name: str, target: Path, part_of: dict[str, str] | None = None) -> Written:
        """Writes the sample, images linked beside the labels."""

        def rows() -> Iterator[LabeledImage]:
            for path, labels in self.images:
                if format_name == "cvat" and not (beside := target / "images" / path).exists():  # as an export does
                    beside.parent.mkdir(parents=True, exist_ok=True)
                    place(path, beside)
                yield LabeledImage(path, f"file://{self.folder}/{path}", labels, (part_of or {}).get(path, ""))

        def place(path: str, to: Path) -> None:
            link(str(self.folder / path), to)

        target.mkdir()
        write = registry.writer(format_name, self.spec.details.type).write
        return write(target, self.spec, Rows(rows, place, part_of is not None), lambda done: None)

    def expected(self) -> BoxesByImage:
        """The boxes inside the images, by the images' paths."""
        by_image: BoxesByImage = {}
        for path, labels in self.images:
            boxes = ((region.name, region.extent.clipped(labels.size)) for region in labels.regions)
            by_image[path] = [
                (name, box.x0, box.y0, box.x1, box.y1) for name, box in boxes if box.x0 < box.x1 and box.y0 < box.y1
            ]
        return by_image


def read(format_name: str, path: Path, reading: Reading | None = None) -> list[ReadImage]:
    """Everything that the format's reader gives."""
    return list(registry.reader(format_name).read(open_source(path), reading or Reading()))


def make_spec(names: tuple[str, ...], kind: TaskType = TaskType.DETECTION) -> ProjectSpec:
    return ProjectSpec(Details("sample", kind), dataset=DatasetChoice("d"), classes=Classes(names))


def bccd() -> Sample:
    """364 photographs with 4,888 boxes, two of them without extent."""
    if not BCCD.is_dir():
        pytest.skip("the blood-cell photographs (../shared/data/bccd) are not here")
    images = []
    for path in sorted((BCCD / "JPEGImages").glob("*.jpg")):
        images.append((path.name, truth(BCCD, path.name, degenerate=True)))
    return Sample(make_spec(NAMES), BCCD / "JPEGImages", tuple(images))


CLASSES = ("coke", "diet coke", "animal/dog", "日本", "-1+2")

_EXTREMES: dict[str, tuple[tuple[int, int], list[tuple[str, tuple[float, float, float, float]]]]] = {
    "empty.jpg": ((40, 30), []),
    "pixel.png": ((40, 30), [("coke", (7, 8, 8, 9))]),
    "border.jpg": ((40, 30), [("diet coke", (0, 0, 40, 30)), ("coke", (39, 29, 40, 30))]),
    "over.jpg": ((40, 30), [("coke", (-5, -5, 10, 10)), ("coke", (30, 20, 90, 31.5)), ("coke", (50, 50, 60, 60))]),
    "é 日本.jpg": ((41, 31), [("日本", (1, 2, 3, 4))]),
    "with space #1.jpg": ((64, 48), [("animal/dog", (10.25, 11.5, 30.75, 40.125))]),
    "a/same.jpg": ((40, 30), [("coke", (1, 1, 5, 6))]),
    "b/same.jpg": ((44, 33), [("coke", (2, 2, 6, 7))]),
    "b/same.png": ((44, 33), [("-1+2", (3, 3, 6, 7))]),
    "tiny.png": ((1, 1), [("coke", (0, 0, 1, 1))]),
    "=cmd.png": ((40, 30), [("coke", (12, 13, 14, 15))]),
}


def extremes(folder: Path, without: tuple[str, ...] = ()) -> Sample:
    """Names, sizes and boxes that tools stumble over; one box lies wholly outside. `without`: endings left out."""
    images = []
    for name, (size, boxes) in _EXTREMES.items():
        if name.endswith(without or ("*",)):
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, "grey").save(folder / name)
        images.append((name, Labels(Size(*size), tuple(Region(label, Box(*box)) for label, box in boxes))))
    return Sample(make_spec(CLASSES), folder, tuple(images))
