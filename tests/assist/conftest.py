"""Engines of a team that does not mean well, a backend, and projects."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.assist.backend import StandIn
from tests.assist.drawn import draw
from tests.assist.toys import Toys
from tui_labeler.model.project import TaskOrder

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

class Growing(Engine):
    """Proposes a crate beside each ball, until it is told that there is none."""
    least = 0
    def fit(self, examples, subject, tell): return GrowingModel()

class GrowingModel:
    held_back = None
    regions = [Region("ball", Box(1, 1, 30, 30), confidence=0.9), Region("crate", Box(90, 90, 120, 120), confidence=0.9)]
    def propose(self, pixels, size): return Labels(size, tuple(self.regions))
    def learn_more(self, example):
        self.regions = [one for one in self.regions if one.name not in {refused.name for refused in example.refused}]

class Keeping(Engine):
    """Finds what its first label is about, where it learns; what it kept is about the class of then, by name."""
    def fit(self, examples, subject, tell):
        model = KeepingModel(examples[0].labels.regions[0].name)
        model.held_back = [model.propose(None, example.labels.size) for example in examples]
        return model
    def restored(self, kept, subject): return KeepingModel(kept.decode())

class KeepingModel:
    held_back = None
    def __init__(self, name): self.name = name
    def kept(self): return self.name.encode()
    def propose(self, pixels, size): return Labels(size, (Region(self.name, Box(1, 1, 30, 30), confidence=0.9),))

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
    site = tmp_path / "site"
    info = site / "team_engines-1.dist-info"
    info.mkdir(parents=True)
    (site / "team_engines.py").write_text(_ENGINES)
    names = re.findall(r"^class (\w+)(?<!Model)[(:]", _ENGINES, re.MULTILINE)
    points = "\n".join(f"{name.lower()} = team_engines:{name}" for name in names)
    (info / "entry_points.txt").write_text(f"[tui_labeler.engines]\n{points}\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: team-engines\nVersion: 1\n")
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))


@pytest.fixture
def backend() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.stop()


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


@pytest.fixture
def toys(tmp_path: Path) -> Iterator[Callable[..., Toys]]:
    made: list[Toys] = []

    def make(count: int, engine: str = "fewshot", order: TaskOrder = TaskOrder.GIVEN, model: str = "") -> Toys:
        made.append(Toys(tmp_path / str(len(made)), count, engine, order, model))
        return made[-1]

    yield make
    for toys in made:
        toys.workspace.close()
