"""The lab of the retired service by keys alone, in a real tmux, on real photographs; as a labeler over SSH would do it."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.simulated import BlindHand, fruit
from tui_labeler.model.geometry import Size
from tui_labeler.workspace import Workspace

ROOT = Path(__file__).parents[2]
FRUIT = ROOT.parent / "shared" / "data" / "fruit_ms"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FRUIT.is_dir(), reason="the photographs of ../shared/data/fruit_ms are not there"),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]

# Another process: labels every open task with the boxes that came with the photographs, through the engine.
_LABELER = """
import sys
from pathlib import Path
from PIL import Image
from tests.simulated import fruit
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels, Region
from tui_labeler.workspace import Workspace
home, data = Path(sys.argv[1]), Path(sys.argv[2])
truth = dict(fruit(data))
workspace = Workspace(home / "workspace.db", home / "exports")
for _ in range(int(sys.argv[3])):
    lease = workspace.queue.claim("fruit", "ann", "lab")
    with Image.open(data / "images" / lease.task.path) as image:
        size = Size(*image.size)
    regions = tuple(Region(name, box) for name, box in truth[lease.task.path])
    workspace.queue.submit(lease.task, "ann", Labels(size, regions), "lab")
"""


class Tmux:
    """A tmux server of its own with one window, in which the app runs."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._words = ("tmux", "-S", str(folder / "tmux.socket"), "-f", "/dev/null")
        self.run("new-session", "-d", "-x", "100", "-y", "30", "-c", str(ROOT), *words)

    def run(self, *words: str) -> str:
        return subprocess.run([*self._words, *words], capture_output=True, text=True, check=True).stdout

    def keys(self, *keys: str) -> None:
        """tmux's own names of keys."""
        for key in keys:
            self.run("send-keys", "-t", "0", key)
            time.sleep(0.12)

    def type(self, text: str) -> None:
        self.run("send-keys", "-t", "0", "-l", text)
        time.sleep(0.2)

    @property
    def text(self) -> str:
        return self.run("capture-pane", "-p", "-t", "0")

    def wait_for(self, *patterns: str, limit: float = 20.0) -> str:
        """A screen that shows all of them: tmux may be asked in the middle of a repaint."""
        began = time.monotonic()
        while True:
            shown = self.text
            absent = [pattern for pattern in patterns if not re.search(pattern, shown)]
            if not absent:
                return shown
            assert time.monotonic() - began < limit, f"{absent} did not appear:\n{shown}"
            time.sleep(0.1)

    def end(self) -> None:
        subprocess.run([*self._words, "kill-server"], check=False)


@pytest.fixture
def tmux(tmp_path: Path, home: Path) -> Iterator[Tmux]:
    opened = Tmux(tmp_path, sys.executable, "-m", "tui_labeler", "--home", str(home))
    yield opened
    opened.end()


def create_fruit(tmux: Tmux) -> None:
    """The wizard's steps, as the lab describes them."""
    tmux.wait_for("No project yet")
    tmux.keys("n")
    tmux.wait_for("Project name")
    tmux.type("fruit")
    tmux.wait_for("fruit")
    tmux.keys("F3")
    tmux.wait_for("Who labels")
    tmux.keys("F3")
    tmux.wait_for("no datastore yet")
    tmux.keys("Tab")
    tmux.type("fruitObjects")
    tmux.keys("Tab", "Tab", "Enter")  # past the empty list of datastores, to Add
    tmux.wait_for("Add a datastore")
    tmux.type(str(FRUIT / "images"))
    tmux.keys("Enter", *["BSpace"] * 10)
    tmux.type("fruits")
    tmux.keys("Enter")
    tmux.wait_for(r"23 images", r"Path\s+▌?\s*/\s")
    tmux.keys("F3")
    tmux.wait_for("Enable incremental refresh")
    tmux.keys("Space")
    tmux.wait_for("How often")
    tmux.keys("F3")
    tmux.wait_for("Enter the list of label classes")
    for name in ("apple", "banana", "orange"):
        tmux.type(name)
        tmux.keys("Enter")
    tmux.wait_for(r"3 ■ orange")
    tmux.keys("F3")
    tmux.wait_for("Detailed task instruction URL")
    tmux.keys("F3")
    tmux.wait_for("ML assisted labeling \\(optional\\)")
    tmux.keys("F3")
    summary = ("Object Identification", "fruitObjects", "23 images", "every 1h", "apple", "none", "off")
    tmux.wait_for("Everything is there", *summary)
    tmux.keys("Enter")
    tmux.wait_for("0 / 23 images labeled")


