"""Generated images with known objects."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tui_labeler.assist.engine import Example
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels, Region

SIZE = Size(200, 150)
CLASSES = ("ball", "crate")


def draw(number: int) -> tuple[Image.Image, Labels]:
    """Red balls and blue crates on a grey ground with some noise; the same for the same number."""
    chance = random.Random(number)
    noise = np.random.default_rng(number).normal(0, 6, (SIZE.height, SIZE.width, 3))
    image = Image.fromarray(np.clip(150 + noise, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    regions: list[Region] = []
    while len(regions) < 3:
        side = chance.uniform(28, 40)
        x, y = chance.uniform(2, SIZE.width - side - 2), chance.uniform(2, SIZE.height - side - 2)
        box = Box(x, y, x + side, y + side)
        if any(box.iou(other.extent) > 0 for other in regions):
            continue
        name = chance.choice(CLASSES)
        where = (box.x0, box.y0, box.x1, box.y1)
        if name == "ball":
            pen.ellipse(where, fill=(190, 40, 40))
        else:
            pen.rectangle(where, fill=(40, 60, 180), outline=(20, 20, 60))
        regions.append(Region(name, box))
    return image, Labels(SIZE, tuple(regions))


def example(number: int) -> Example:
    image, labels = draw(number)
    return Example(np.asarray(image), labels)


def save_images(folder: Path, count: int) -> dict[str, Labels]:
    """The images as files, and their labels by path."""
    folder.mkdir(parents=True)
    letters = {}
    for number in range(count):
        image, labels = draw(number)
        image.save(folder / f"{number:03d}.png")
        letters[f"{number:03d}.png"] = labels
    return letters
