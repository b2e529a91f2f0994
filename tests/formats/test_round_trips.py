"""What is written is read again: the same labels, within what each format can say."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.samples import CLASSES, bccd, extremes, make_spec, read
from tui_labeler.exchange.normalize import Normalizer
from tui_labeler.formats import registry
from tui_labeler.formats.csvtable.cells import plain_cell, safe_cell
from tui_labeler.formats.huggingface.write import name_of
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.splitting import TRAIN, VALIDATION
from tui_labeler.formats.unique_names import UniqueNames
from tui_labeler.formats.writing import LabeledImage, Rows
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.left_out import Report
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.transfers import ImportChoices, ReadOptions

# Pixels by which a coordinate may differ, in images of at most 2,000 pixels.
PRECISION = dict.fromkeys(("cvat", "labelstudio", "createml", "huggingface"), 1e-9) | {
    "azureml": 1e-9,
    "coco": 1e-9,
    "csv": 1e-15,
    "yolo": 1e-5,
    "voc": 0.5 + 1e-9,
}

names = st.sampled_from(CLASSES)
sizes = st.builds(Size, st.integers(1, 2000), st.integers(1, 2000))
shares = st.floats(0, 1)
suffixes = st.sampled_from(["jpg", "png", "jpeg", "bmp"])
letters = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="/\\")
paths = st.builds("{}.{}".format, st.text(letters, min_size=1, max_size=12), suffixes)
paths = st.one_of(paths, st.builds("{}/{}".format, st.text(letters, min_size=1, max_size=6), paths))


@st.composite
def boxes(draw: st.DrawFn, size: Size) -> Box:
    """At least half a pixel wide, inside the image."""

    def edges(limit: int) -> tuple[float, float]:
        low = draw(shares) * (limit - 0.5)
        return low, low + max(draw(shares) * (limit - low), 0.5)

    (x0, x1), (y0, y1) = edges(size.width), edges(size.height)
    return Box(x0, y0, min(x1, size.width), min(y1, size.height))


@st.composite
def labeled(draw: st.DrawFn, kind: TaskType) -> Labels:
    size = draw(sizes)
    if kind is TaskType.CLASSIFICATION:
        return Labels(size, tags=(draw(names),))
    if kind is TaskType.MULTILABEL:
        return Labels(size, tags=tuple(draw(st.lists(names, min_size=1, max_size=4, unique=True))))
    count = draw(st.integers(0, 4))
    drawn = [draw(boxes(size)) for _ in range(count)]
    if kind is TaskType.DETECTION:
        return Labels(size, tuple(Region(draw(names), box) for box in drawn))
    return Labels(
        size, tuple(Region(draw(names), points=((b.x0, b.y0), (b.x1, b.y0), (b.x1, b.y1), (b.x0, b.y1))) for b in drawn)
    )


def samples(kind: TaskType) -> st.SearchStrategy[dict[str, Labels]]:
    return st.dictionaries(paths, labeled(kind), min_size=1, max_size=4)


@contextmanager
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp())
    try:
        yield made / "out"
    finally:
        shutil.rmtree(made)


def round_trip(format_name: str, kind: TaskType, images: dict[str, Labels]) -> dict[str, Labels]:
    """Written, read, and fitted to a project: by the images' paths, or for YOLO by the flat names."""
    rows = Rows(lambda: [LabeledImage(path, f"file:///root/{path}", labels) for path, labels in images.items()])
    report = Report()
    # In these an image without objects is only listed, unless a person knows better.
    listed = "empty" if format_name in ("cvat", "huggingface") else "open"
    choices = ImportChoices(reading=ReadOptions(listed=listed))
    labels_by_path: dict[str, Labels] = {}
    with folder() as target:
        target.mkdir()
        registry.writer(format_name, kind).write(target, make_spec(CLASSES, kind), rows, lambda done: None)
        flat = UniqueNames(images)
        named = {path.strip(): path for path in images}  # some readers take blanks off
        named |= {name_of(path): path for path in images}  # Hugging Face's, of hidden ones
        keys = {flat.name(path)[: flat.name(path).rfind(".")]: path for path in images}
        assert registry.detect(target).format.name == format_name
        for image in read(format_name, target, Reading(kind=kind)):
            called = (name.removeprefix("root/") for name in image.names)
            path = (
                keys[image.stem.rpartition("/")[2]]
                if not image.names
                else next(name if name in images else named[name] for name in called if name in images or name in named)
            )
            fitted = Normalizer(Reading(kind=kind, report=report), choices).fit(image, images[path].size)
            assert fitted is not None, report.counts
            assert path not in labels_by_path
            labels_by_path[path] = fitted.labels
    return labels_by_path


