"""Everything at the labeling screen by the mouse alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.terminal import open_app
from tests.tui.conftest import MakeApp, draw_images, make_spec, settle
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.workspace import Workspace


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(Canvas, offset=start)
    await pilot.hover(Canvas, offset=((start[0] + end[0]) // 2, (start[1] + end[1]) // 2))
    await pilot.hover(Canvas, offset=end)
    await pilot.mouse_up(Canvas, offset=end)
    await pilot.pause(0.05)


def row_of(panel: LabelPanel, text: str) -> int:
    lines = ["".join(segment.text for segment in panel.render_line(y)) for y in range(panel.size.height)]
    return next(y for y, line in enumerate(lines) if text in line)


@pytest.mark.slow
async def test_draw_move_resize_choose_hide_submit(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("l")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        canvas, panel = screen.query_one(Canvas), screen.query_one(LabelPanel)
        await drag(pilot, (10, 5), (40, 20))
        (mark,) = canvas.overlay.marks
        drawn = mark.region.extent
        assert mark.region.name == "coke"
        assert drawn.width > 50
        assert drawn.height > 50

        await drag(pilot, (40, 20), (50, 24))
        corner = canvas.overlay.marks[0].region.extent
        assert (corner.x0, corner.y0) == (drawn.x0, drawn.y0), "a corner drags"
        assert corner.x1 > drawn.x1
        assert corner.y1 > drawn.y1
        await drag(pilot, (25, 12), (28, 14))
        moved = canvas.overlay.marks[0].region.extent
        assert moved.width == pytest.approx(corner.width)
        assert moved.x0 > corner.x0

        await pilot.click(LabelPanel, offset=(8, row_of(panel, "sprite")))
        await settle(pilot)
        assert canvas.overlay.marks[0].region.name == "sprite", "a click changes the selected region's class"
        await pilot.click(LabelPanel, offset=(panel.size.width - 2, row_of(panel, "sprite")))
        await settle(pilot)
        assert canvas.overlay.marks[0].hidden
        await pilot.click(LabelPanel, offset=(panel.size.width - 2, row_of(panel, "sprite")))
        assert not canvas.overlay.marks[0].hidden

        zoom = screen.query_one(Canvas)
        for kind, sign in ((events.MouseScrollUp, 1), (events.MouseScrollDown, -1)):
            before = screen.zoom
            zoom.post_message(kind(canvas, 20, 10, 0, 0, 0, False, False, False, 20, 11))
            await settle(pilot)
            assert (screen.zoom > before) == (sign > 0)

        await pilot.click(LabelPanel, offset=(8, row_of(panel, "Submit")))
        await settle(pilot)
        status = soda.projects.status("soda")
        assert (status.completed, status.classes["sprite"]) == (1, 1)


@pytest.mark.slow
def test_a_drag_in_a_real_terminal(tmp_path: Path, home: Path) -> None:
    """SGR mouse reports, as a terminal sends them."""
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 2)))
    workspace.projects.create(make_spec())
    terminal = open_app(home, 100, 30, "label", "soda")
    terminal.wait_for("letter 1 of 3")
    terminal.report("\x1b[<0;11;6M", "\x1b[<32;20;10M", "\x1b[<32;41;21M", "\x1b[<0;41;21m")
    terminal.wait_for("1   ")
    terminal.send("escape", "enter", quiet=0.4)
    terminal.send("escape", "escape", quiet=0.2)
    terminal.end(2.0)
    assert workspace.projects.status("soda").classes["coke"] == 1
    workspace.close()
