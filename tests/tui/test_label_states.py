"""Where there is no image to label: what the screen says, and that the keys it offers act."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.conftest import MakeApp, draw_images, label_some, make_spec, settle
from tui_labeler.model.errors import DiskFull, NewerWorkspace
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import Lease, ProjectState
from tui_labeler.tui.screens import labelline
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.sheet import SheetScreen
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.task_queue import TaskQueue


def notice(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#notice", Static).content)


def footer(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one(KeyBar).render())


def panel(pilot: Pilot[None]) -> str:
    panel = pilot.app.screen.query_one(LabelPanel)
    return "\n".join("".join(segment.text for segment in panel.render_line(y)) for y in range(panel.size.height))


def prepare(workspace: Workspace, folder: Path, count: int, kind: TaskType = TaskType.DETECTION) -> Path:
    images = draw_images(folder / "images", count)
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(make_spec("few", kind))
    return images


async def skip(pilot: Pilot[None], times: int) -> None:
    for _ in range(times):
        await pilot.press("f6")
        await settle(pilot, 0.4)


@pytest.mark.slow
async def test_all_skipped_is_not_called_done(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    prepare(workspace, tmp_path, 2)
    app = make_app("label", "few")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await skip(pilot, 2)
        assert "All 2 images were skipped: none has labels." in notice(pilot)
        assert "image_001" not in panel(pilot), "no file is open"
        assert "Submit" not in footer(pilot) + panel(pilot)
        assert "Export" not in footer(pilot), "there is nothing to export"
        assert "v Review skipped" in footer(pilot)
        await pilot.press("v")
        await settle(pilot, 0.4)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == "image_000.png"
        await pilot.press(*"qwe", *"mnb", "enter")
        await settle(pilot, 0.4)
        assert app.screen.path == "image_001.png", "the next one that was skipped"
        await skip(pilot, 1)
        assert "All done: 1 image has labels, 1 was skipped." in notice(pilot)
        assert "e Export" in footer(pilot)


@pytest.mark.slow
async def test_from_the_end_to_the_export_and_to_new_images(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    images = prepare(workspace, tmp_path, 1)
    app = make_app("label", "few")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"qwe", *"mnb", "enter")
        await settle(pilot, 0.4)
        assert "All done: the image has labels." in notice(pilot)
        assert "Review" not in footer(pilot)
        await pilot.press("e")
        await settle(pilot, 0.5)
        assert isinstance(app.screen, ExportScreen)
        await pilot.press("q")
        await settle(pilot)
        draw_images(images, 3)
        await pilot.press("r")
        await settle(pilot, 0.6)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == "image_001.png", "labeling goes on"


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 cut", b"just a text"], ids=["empty", "cut", "text"])
async def test_an_image_that_cannot_be_shown_is_named_and_skipped(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path, content: bytes
) -> None:
    images = prepare(workspace, tmp_path, 3)
    (images / "image_001.png").write_bytes(content)
    app = make_app("label", "few")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"qwe", *"mnb", "enter")
        await settle(pilot, 0.5)
        assert "image_001.png" in notice(pilot)
        assert "s skips this image · PgUp and PgDn go to others" in notice(pilot)
        assert "image_001.png" in panel(pilot)
        assert "image_000.png" not in panel(pilot)
        assert "Submit" not in footer(pilot) + panel(pilot)
        assert "s Skip" in footer(pilot)
        await pilot.press("s")
        await settle(pilot, 0.4)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == "image_002.png"
        assert "⏎ Submit" in footer(pilot)


@pytest.mark.slow
async def test_a_sheet_at_its_end(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    prepare(workspace, tmp_path, 2, TaskType.CLASSIFICATION)
    app = make_app("label", "few")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert isinstance(app.screen, SheetScreen)
        await pilot.press("s")
        await settle(pilot, 0.3)
        await pilot.press("1", "enter")
        await settle(pilot, 0.5)
        assert "All done: 1 image has labels, 1 was skipped." in notice(pilot)
        assert "Submit" not in footer(pilot)
        await pilot.press("v")
        await settle(pilot, 0.4)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == "image_000.png"


@pytest.mark.slow
async def test_pending_follows_other_labelers(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)

        def crumbs() -> str:
            return str(app.screen.query_one("#crumbs", Static).content)

        assert "8 left" in crumbs()
        label_some(soda, 3)
        await settle(pilot, 2.2)
        assert "5 left" in crumbs()


@pytest.mark.slow
async def test_the_end_follows_what_others_give_back(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    prepare(workspace, tmp_path, 2)
    lease = workspace.queue.claim("few", "ann", "hers")
    assert lease is not None
    app = make_app("label", "few")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await skip(pilot, 1)
        assert "The last open task is with others (ann). It comes back if it is not submitted." in notice(pilot)
        workspace.queue.give_back("hers")
        await settle(pilot, 2.2)
        await pilot.press("enter")
        await settle(pilot, 0.4)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == "image_000.png"


async def test_letters_over_an_image_that_cannot_be_shown_open_no_sheet_of_boxes(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    """Sheets are for classes: `w` and `a` are places in the image here, and mean nothing where there is none."""
    images = prepare(workspace, tmp_path, 3)
    (images / "image_000.png").write_bytes(b"")
    app = make_app("label", "few")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"warty", "enter")
        await settle(pilot, 0.5)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == "image_000.png"
        assert "s skips this image" in notice(pilot)


async def test_what_the_end_offers_is_whole_in_the_narrowest_panel(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    prepare(workspace, tmp_path, 1)
    app = make_app("label", "few")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await skip(pilot, 1)
        assert "Find new images" in panel(pilot)


@pytest.mark.parametrize("kind", [TaskType.DETECTION, TaskType.CLASSIFICATION])
async def test_who_presses_ctrl_c_is_told_how_to_leave(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path, kind: TaskType
) -> None:
    prepare(workspace, tmp_path, 4, kind)
    app = make_app("label", "few")
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        await settle(pilot)
        for key in ("ctrl+c", "w"):  # on a single image; where there are sheets, also on one
            await pilot.press(key)
            await settle(pilot, 0.4)
        await pilot.press("ctrl+c")
        await settle(pilot, 0.4)
        told = [str(toast.render()) for toast in app.screen.query("Toast")]
        assert len(told) == 2
        assert all("Ctrl+Q out of the app" in text for text in told)


async def test_labeling_goes_on_when_a_full_disk_has_room(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_full = True
    claim = TaskQueue.claim

    def claimed(queue: TaskQueue, *words: str) -> Lease | None:
        if is_full:
            raise DiskFull("The workspace database cannot grow: the disk is full.", "Free some space.")
        return claim(queue, *words)

    monkeypatch.setattr(TaskQueue, "claim", claimed)
    monkeypatch.setattr(labelline, "_AGAIN_SECONDS", 0.01)
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        await settle(pilot)
        assert "the disk is full. Free some space. It goes on by itself then." in notice(pilot).replace("\n", " ")
        await pilot.press("1", "a")
        assert not app.told, "it stands in the place of the image"
        is_full = False
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        for _ in range(300):
            if screen.path:
                break
            await pilot.pause(0.05)
        assert screen.path == "image_000.png"


async def test_a_newer_workspace_is_not_waited_for(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def claimed(queue: TaskQueue, *words: str) -> Lease | None:
        nonlocal tries
        tries += 1
        raise NewerWorkspace("A newer version has changed this workspace.", "Upgrade tui-labeler.")

    monkeypatch.setattr(TaskQueue, "claim", claimed)
    monkeypatch.setattr(labelline, "_AGAIN_SECONDS", 0.01)
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        await settle(pilot, 0.3)
        assert "Upgrade tui-labeler." in notice(pilot).replace("\n", " ")
        assert "by itself" not in notice(pilot)
        before = tries
        await settle(pilot, 0.5)
        assert tries == before


async def test_letters_do_not_lead_out_where_the_image_cannot_be_read(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    """Where others stand they place corners. Only `s` is offered."""
    images = prepare(workspace, tmp_path, 3)
    (images / "image_000.png").write_text("no image")
    app = make_app("label", "few")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert "image_000.png" in notice(pilot)
        for key in "qpxr":
            await pilot.press(key)
            await settle(pilot, 0.1)
            assert app.screen is screen, key
        assert workspace.projects.status("few").status is ProjectState.RUNNING
        await pilot.press("f6")
        await settle(pilot, 0.4)
        assert isinstance(screen, LabelScreen)
        assert screen.path == "image_001.png"
