"""Generated images with known objects, and engines of a team that does not mean well."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
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
    found = {}
    for number in range(count):
        image, labels = draw(number)
        image.save(folder / f"{number:03d}.png")
        found[f"{number:03d}.png"] = labels
    return found


# A team's engines, each of which does what it should not.
_ENGINES = '''
import os, signal, sys, time
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region

class Model:
    held_back = None
    def __init__(self, propose): self.propose = propose

class Engine:
    name, version, side, least = "bad", "1", 0, 1
    def __init__(self, model_file): pass
    def fit(self, examples, subject, tell):
        tell("training", 1, 2)
        return Model(lambda pixels, size: Labels(size, (Region("ball", Box(1, 1, 30, 30), confidence=0.9),)))

class Raising(Engine):
    def fit(self, examples, subject, tell): raise RuntimeError("no idea")

class Killed(Engine):
    def fit(self, examples, subject, tell): os.kill(os.getpid(), signal.SIGKILL)

class Exiting(Engine):
    def fit(self, examples, subject, tell): os._exit(3)

class Hungry(Engine):
    def fit(self, examples, subject, tell):
        held = []
        while True: held.append(bytearray(64 << 20))

class Slow(Engine):
    def fit(self, examples, subject, tell): time.sleep(600)

class Printing(Engine):
    def fit(self, examples, subject, tell):
        print("x" * 100000, flush=True)
        os.write(1, b"and more")
        return super().fit(examples, subject, tell)

class Nonsense(Engine):
    def fit(self, examples, subject, tell):
        nan = float("nan")
        boxes = [Region("ball", Box(nan, 0, 9, 9)), Region("ball", Box(-900, -900, -800, -800)),
                 Region("unheard", Box(1, 1, 9, 9)), Region("ball", Box(9, 9, 3, 3)), Region("ball"),
                 Region("ball", Box(5, 5, 5000, 50), confidence=7.0)]
        return Model(lambda pixels, size: Labels(size, tuple(boxes)))

class Overtime(Engine):
    """What the system does to a process that has used up its processor time."""
    least = 0
    def fit(self, examples, subject, tell):
        return Model(lambda pixels, size: os.kill(os.getpid(), signal.SIGPROF) or time.sleep(60))

class Hungryfile(Hungry):
    least = 0

class Sure(Engine):
    least = 0

class Busy(Engine):
    least = 0
    def fit(self, examples, subject, tell):
        def propose(pixels, size):
            until = time.process_time() + 0.5
            while time.process_time() < until: pass
            return Labels(size)
        return Model(propose)

class Wrong(Engine):
    """Proposes what is not there, and is sure of it."""
    def fit(self, examples, subject, tell):
        return Model(lambda pixels, size: Labels(size, tuple(
            Region("crate", Box(n * 9, 1, n * 9 + 5, 6), confidence=0.99) for n in range(12))))
'''


@pytest.fixture
def team_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engines above, installed as a team would: by entry points, for this process and for those it starts."""
    place = tmp_path / "site"
    info = place / "team_engines-1.dist-info"
    info.mkdir(parents=True)
    (place / "team_engines.py").write_text(_ENGINES)
    names = re.findall(r"^class (?!Model)(\w+)", _ENGINES, re.MULTILINE)
    points = "\n".join(f"{name.lower()} = team_engines:{name}" for name in names)
    (info / "entry_points.txt").write_text(f"[tui_labeler.engines]\n{points}\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: team-engines\nVersion: 1\n")
    monkeypatch.setenv("PYTHONPATH", str(place))
    monkeypatch.syspath_prepend(str(place))


@pytest.fixture
def png() -> Callable[[int], bytes]:
    def data(number: int) -> bytes:
        out = io.BytesIO()
        draw(number)[0].save(out, "PNG")
        return out.getvalue()

    return data


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
