"""A labeler who knows the truth sends keys to the running app; what counts are the labels that it made of them."""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path

import pytest

from tests.drivenapp import Driven, drive
from tests.simulated import GOOD, bccd, fruit
from tui_labeler.demo.scenes import write_scenes
from tui_labeler.labeling.sizes import ENOUGH
from tui_labeler.model.geometry import Box

DATA = Path(__file__).parents[3] / "shared" / "data"
Truth = list[tuple[str, list[tuple[str, Box]]]]


def check(done: Driven, most_keys: float) -> None:
    """The goals: at most six keys a box, five and a little once sizes are known, and the quality of a careful person."""
    ious = [box.iou for box in done.boxes]
    assert statistics.mean(ious) >= 0.95
    assert sum(iou >= GOOD for iou in ious) / len(ious) >= 0.95
    assert statistics.mean(box.keys for box in done.boxes) <= most_keys
    seen: dict[str, int] = {}
    known = []
    for box in done.boxes:
        if seen.get(box.name, 0) >= ENOUGH:
            known.append(box.keys)
        seen[box.name] = seen.get(box.name, 0) + 1
    assert not known or statistics.mean(known) <= 5.2


@pytest.mark.slow
async def test_the_demo(tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    scenes = write_scenes(tmp_path / "scenes", 4)
    truth = [(scene.file_name, [(can.name, Box(*can.box)) for can in scene.cans]) for scene in scenes]
    done = await drive(tmp_path / "home", tmp_path / "scenes", truth, ("coke", "diet_coke", "sprite"))
    check(done, 6.0)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data sets are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "count", "most_keys"), [pytest.param("bccd", 4, 6.0, marks=pytest.mark.slow), ("fruit_ms", 6, 6.0)]
)
async def test_photographs(tmp_path: Path, name: str, count: int, most_keys: float) -> None:
    read, folder = (bccd, "JPEGImages") if name == "bccd" else (fruit, "images")
    photographs: Truth = list(read(DATA / name))
    names = tuple(sorted({label for _, truth in photographs for label, _ in truth}))
    few = sorted(photographs)[:count]
    images = tmp_path / "images"
    images.mkdir()
    for file, _ in few:
        shutil.copy(DATA / name / folder / file, images)
    check(await drive(tmp_path / "home", images, few, names), most_keys)
