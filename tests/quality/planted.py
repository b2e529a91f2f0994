"""Labels with errors that were put into them, and known."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region

KINDS = ("missing", "class", "loose", "doubled")


@dataclass(frozen=True)
class Planted:
    """One error: in which image, of which kind, and where the object is (`box`) or is said to be (`given`)."""

    image: int
    kind: str
    box: Box
    given: Box | None


def plant(
    truth: list[Labels], names: tuple[str, ...], share: float = 0.2, seed: int = 5, per_image: bool = False
) -> tuple[list[Labels], list[Planted]]:
    """Errors of the four kinds in `share` of the boxes; with `per_image` one error in `share` of the images instead."""
    draw = random.Random(seed)
    labels, errors = [], []
    for index, known in enumerate(truth):
        chosen = set()
        if per_image:
            if known.regions and draw.random() < share:
                chosen = {draw.randrange(len(known.regions))}
        else:
            chosen = {number for number in range(len(known.regions)) if draw.random() < share}
        regions: list[Region] = []
        for number, region in enumerate(known.regions):
            if number not in chosen:
                regions.append(region)
                continue
            kind = draw.choice(KINDS if len(names) > 1 else ("missing", "loose", "doubled"))
            given = _spoil(draw, kind, region, names)
            errors.append(Planted(index, kind, region.extent, given[-1].extent if given else None))
            regions += given
        labels.append(Labels(known.size, tuple(regions)))
    return labels, errors


def _spoil(draw: random.Random, kind: str, region: Region, names: tuple[str, ...]) -> list[Region]:
    box = region.extent
    if kind == "missing":
        return []
    if kind == "class":
        return [Region(draw.choice([name for name in names if name != region.name]), box)]
    if kind == "doubled":
        dx, dy = draw.uniform(-0.08, 0.08) * box.width, draw.uniform(-0.08, 0.08) * box.height
        return [region, Region(region.name, box.moved(dx, dy))]
    grown = draw.uniform(0.2, 0.35)
    dx, dy = box.width * grown, box.height * grown
    return [Region(region.name, Box(box.x0 - dx, box.y0 - dy, box.x1 + dx, box.y1 + dy))]


def found(error: Planted, image: int, box: Box) -> bool:
    """Whether someone who is shown this box in this image sees the error."""
    where = [box for box in (error.box, error.given) if box is not None]
    return error.image == image and any(one.iou(box) >= 0.5 for one in where)
