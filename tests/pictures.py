"""Pictures of the app's screens, to look at and for the README.

python -m tests.pictures states FOLDER [NAME…]   every scene of the snapshots as SVG, in each theme and size
python -m tests.pictures readme FOLDER           the README's pictures, of the demo workspace on a real pty
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.terminal import Terminal, open_app
from tests.tui.cells import Cells, Style, draw_svg
from tests.tui.scenepictures import take
from tests.tui.scenes import SCENES
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.workspace import Workspace

_SIZE = (110, 32)
_LIMIT = 150_000
_NAMED = {"default": ("#d8dee4", "#12161b")}


def states(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        if names and scene.name not in names:
            continue
        with tempfile.TemporaryDirectory() as temporary, pytest.MonkeyPatch.context() as patch:
            frames = asyncio.run(take(scene, Path(temporary), patch))
        for (width, height), pictures in frames.items():
            for theme, cells in pictures.items():
                path = folder / f"{scene.name}-{width}x{height}-{theme}.svg"
                path.write_text(draw_svg(cells, scene.name), "utf-8")


def cells_of(terminal: Terminal) -> Cells:
    """What the terminal shows, in true colour."""

    def colour(name: str, back: bool) -> str:
        return _NAMED["default"][back] if name == "default" else f"#{name}"

    rows: Cells = []
    for y in range(terminal.screen.lines):
        row = []
        for x in range(terminal.screen.columns):
            cell = terminal.screen.buffer[y][x]
            fore, back = colour(cell.fg, False), colour(cell.bg, True)
            if cell.reverse:
                fore, back = back, fore
            marks = "b" * cell.bold + "i" * cell.italics + "u" * cell.underscore
            row.append((cell.data, Style("" if cell.data == " " else fore, back, marks)))
        rows.append(row)
    return rows


def label_half(home: Path) -> None:
    """The demo's job undone by half: a fresh project on its images, labeled from its own labels."""
    workspace = Workspace(home / "demo" / "workspace.db", home / "demo" / "exports")
    spec = workspace.projects.specification("soda")
    done = workspace.tasks.page("soda", TaskFilter(state=TaskState.COMPLETED), 0, 100)
    labels = {task.path: workspace.tasks.current_labels(task) for task in done}
    workspace.projects.delete("soda")
    workspace.projects.create(spec)
    for number in range(38):
        lease = workspace.queue.claim("soda", ("ann", "zoe", "bob")[number % 3], "pictures")
        assert lease is not None
        labels_of_task = labels[lease.task.path]
        kept = None if number % 19 == 7 or labels_of_task is None else labels_of_task.labels
        workspace.queue.submit(lease.task, lease.labeler, kept, "pictures")
    workspace.close()


def readme(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "home"
        words = [sys.executable, "-m", "tui_labeler", "--home", str(home)]
        subprocess.run([*words, "demo", "--run"], check=True, stdout=subprocess.DEVNULL)
        label_half(home)
        terminal = open_app(home, *_SIZE, "demo", TUI_LABELER_LABELER="ann")
        terminal.wait_for("soda")

        def keep(name: str) -> None:
            terminal.read(0.6, 2.0)
            drawn = draw_svg(cells_of(terminal), f"tui-labeler: {name}")
            assert len(drawn) < _LIMIT, (name, len(drawn))
            (folder / f"{name}.svg").write_text(drawn, "utf-8")

        terminal.send("enter", quiet=0.5)
        terminal.wait_for("images labeled")
        keep("dashboard")
        terminal.send("2", quiet=0.8)
        terminal.send("down", "down", quiet=0.8)
        keep("data")
        terminal.send("enter", quiet=1.5)  # a task that is labeled shows its labels
        keep("labeling")
        terminal.send("escape", "escape", quiet=0.8)  # from letters to commands, and out
        terminal.wait_for("4 Exports")
        terminal.send("q", quiet=0.4)
        terminal.wait_for("Progress")
        terminal.send("n", quiet=0.6)
        terminal.wait_for("Project name")
        terminal.type("soda2")
        terminal.send("f3", "f3", quiet=0.8)
        terminal.wait_for("Select or create a dataset")
        terminal.send("tab")
        terminal.type("moreCans", quiet=1.0)
        terminal.wait_for("64 images")
        keep("wizard")
        terminal.signal(15)
        terminal.end()
    # The export's path would be this machine's: its picture is that of the snapshots.
    scene = next(candidate for candidate in SCENES if candidate.name == "export-result")
    with tempfile.TemporaryDirectory() as temporary, pytest.MonkeyPatch.context() as patch:
        frames = asyncio.run(take(scene, Path(temporary), patch))
    (folder / "export.svg").write_text(draw_svg(frames[80, 24]["dark"], "tui-labeler: export"), "utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "states":
        states(Path(sys.argv[2]), sys.argv[3:])
    else:
        readme(Path(sys.argv[2]))
