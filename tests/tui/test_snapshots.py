"""Every screen and state of the app at two sizes and more in three themes, against pictures that someone has looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.scenepictures import take
from tests.tui.scenes import SCENES, Scene
from tests.tui.snapshots import FOLDER, compare

TIERS = [pytest.param(one, id=one.name, marks=() if one.often else pytest.mark.slow) for one in SCENES]


@pytest.mark.parametrize("scene", TIERS)
async def test_scene(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for (width, height), pictures in (await take(scene, tmp_path, monkeypatch)).items():
        compare(f"{scene.name}-{width}x{height}", pictures)


def test_no_snapshot_is_left_behind() -> None:
    known = {f"{scene.name}-{width}x{height}.txt" for scene in SCENES for width, height in scene.sizes}
    assert {path.name for path in FOLDER.glob("*.txt")} <= known
