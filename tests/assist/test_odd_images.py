"""Engines and images of other kinds: none of them ends a training, and what is proposed for them is sound."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from tui_labeler.assist import validate
from tui_labeler.assist.boxes import merged
from tui_labeler.assist.engine import EngineError, Example, Model, Subject
from tui_labeler.assist.engines import load_engine
from tui_labeler.assist.reading import read_pixels
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

_CHANCE = np.random.default_rng(7)


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(_CHANCE.integers(0, 255, (height, width, 3), np.uint8))


def kinds() -> dict[str, tuple[Image.Image, str]]:
    deep = _CHANCE.integers(0, 65535, (60, 80), np.uint16)
    return {
        "16 bits": (Image.fromarray(deep), "PNG"),
        "CMYK": (noise(80, 60).convert("CMYK"), "JPEG"),
        "panorama": (noise(20_000, 16), "JPEG"),
        "tall": (noise(16, 20_000), "JPEG"),
        "line": (noise(300, 1), "PNG"),
        "column": (noise(1, 300), "PNG"),
        "one pixel": (noise(1, 1), "PNG"),
        "four pixels": (noise(2, 2), "PNG"),
        "black": (Image.new("RGB", (80, 60)), "PNG"),
        "one bit": (Image.new("1", (80, 60)), "PNG"),
        "transparent": (noise(80, 60).convert("RGBA"), "PNG"),
        "floats": (Image.fromarray(_CHANCE.random((60, 80)).astype(np.float32)), "TIFF"),
        "ordinary": (noise(80, 60), "PNG"),
    }


@pytest.fixture(scope="module")
def images() -> dict[str, tuple[Pixels, Size]]:
    read = {}
    for name, (image, format_name) in kinds().items():
        out = io.BytesIO()
        image.save(out, format_name)
        read[name] = read_pixels(out.getvalue(), 1280)
    return read


def example(image: tuple[Pixels, Size], name: str) -> Example:
    """With an object in the middle."""
    pixels, size = image
    box = Box(size.width * 0.25, size.height * 0.25, size.width * 0.75, size.height * 0.75)
    return Example(pixels, Labels(size, (Region(name, box),)))


def fitted(engine: str, examples: list[Example], classes: tuple[str, ...]) -> Model:
    return load_engine(engine, "", ()).fit(
        examples, Subject(TaskType.DETECTION, classes), lambda what, done, total: None
    )


ENGINES = ("pretrained", "fewshot")


@pytest.mark.slow
def test_any_image_is_learned_from_and_proposed_for(images: dict[str, tuple[Pixels, Size]]) -> None:
    examples = [example(image, "ab"[index % 2]) for index, image in enumerate(images.values())]
    model = fitted("pretrained", examples, ("a", "b"))
    assert model.held_back is not None
    assert len(model.held_back) == len(examples)
    for pixels, size in images.values():
        proposed = model.propose(pixels, size)
        assert validate.clean(proposed, TaskType.DETECTION, ("a", "b"), size, "m").nonsense == 0


def test_what_is_learned_where_nothing_differs_is_used_elsewhere(images: dict[str, tuple[Pixels, Size]]) -> None:
    model = fitted("pretrained", [example(images["black"], "a")] * 5, ("a",))
    learn: Callable[[Example], None] = model.learn_more  # type: ignore[attr-defined]
    for name in ("one pixel", "line", "ordinary"):
        learn(example(images[name], "a"))
        pixels, size = images[name]
        assert validate.clean(model.propose(pixels, size), TaskType.DETECTION, ("a",), size, "m").nonsense == 0


def test_objects_without_extent_are_told_and_nothing_else(images: dict[str, tuple[Pixels, Size]]) -> None:
    for engine in ENGINES:
        with pytest.raises(EngineError, match="too few boxes"):
            fitted(engine, [example(images["one pixel"], "a")] * 12, ("a",))


def test_fewshot_says_where_no_place_is_inside_an_object() -> None:
    size = Size(60, 40)
    grid = [Box(x, y, x + 5, y + 5) for x in range(0, 55, 6) for y in range(0, 35, 6)]
    crowded = Example(np.zeros((40, 60, 3), np.uint8), Labels(size, tuple(Region("a", box) for box in grid)))
    with pytest.raises(EngineError, match="too close together"):
        fitted("fewshot", [crowded] * 8, ("a",))


def test_boxes_without_extent_are_merged_with_themselves() -> None:
    boxes, sure, _ = merged(np.array([[5.0, 5, 5, 9], [0, 0, 4, 4]]), np.array([[0.9], [0.8]]), 0.5, 0.5, by_votes=True)
    assert np.isfinite(boxes).all()
    assert np.isfinite(sure).all()
    assert len(boxes) == 2
