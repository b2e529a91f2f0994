"""Paths of this machine are completed by Tab and →, as in a shell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.conftest import MakeApp, settle
from tui_labeler import limits
from tui_labeler.datastores.pathcompletion import PathCompletion, complete_path
from tui_labeler.limits import Limits
from tui_labeler.model.errors import StorageError, Unreachable
from tui_labeler.tui.screens.importing import ImportScreen
from tui_labeler.tui.screens.wizard.browse import AddDatastore
from tui_labeler.tui.widgets.pathfield import CompletedNames
from tui_labeler.workspace import Workspace

SIZE = (80, 24)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    root = tmp_path / "disk"
    for name in ("holiday 2025", "holiday 2026", "works/cans", ".hidden"):
        (root / name).mkdir(parents=True)
    (root / "worklist.txt").write_text("no folder")
    (root / "works\x1b[31m").mkdir()
    (root / "workloop").symlink_to(root / "workloop")
    return root


def test_what_is_typed_is_completed_as_far_as_all_names_agree(pictures: Path) -> None:
    both = ("holiday 2025/", "holiday 2026/")
    assert complete_path(f"{pictures}/ho") == PathCompletion(f"{pictures}/holiday 202", both)
    assert complete_path(f"{pictures}/wo") == PathCompletion(f"{pictures}/works/"), (
        "no files, no name that a field changes"
    )
    assert complete_path(f"file://{pictures}/wo").text == f"file://{pictures}/works/"
    assert complete_path(f"{pictures}/wo", files=True).names == ("worklist.txt", "workloop", "works/")
    assert complete_path(f"{pictures}/works/") == PathCompletion(f"{pictures}/works/cans/")
    assert complete_path(f"{pictures}/.h").text == f"{pictures}/.hidden/"
    assert complete_path(f"{pictures}/no").text == f"{pictures}/no"
    assert len(complete_path(f"{pictures}/").names) == 3, "hidden folders are left out"
    assert complete_path("s3://bucket/fo").text == "s3://bucket/fo"
    with pytest.raises(StorageError, match="nowhere cannot be read"):
        complete_path(f"{pictures}/nowhere/x")


def test_the_home_folder_is_completed(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(pictures))
    assert complete_path("~").text == "~/"
    assert complete_path("~/wo").text == "~/works/"


def names(pilot: Pilot[None]) -> str:
    shown = pilot.app.screen.query_one(CompletedNames)
    return str(shown.content) if shown.display else ""


async def test_tab_completes_the_folder_of_a_new_datastore(
    make_app: MakeApp, workspace: Workspace, pictures: Path
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(AddDatastore(workspace))
        await settle(pilot)
        url = app.screen.query_one("#url", Input)
        url.value = f"{pictures}/h"
        url.cursor_position = len(url.value)
        await pilot.press("tab")
        await settle(pilot)
        assert url.value == f"{pictures}/holiday 202"
        assert names(pilot) == "holiday 2025/  holiday 2026/"
        await pilot.press("6", "right")
        await settle(pilot)
        assert url.value == f"{pictures}/holiday 2026/"
        assert names(pilot) == ""
        await pilot.press("tab")
        await settle(pilot)
        assert app.screen.query_one("#name").has_focus, "nothing is left to complete: Tab leads on"
        await pilot.press("shift+tab", "home", "right")
        assert url.cursor_position == 1, "→ inside of a text is no completion"
        url.value = f"{pictures}/"
        url.cursor_position = len(url.value)
        await pilot.press("tab")
        await settle(pilot)
        assert url.has_focus
        await pilot.press("tab")
        await settle(pilot)
        assert app.screen.query_one("#name").has_focus, "what there is was shown"


async def test_tab_completes_the_file_of_an_import(make_app: MakeApp, soda: Workspace, pictures: Path) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(ImportScreen("soda"))
        await settle(pilot)
        path = app.screen.query_one("#path", Input)
        path.value = f"{pictures}/workli"
        path.cursor_position = len(path.value)
        await pilot.press("tab")
        await settle(pilot)
        assert path.value == f"{pictures}/worklist.txt"


def test_a_folder_that_does_not_answer_is_named(
    workspace: Workspace, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever asks for it: a completion, the folders to choose from, a datastore that is added."""
    never = threading.Event()
    for module in (
        "datastores.pathcompletion.os.scandir",
        "datastores.local.os.scandir",
        "datastores.urls.Path.is_dir",
    ):
        monkeypatch.setattr(f"tui_labeler.{module}", lambda folder: never.wait(60))
    monkeypatch.setattr("tui_labeler.workspace.datasets._TAB_SECONDS", 0.05)
    monkeypatch.setattr(limits, "_in_force", Limits(seconds=0.05))
    asked: tuple[Callable[[], object], ...] = (
        lambda: workspace.datasets.complete_path(f"{pictures}/wo"),
        lambda: workspace.datasets.folders(str(pictures)),
        lambda: workspace.datasets.add_datastore("cans", str(pictures)),
    )
    for ask in asked:
        with pytest.raises(Unreachable, match=f"The folder {pictures} has not answered for 0.05 seconds"):
            ask()
    never.set()


async def test_a_slow_folder_holds_nothing_up(
    make_app: MakeApp, workspace: Workspace, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys go on, and what comes late completes what was typed by then, or says why it does not."""
    answers, is_away = threading.Event(), True

    def slow(typed: str, files: bool = False) -> PathCompletion:
        answers.wait(60)
        if is_away:
            raise Unreachable("The folder is away.", "Mount it.")
        return complete_path(typed, files)

    monkeypatch.setattr(workspace.datasets, "complete_path", slow)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(AddDatastore(workspace))
        await settle(pilot)
        url = app.screen.query_one("#url", Input)
        for is_away in (False, True):
            answers.clear()
            url.value = f"{pictures}/wo"
            await pilot.press("end", "tab")
            for _ in range(500):
                if names(pilot) == "Looking …":
                    break
                await pilot.pause(0.02)
            await pilot.press("slash", "c")
            for _ in range(500):
                if url.value.endswith("wo/c"):
                    break
                await pilot.pause(0.02)
            assert url.value == f"{pictures}/wo/c"
            assert url.has_focus
            answers.set()
            await settle(pilot)
            assert url.value == (f"{pictures}/wo/c" if is_away else f"{pictures}/works/c")
            assert names(pilot) == ("The folder is away. Mount it." if is_away else "")
