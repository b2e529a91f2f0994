"""Whatever keys come, in whatever order: the app goes on, and its workspace stays sound."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from tests.tui.conftest import MakeApp, draw_images, make_spec, settle
from tui_labeler.model.project import DatasetChoice, TaskType
from tui_labeler.workspace import Workspace

pytestmark = pytest.mark.slow
CHARACTERS = "abcdefghijklmnopqrstuvwxyzEHJKLSW0123456789/?+-<>{},.;"
NAMED = [
    "space",
    "enter",
    "escape",
    "tab",
    "shift+tab",
    "up",
    "down",
    "left",
    "right",
    "pageup",
    "pagedown",
    "home",
    "end",
    "delete",
    "backspace",
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "f6",
    "f8",
    "ctrl+n",
    "ctrl+s",
    "ctrl+y",
    "ctrl+left",
    "ctrl+right",
    "shift+up",
    "shift+left",
]
# These lead further in, and come more often.
INWARD = ("enter", "l", "n", "tab", "down", "1", "2", "3")


@pytest.mark.parametrize("seed", range(4))
async def test_keys_in_any_order(
    seed: int, make_app: MakeApp, workspace: Workspace, home: Path, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 6)))
    for number, kind in enumerate(TaskType):
        choice = DatasetChoice("cans_set") if number else DatasetChoice("cans_set", "cans")
        workspace.projects.create(msgspec.structs.replace(make_spec(f"p{number}", kind), dataset=choice))
    app = make_app()
    typed: list[tuple[str, str]] = []
    async with app.run_test(size=chance.choice([(80, 24), (120, 36)])) as pilot:
        await settle(pilot)
        for _ in range(160):
            key = chance.choice(INWARD) if chance.random() < 0.3 else chance.choice([*CHARACTERS, *NAMED])
            if key in ("q", "escape") and len(app.screen_stack) <= 2:
                continue  # it would leave the app
            typed.append((type(app.screen).__name__, key))
            await pilot.press(key)
        await settle(pilot)
        assert app.failure is None, typed[-20:]
    with closing(sqlite3.connect(home / "workspace.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for project in workspace.projects.summaries():
        status = workspace.projects.status(project.name)
        assert status.completed + status.skipped + status.stale + status.incomplete == status.total