def check(format_name: str, kind: TaskType, images: dict[str, Labels]) -> None:
    read_back = round_trip(format_name, kind, images)
    assert set(read_back) == set(images)
    for path, labels in images.items():
        read = read_back[path]
        assert (read.size, read.tags, len(read.regions)) == (labels.size, labels.tags, len(labels.regions))
        for region, read_region in zip(labels.regions, read.regions, strict=True):
            assert region.name == read_region.name
            assert (region.box is None) == (read_region.box is None)
            near = [value for box in (read_region.extent,) for value in (box.x0, box.y0, box.x1, box.y1)]
            wanted = [value for box in (region.extent,) for value in (box.x0, box.y0, box.x1, box.y1)]
            narrow = (
                format_name == "voc" and min(region.extent.width, region.extent.height) < 1
            )  # it becomes a whole pixel
            assert near == pytest.approx(wanted, abs=1.0 if narrow else PRECISION[format_name], rel=1e-12)
            if kind is TaskType.SEGMENTATION:
                assert len(region.points) == len(read_region.points)


# These cannot do without the images, or do not take every class name: see test_writers.
APART = {"folders", "kitti", "openimages"}
OFTEN = {"azureml", "coco", "yolo", "voc", "csv"}
FORMATS = [
    pytest.param(
        label_format.name,
        kind,
        marks=() if label_format.name in OFTEN else pytest.mark.slow,
        id=f"{label_format.name}-{kind.value}",
    )
    for label_format in registry.formats()
    if label_format.name not in APART
    for kind in label_format.writes
    if kind in label_format.reads
]


@pytest.mark.parametrize(("format_name", "kind"), FORMATS)
def test_round_trip(format_name: str, kind: TaskType) -> None:
    @settings(deadline=None, max_examples=60)
    @given(samples(kind))
    def run(images: dict[str, Labels]) -> None:
        check(format_name, kind, images)

    run()


@pytest.mark.slow
@pytest.mark.parametrize("format_name", ["azureml", "coco", "csv", "yolo", "voc"])
def test_photographs_come_back(format_name: str) -> None:
    sample = bccd()
    images = {
        path: Labels(
            labels.size,
            tuple(region for region in labels.regions if region.extent.clipped(labels.size).area > 0),
        )
        for path, labels in sample.images
    }
    check(format_name, TaskType.DETECTION, images)


@pytest.mark.parametrize("format_name", ["azureml", "coco", "csv", "yolo", "voc"])
def test_the_same_labels_give_the_same_bytes(format_name: str, tmp_path: Path) -> None:
    sample = extremes(tmp_path / "images")
    part_of = {path: VALIDATION if number % 3 == 0 else TRAIN for number, (path, _) in enumerate(sample.images)}
    for name in ("one", "two"):
        sample.write(format_name, tmp_path / name, part_of)
    ones = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*"))
    assert ones == sorted(path.relative_to(tmp_path / "two") for path in (tmp_path / "two").rglob("*"))
    for path in ones:
        if (tmp_path / "one" / path).is_file():
            assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


@settings(deadline=None)
@given(st.text())
def test_no_cell_is_a_formula_and_every_cell_comes_back(text: str) -> None:
    cell = safe_cell(text)
    assert plain_cell(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@settings(deadline=None)
@given(st.lists(paths, unique=True, max_size=12))
def test_flat_names_are_different_in_stem_and_the_same_every_time(given_paths: list[str]) -> None:
    flat = UniqueNames(given_paths)
    names = [flat.name(path) for path in given_paths]
    stems = {name[: name.rfind(".")].casefold() for name in names}
    assert len(stems) == len(given_paths)
    assert not any(name.startswith(".") or "/" in name for name in names)
    again = UniqueNames(reversed(given_paths))
    assert names == [again.name(path) for path in given_paths]


def test_coco_of_the_smallest_images_is_in_pixels() -> None:
    """Boxes below 1.5 pixels: Microsoft's rule alone would take them for shares of the image."""
    half = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5))
    check("coco", TaskType.SEGMENTATION, {"0.jpg": Labels(Size(1, 2), (Region("coke", points=half),))})
    check("coco", TaskType.DETECTION, {"0.jpg": Labels(Size(1, 2), (Region("coke", Box(0, 0, 1, 1)),))})