def test_the_lab(tmux: Tmux, home: Path) -> None:
    create_fruit(tmux)
    workspace = Workspace(home / "workspace.db", home / "exports")
    spec = workspace.projects.specification("fruit")
    assert (spec.dataset.datastore, spec.dataset.path) == ("fruits", "/")
    assert spec.refresh.enabled
    assert spec.classes.names == ("apple", "banana", "orange")
    assert not spec.instructions.text
    assert not spec.assist.enabled

    subprocess.run([sys.executable, "-c", _LABELER, str(home), str(FRUIT), "20"], cwd=ROOT, check=True)
    status = workspace.projects.status("fruit")
    tmux.wait_for(
        r"20 / 23 images labeled",
        r"ann\s.*20",
        *(rf"{name}\s.*\s{status.classes[name]}\s" for name in ("apple", "banana", "orange")),
        limit=2.0 + 0.5,  # the app follows within two seconds; half for tmux
    )

    tmux.keys("e")
    tmux.wait_for("The dataset is written")
    (export,) = workspace.exchange.exports("fruit")
    assert re.fullmatch(r"fruit_\d{8}_\d{6}", export.name)
    assert export.rows == 20
    tmux.keys("c")
    tmux.wait_for("✓ sent to tmux; also in ")
    assert tmux.run("show-buffer") == export.name
    tmux.keys("s")
    tmux.wait_for("# pip install mltable pandas  ✓ sent to tmux; also in ")
    assert f"mltable.load('{export.path}')" in tmux.run("show-buffer")
    workspace.close()
    tmux.keys("q", "q")
    tmux.wait_for("Progress")


def test_ten_images_labeled_by_keys(tmux: Tmux, home: Path) -> None:
    """The whole job: created, labeled, followed, exported and read back, with nothing but keys."""
    create_fruit(tmux)
    truth = dict(fruit(FRUIT))
    hand = BlindHand(("apple", "banana", "orange"), 100, 30)
    workspace = Workspace(home / "workspace.db", home / "exports")
    tmux.keys("l")
    drawn: dict[str, int] = {}
    for number in range(10):
        labeled = "|".join(map(re.escape, drawn)) or "$"
        next_image = rf"› (?!{labeled})(\S+\.jpg)"
        path = re.findall(next_image, tmux.wait_for(r"letter 1 of [123]", next_image))[0]
        with Image.open(FRUIT / "images" / path) as image:
            size = Size(*image.size)
        for keys in hand.boxes(size, truth[path]):
            tmux.type(keys)
        drawn[path] = len(truth[path])
        tmux.keys("Enter")
        tmux.wait_for(rf"\b{22 - number} left")
    tmux.keys("Escape", "Escape")
    tmux.wait_for(r"10 / 23 images labeled")
    ious = []
    for path, count in drawn.items():
        labels = workspace.tasks.history(workspace.tasks.get("fruit", path))[0].labels
        assert labels is not None
        assert len(labels.regions) == count
        for region, (name, box) in zip(labels.regions, truth[path], strict=True):
            assert region.name == name
            ious.append(region.extent.iou(box))
    assert statistics.mean(ious) >= 0.95
    tmux.keys("e")
    tmux.wait_for("The dataset is written")
    (export,) = workspace.exchange.exports("fruit")
    tmux.keys("c")
    tmux.wait_for("✓ sent to tmux; also in ")
    assert tmux.run("show-buffer") == export.name
    workspace.close()
    python = os.environ.get("TUI_LABELER_MLTABLE_PYTHON", "")
    if python:
        script = f"import mltable; print(len(mltable.load({export.path!r}).to_pandas_dataframe()))"
        printed = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout
        assert printed.split()[-1] == "10"
