"""Nothing is cut that there is room for, and nothing lies out of reach: every screen at three sizes, with names as long as
they come (Latin, wide, combining, right to left, emoji)."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from textual.errors import NoWidget
from textual.geometry import Region as Area
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from tests.tui.cells import read_cells, text_of
from tests.tui.conftest import CLASSES, MakeApp, settle
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.text import cell_width
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.screens.base import is_shown
from tui_labeler.workspace import Workspace

pytestmark = pytest.mark.long  # where it is slow, too long for .ci/run

SIZES = ((80, 24), (120, 36), (200, 50))
NAMES = {"latin": "p" + "-long-name" * 5 + "-the-end.", "wide": "始" + "標註圖像的專案" * 4 + "終"}
NAMES["latin"] = NAMES["latin"][:59] + "Z"
HARD = ("始" + "飲料" * 14 + "終", "e\u0301" * 58 + "Z", "א" + "תמונה" * 11 + "ת", "🥤" * 29 + "Z", *CLASSES)


def fill(workspace: Workspace, folder: Path) -> None:
    """The project `soda`, with hard names wherever one may stand; renamed later."""
    folder.mkdir()
    for number, name in enumerate((*HARD[:4], "a", "b")):
        Image.new("RGB", (64, 48), (40 * number, 90, 90)).save(folder / f"{name}.png")
    workspace.datasets.add_datastore("d" * 60, str(folder))
    workforce = Workforce((HARD[0], HARD[3][:20]))
    workspace.projects.create(
        ProjectSpec(Details("soda"), workforce, DatasetChoice("s" * 60, "d" * 60), classes=Classes(HARD))
    )
    for number in range(3):
        lease = workspace.queue.claim("soda", HARD[0], "token")
        assert lease is not None
        regions = (Region(HARD[number], Box(1, 2, 30, 40)), Region("coke", Box(10, 12, 60, 44)))
        workspace.queue.submit(lease.task, HARD[0], Labels(Size(64, 48), regions), "token")


def rename(home: Path, name: str) -> None:
    """Right in the database: the rules for new projects would refuse some of these."""
    with sqlite3.connect(home / "workspace.db") as db:
        (text,) = db.execute("SELECT spec FROM project").fetchone()
        spec = json.loads(text)
        spec["details"]["name"] = name
        db.execute("UPDATE project SET name = ?, spec = ?", (name, json.dumps(spec)))


def out_of_reach(screen: Screen[object]) -> list[str]:
    """Widgets of which a part can neither be seen nor scrolled to, and lines that are longer than their place."""
    cramped = []
    for widget in screen.query("*"):
        if widget.children or not is_shown(widget):
            continue
        try:
            placed = screen.find_widget(widget)
        except NoWidget:
            continue  # not laid out
        region, seen = placed.region, placed.visible_region
        if not region.area or _scrolls(widget, seen, region):
            pass
        elif seen != region:
            cramped.append(f"{widget!r} has {region}, and {seen} of it is seen")
        if isinstance(widget, Static) and region.area:
            text = widget.render()
            lines = getattr(text, "plain", str(text)).split("\n")
            one_line = widget.size.height == 1 and len(lines) == 1
            if one_line and cell_width(lines[0].rstrip()) > widget.size.width:
                cramped.append(f"{widget!r}: “{lines[0]}” in {widget.size.width} cells")
    return cramped


def _scrolls(widget: Widget, seen: Area, region: Area) -> bool:
    """Whether something around it scrolls to what is not seen; sideways nothing does."""
    if seen.area and seen.width < region.width:
        return False
    return any(isinstance(node, Widget) and node.max_scroll_y > 0 for node in widget.ancestors)


def needlessly_cut(lines: list[str]) -> list[str]:
    """Lines with an ellipsis, and twelve blank cells behind the last word; `https://…` says what may be typed."""
    cut = [line for line in lines if "…" in line.replace("://…", "") and "──" not in line]
    return [line for line in cut if len(line) - len(line.rstrip(" │▐█")) > 12]


WAYS: dict[str, tuple[str, ...]] = {
    "projects": (),
    "search": ("slash", "p"),
    "delete": ("x",),
    "dashboard": ("enter",),
    "data": ("enter", "2", "down"),
    "details": ("enter", "3"),
    "exports": ("enter", "4"),
    "export": ("e",),
    "export-as": ("E",),
    "import": ("enter", "i"),
    "help": ("question_mark",),
    "themes": ("t",),
    "wizard-1": ("n",),
    "assist": ("enter", "3", *["tab"] * 5, "enter"),
    "workforce": ("enter", "3", "enter"),
    "quality": ("enter", "3", "tab", "enter"),
    "instructions": ("enter", "3", *["tab"] * 4, "enter"),
}  # fmt: skip


async def go(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot, 0.25)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["latin", "wide"])
@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_cut_that_there_is_room_for(
    way: str, kind: str, make_app: MakeApp, workspace: Workspace, home: Path, tmp_path: Path
) -> None:
    fill(workspace, tmp_path / "images")
    rename(home, NAMES[kind])
    if kind == "latin":
        workspace.exchange.export(NAMES[kind])
    app = make_app()
    async with app.run_test(size=SIZES[0]) as pilot:
        await go(pilot, WAYS[way])
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settle(pilot, 0.3)
            for field in app.screen.query(Input):
                field.cursor_blink = False
            shown = text_of(read_cells(app.export_screenshot(), *size)).split("\n")
            assert out_of_reach(app.screen) == [], (size, "\n".join(shown))
            assert needlessly_cut(shown) == [], size
            if way not in (
                "help",
                "themes",
                "wizard-1",
                "assist",
                "workforce",
                "quality",
                "instructions",
                "data",
                "search",
            ):
                ends = NAMES[kind][0], NAMES[kind][-1]
                assert any(ends[0] in line and ends[1] in line for line in shown), (size, "\n".join(shown))


def test_widths_are_those_that_the_screen_takes() -> None:
    from rich.cells import cell_len

    for text in (*HARD, "नमस्ते", "한글", "👍🏽", "한", "…", "■ ● ‖ ✓"):
        assert cell_width(text) == cell_len(text), text


@pytest.mark.parametrize("text", [*HARD, "नमस्ते" * 20, "x" * 200, "한" * 99])
def test_fitted_text_keeps_both_ends(text: str) -> None:
    from tui_labeler.model.text import fitted, safe_text

    plain = safe_text(text)
    for width in range(3, 70):
        cut = fitted(text, width)
        assert cell_width(cut) <= width
        if cell_width(plain) <= width:
            assert cut == plain
        else:
            assert "…" in cut
            assert cell_width(cut) >= width - 2, "no room is given away but half a wide character"


def test_columns_are_cut_only_without_room() -> None:
    from tui_labeler.tui.widgets.rowtable import Column, fit_columns

    columns = (Column("Name", shrinks=True), Column("Kind", shrinks=True), Column("Files", right=True))
    rows = [("Labe Coco 1 593 of everything", "data asset", "12"), ("x" * 60, "files", "1,000")]
    assert fit_columns(columns, rows, 120) == [60, 10, 5]
    narrow = fit_columns(columns, rows, 60)
    assert sum(narrow) + 6 == 60
    assert narrow[1:] == [10, 5], "the widest gives first"
    assert msgspec.json.encode(fit_columns(columns, [], 20)) == b"[4,4,5]"
