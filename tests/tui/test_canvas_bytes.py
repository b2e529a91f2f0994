"""What a key costs on the line, on a real pty; and that the screen shows what a whole repaint would show."""

from __future__ import annotations

import random
import statistics
from pathlib import Path

import pytest
from textual.geometry import Region

from tests.photographs import photograph
from tests.terminal import Terminal, open_app
from tests.tui.conftest import MakeApp, make_spec, settle
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.projecttable import ProjectTable
from tui_labeler.workspace import Workspace

WIDE = (200, 50)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for number in range(2):
        photograph(folder / f"{number}.jpg", 4000, 3000)
    return folder


def label_app(home: Path, photos: Path, size: tuple[int, int], **environment: str) -> Terminal:
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(photos))
    workspace.projects.create(make_spec())
    workspace.close()
    terminal = open_app(home, *size, "label", "soda", **environment)
    terminal.wait_for("letter 1 of 3")
    terminal.read(0.6, 3.0)
    return terminal


@pytest.mark.slow
def test_moving_an_edge_costs_what_changed(home: Path, photos: Path) -> None:
    """A box of about 40x20 cells, its right and its lower edge, by ten image pixels a key."""
    terminal = label_app(home, photos, WIDE)
    terminal.send(*"iqqvqq", "escape", "tab", "e", "e", "e", quiet=0.2)
    right = [terminal.send("shift+right") for _ in range(12)]
    terminal.send("e")
    down = [terminal.send("shift+down") for _ in range(12)]
    terminal.send("escape")
    terminal.end(0.5)
    # Not every ten pixels are a dot further: a key that changes nothing on the screen costs next to nothing.
    moved = [cost for cost in right + down if cost > 400]
    assert moved, "the edges have to be seen moving"
    assert statistics.median(right + down) <= 4500
    assert max(moved) <= 9000
    assert min(right + down) <= 500, "the title says the same, and is not written again"


@pytest.mark.slow
@pytest.mark.parametrize(("colours", "budget"), [("truecolor", 60_000), ("", 25_000)])
def test_a_five_key_box_fits_a_slow_line(home: Path, photos: Path, colours: str, budget: int) -> None:
    terminal = label_app(home, photos, WIDE, COLORTERM=colours)
    for _ in range(5):
        terminal.send(*"iqqvqq", quiet=0.2)
    terminal.wait_for("coke")
    terminal.read(0.5, 1.5)
    costs = [terminal.send(key, quiet=0.25) for key in "iqqhh"]
    cost = sum(costs)
    assert "6" in terminal.text
    terminal.end(0.5)
    assert cost <= budget, costs


def cells(terminal: Terminal) -> list[tuple[str, str, str]]:
    screen = terminal.screen
    return [
        (char.data, char.fg if char.data != " " else "", char.bg)
        for row in range(screen.lines)
        for char in [screen.buffer[row][column] for column in range(screen.columns)]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("turns", [3, pytest.param(16, marks=pytest.mark.long)])
def test_the_screen_is_what_a_whole_repaint_shows(home: Path, photos: Path, turns: int) -> None:
    """Random keys, dialogs and toasts; after each handful a resize there and back repaints everything."""
    import fcntl
    import signal
    import struct
    import termios

    terminal = label_app(home, photos, (100, 30))
    chance = random.Random(11)
    letters, arrows = "wertyuiopasdfghjklz", ["tab", "right", "down", "shift+right", "shift+down", "2", "3", "+", "-"]
    for turn in range(turns):
        for _ in range(13):
            terminal.send(chance.choice(letters), quiet=0.04)
        terminal.send("tab", quiet=0.1)
        for _ in range(8):
            terminal.send(chance.choice(arrows), quiet=0.04)
        if turn % 2:
            terminal.send("?", quiet=0.2)
            terminal.send("escape", quiet=0.2)
        terminal.send("g", quiet=0.1)
        terminal.wait_for("letter 1 of")  # of three, or of as many as boxes of the class need by now
        terminal.read(0.5, 4.0)
        partial = cells(terminal)
        for columns in (99, 100):
            terminal.screen.resize(30, columns)
            fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
            terminal.signal(signal.SIGWINCH)
            terminal.read(0.4, 2.0)
        # The last bytes of the repaint come late on a busy machine; what the partial picture lacks never comes.
        for _ in range(20):
            whole = cells(terminal)
            if whole == partial:
                break
            terminal.read(0.3, 1.0)
        differing = [index for index, pair in enumerate(zip(partial, whole, strict=True)) if pair[0] != pair[1]]
        assert not differing, [(divmod(index, 100), partial[index], whole[index]) for index in differing[:5]]
    terminal.end(0.5)


async def test_what_changes_on_a_screen_below_does_not_paint_the_image_again(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of projects comes in while the image is shown: that sent images in pixels three times."""
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        below, screen = app.screen_stack[-2:]
        painted: list[Region] = []
        canvas = screen.query_one(Canvas)
        paint = canvas.render_lines
        monkeypatch.setattr(canvas, "render_lines", lambda crop: painted.append(crop) or paint(crop))
        below.query_one(ProjectTable).refresh()
        await settle(pilot)
        assert not painted
        canvas.refresh()
        await settle(pilot)
        assert painted
