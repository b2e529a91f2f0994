"""The gallery of the Data tab: the table's rows as pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.tui.conftest import MakeApp, draw_images, label_some, make_spec, settle
from tests.tui.test_data_table import row, to_data
from tests.tui.test_label_places import first_line, labeling
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.sheet import Tile
from tui_labeler.model.tasks import Task, TaskState
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.project.data import DataPane
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.gallery import Gallery, layout_of
from tui_labeler.tui.widgets.tasklist import PAGE, TaskList
from tui_labeler.workspace import Workspace


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Tile, ...]]:
    """What the canvas was given to show, the newest last."""
    sheets: list[tuple[Tile, ...]] = []
    show = Canvas.show_sheet

    def keep(self: Canvas, layout: tuple[int, int], tiles: tuple[Tile, ...], places: dict[str, int]) -> None:
        sheets.append(tiles)
        show(self, layout, tiles, places)

    monkeypatch.setattr(Canvas, "show_sheet", keep)
    return sheets


async def to_gallery(pilot: Pilot[None], state: str = "") -> Gallery:
    await to_data(pilot, state)
    await pilot.press("V")
    await settle(pilot, 0.3)
    gallery = pilot.app.screen.query_one(Gallery)
    assert gallery.has_focus
    return gallery


def names(tiles: Sequence[Tile]) -> list[str]:
    return [tile.words for tile in tiles]


async def test_long_names_keep_what_tells_them_apart(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path, shown: list[tuple[Tile, ...]]
) -> None:
    folder = tmp_path / "images" / "2024-05-01_early_shift"
    draw_images(folder, 6)
    for image in folder.iterdir():
        number = int(image.stem.rpartition("_")[2])
        image.rename(folder / f"cam_{number % 2}_left_{1000 * number:07d}_raw.png")
    workspace.datasets.add_datastore("cans", str(tmp_path / "images"))
    workspace.projects.create(make_spec())
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_data(pilot)
        kept = [f"…{n % 2}_left_{1000 * n:07d}" for n in (0, 2, 4, 1, 3, 5)]
        assert [row(pilot, index).split()[2] for index in range(6)] == [f"{name}_…" for name in kept]
        await pilot.press("V")
        await settle(pilot, 0.1)
        assert names(shown[-1]) == [f"{name[:-1]}…" for name in kept]


@pytest.mark.slow
async def test_it_shows_the_rows_of_the_table_and_goes_back_to_the_same_one(
    make_app: MakeApp, soda: Workspace, shown: list[tuple[Tile, ...]]
) -> None:
    label_some(soda, 3)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_data(pilot)
        await pilot.press("down", "V")
        await settle(pilot, 0.3)
        rows = app.screen.query_one(TaskList)
        assert not rows.display
        assert names(shown[-1]) == [f"image_{number:03d}.png" for number in range(8)]
        assert all(isinstance(tile.picture, Picture) for tile in shown[-1])
        assert [tile.focused for tile in shown[-1]].index(True) == 1
        assert shown[-1][0].mark != shown[-1][3].mark, "labeled and open tasks have marks of their own"
        await pilot.press("down", "left", "space")
        await settle(pilot)
        assert rows.cursor == 5
        assert [tile.selected for tile in shown[-1]].index(True) == 4
        assert "1 selected" in str(app.screen.query_one("#count", Static).content)
        await pilot.press("V")
        await settle(pilot, 0.2)
        assert rows.display
        assert rows.has_focus
        assert rows.cursor == 5
        assert "image_005.png" in str(app.screen.query_one("#about", Static).content)


@pytest.mark.slow
async def test_enter_opens_along_what_the_filter_found(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_gallery(pilot, "completed")
        await pilot.press("right", "enter")
        await settle(pilot, 0.3)
        assert labeling(pilot).path == "image_001.png"
        assert "2 of 3 found" in first_line(pilot)
        for _ in range(2):
            await pilot.press("enter")
            await settle(pilot, 0.4)
        assert isinstance(app.screen, DashboardScreen), "after the last one back to the pictures"
        assert app.screen.query_one(DataPane).is_gallery


@pytest.mark.slow
async def test_broken_and_missing_files_are_named_in_their_place(
    make_app: MakeApp, soda: Workspace, tmp_path: Path, shown: list[tuple[Tile, ...]]
) -> None:
    (tmp_path / "images" / "image_001.png").write_bytes(b"no image")
    (tmp_path / "images" / "image_002.png").unlink()
    soda.projects.refresh("soda")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_gallery(pilot)
        notes = {tile.words: tile.note for tile in shown[-1]}
        assert notes.pop("image_001.png") == "The file is not an image"
        assert "missing" in notes.pop("image_002.png")
        assert set(notes.values()) == {""}
        await pilot.press("right")
        await settle(pilot, 0.2)
        assert "convert it, skip it, or replace" in str(app.screen.query_one("#line", Static).content), (
            "how it is mended"
        )
        draw_images(tmp_path / "other", 2)
        (tmp_path / "other" / "image_001.png").rename(tmp_path / "images" / "image_001.png")
        await pilot.press("V", "V")
        await settle(pilot, 0.3)
        assert {tile.words: tile.note for tile in shown[-1]}["image_001.png"] == "", "what came back is shown again"


@pytest.mark.slow
async def test_it_follows_the_filter_the_window_and_what_others_do(
    make_app: MakeApp, soda: Workspace, shown: list[tuple[Tile, ...]]
) -> None:
    app = make_app()
    async with app.run_test(size=(200, 50)) as pilot:
        gallery = await to_gallery(pilot)
        assert gallery.layout_now == (6, 4)
        assert "Not labeled yet" in str(app.screen.query_one("#about", Static).content)
        await pilot.press("end")
        await pilot.resize_terminal(80, 24)
        await settle(pilot, 0.3)
        assert gallery.layout_now == (4, 2)
        assert shown[-1][7].focused
        before = shown[-1][0]
        label_some(soda, 1)
        for _ in range(400):  # it looks each second, and later on a busy machine
            if shown[-1][0].mark != before.mark:
                break
            await pilot.pause(0.05)
        await settle(pilot)
        assert shown[-1][0].mark != before.mark
        assert shown[-1][0].picture is not before.picture, "its labels are drawn"
        app.screen.query_one("#name", Input).value = "nothing like it"
        await settle(pilot, 0.3)
        assert shown[-1] == ()
        await pilot.press("right", "down", "pagedown", "end", "enter", "space")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, DashboardScreen)
        await pilot.press("escape")
        await settle(pilot, 0.3)
        assert len(shown[-1]) == 8, "Escape lets go of the filter"
        assert app.screen.query_one(DataPane).is_gallery


@pytest.mark.slow
async def test_the_mouse_chooses_opens_selects_and_scrolls(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        gallery = await to_gallery(pilot)
        rows = app.screen.query_one(TaskList)
        await pilot.click(Gallery, offset=(45, 3))
        await settle(pilot)
        assert (rows.cursor, rows.selected) == (2, set())
        await pilot.click(Gallery, offset=(5, 12), control=True)
        await settle(pilot)
        assert len(rows.selected) == 1
        await pilot.click(Gallery, offset=(45, 3), shift=True)
        await settle(pilot, 0.2)
        assert len(rows.selected) == 3, "from the one selected to here"
        gallery.post_message(Canvas.Pointed("wheel", 0, 0, -1))
        await settle(pilot)
        assert rows.cursor == 6
        await pilot.click(Gallery, offset=(5, 12))
        await pilot.click(Gallery, offset=(5, 12))
        await settle(pilot, 0.3)
        assert labeling(pilot).path == "image_004.png"


def test_tiles_fill_the_window() -> None:
    assert layout_of(78, 17) == (4, 2)
    assert layout_of(158, 43) == (6, 4)
    assert layout_of(10, 2) == (1, 1)


class _Million(App[None]):
    """A million rows over one folder of images."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.asked: list[int] = []
        self.read: list[str] = []

    def compose(self) -> ComposeResult:
        rows = TaskList()
        rows.display = False
        yield rows
        yield Gallery(rows, self._read)

    def _read(self, path: str) -> bytes:
        self.read.append(path)
        return (self.folder / f"image_{int(path) % 8:03d}.png").read_bytes()

    def on_mount(self) -> None:
        self.query_one(TaskList).show_count(1_000_000, keep_cursor=False)
        self.query_one(Gallery).show_rows()
        self.query_one(Gallery).focus()

    def on_task_list_wanted(self, event: TaskList.Wanted) -> None:
        self.asked.append(event.offset)
        tasks = [Task(row + 1, "p", str(row), TaskState.INCOMPLETE) for row in range(event.offset, event.offset + PAGE)]
        self.query_one(TaskList).show_page(event.offset, tasks, {}, 0.0)
        self.query_one(Gallery).show_rows()


async def test_of_a_million_rows_it_reads_what_it_shows(tmp_path: Path, shown: list[tuple[Tile, ...]]) -> None:
    app = _Million(draw_images(tmp_path, 8, (32, 24)))
    async with app.run_test(size=(80, 20)) as pilot:
        await until(pilot, lambda: is_read(shown))
        assert names(shown[-1]) == [str(row) for row in range(8)]
        await pilot.press("end")
        await until(pilot, lambda: is_read(shown))
        assert names(shown[-1]) == [str(row) for row in range(999_992, 1_000_000)]
        gallery = app.query_one(Gallery)
        for _ in range(20):
            gallery.action_page(-1)
        await until(pilot, lambda: is_read(shown))
        assert names(shown[-1])[0] == str(999_992 - 20 * 8)
        assert app.asked == [0, 999_800]
        assert len(app.read) <= 5 * 8, "what was only passed by was not read"


def is_read(shown: list[tuple[Tile, ...]]) -> bool:
    return bool(shown) and all(tile.picture is not None for tile in shown[-1])


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come")
