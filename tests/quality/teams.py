"""Labelers with known faults, at images whose objects are known."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels, Region

SIZE = Size(640, 480)
TRUTH_BOX = Box(10, 10, 90, 90)
NAMES = ("coke", "diet_coke", "sprite")
Truth = Sequence[Labels]


def truth(images: int, seed: int = 1) -> list[Labels]:
    """Images with three to eight objects that do not hide each other; a third of them small."""
    draw = random.Random(seed)
    return [Labels(SIZE, tuple(_scene(draw))) for _ in range(images)]


def _scene(draw: random.Random) -> list[Region]:
    cells = draw.sample([(x, y) for x in range(4) for y in range(3)], draw.randint(3, 8))
    regions = []
    for x, y in cells:
        small = draw.random() < 0.34
        width, height = (
            (draw.uniform(16, 28), draw.uniform(16, 28)) if small else (draw.uniform(60, 120), draw.uniform(60, 120))
        )
        box = Box.around(160 * x + 80, 160 * y + 80, width, height)
        regions.append(Region(draw.choice(NAMES), box))
    return regions


Fault = Callable[[random.Random, Region], Region | None]


def careful(draw: random.Random, region: Region) -> Region | None:
    """Draws with a shaking hand, and overlooks one of fifty."""
    box = region.extent
    shake = [draw.gauss(0, 0.012) * side for side in (box.width, box.height) * 2]
    if draw.random() < 0.02:
        return None
    drawn = Box(box.x0 + shake[0], box.y0 + shake[1], box.x1 + shake[2], box.y1 + shake[3])
    return Region(region.name, drawn)


def swaps(draw: random.Random, region: Region) -> Region | None:
    """Takes a diet coke for a coke half of the time."""
    drawn = careful(draw, region)
    if drawn is not None and drawn.name == "diet_coke" and draw.random() < 0.5:
        return Region("coke", drawn.box)
    return drawn


def loose(draw: random.Random, region: Region) -> Region | None:
    """Draws a sixth too large at every side."""
    drawn = careful(draw, region)
    if drawn is None:
        return None
    box = drawn.extent
    dx, dy = box.width / 8, box.height / 8
    return Region(drawn.name, Box(box.x0 - dx, box.y0 - dy, box.x1 + dx, box.y1 + dy))


def skips_small(draw: random.Random, region: Region) -> Region | None:
    """Overlooks most small objects."""
    if region.area < 1000 and draw.random() < 0.7:
        return None
    return careful(draw, region)


TEAM: dict[str, Fault] = {"ann": careful, "bob": swaps, "cem": loose, "dee": skips_small, "eve": careful}


def answer(who: str, index: int, labels: Labels, fault: Fault | None = None) -> Labels:
    """What a labeler of the team makes of the image at `index`; always the same."""
    draw = random.Random(f"{who} {index}")
    drawn = [(fault or TEAM[who])(draw, region) for region in labels.regions]
    return Labels(labels.size, tuple(region for region in drawn if region is not None))
