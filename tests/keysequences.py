"""Random sequences of keys at the labeling screen, an app to press them in, and what they left in the workspace."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual import events
from textual.screen import Screen

from tests.tui.conftest import draw_images, make_spec
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.inputqueue import Waiting
from tui_labeler.workspace import Workspace

IMAGES = 6
LABELER = "bob"
_LETTERS = "qwertyuiopasdfghjklzxcvbnm"
_ARROWS = ("up", "down", "left", "right", "shift+right", "shift+down")
_TASKS = ("pageup", "pagedown", "home", "f6")
_ANY = (*"123456789", *_LETTERS, *_ARROWS, *_TASKS, "tab", "space", "backspace", "delete", "plus", "minus", "f3", "f4")


def random_keys(chance: random.Random, kind: TaskType, steps: int) -> list[str]:
    """Whatever a person does at one image or many: some of it makes sense, some is any key at all."""
    keys: list[str] = []
    for _ in range(steps):
        roll = chance.random()
        if roll < 0.25:
            keys.append("enter")
        elif roll < 0.45:
            keys.append(chance.choice("1234"))
        elif roll < 0.55:
            keys.append(chance.choice(_TASKS))
        elif roll < 0.62:
            keys.append(chance.choice(("backspace", "ctrl+y")))
        elif roll < 0.68:
            keys += chance.choice((["f1", "escape"], ["f2", "escape"], ["f1", "q"]))
        elif roll < 0.72:
            keys += ["slash", *chance.choice(("coke", "sp", "di")), chance.choice(("enter", "escape"))]
        elif roll < 0.92 and kind.has_regions:
            keys += _drawn(chance, kind)
        elif roll < 0.92:
            keys += chance.choice((["w"], ["space", "2"], ["tab", "1"], ["a", "3", "enter"]))
        else:
            keys.append(chance.choice(_ANY))
    return keys


def _drawn(chance: random.Random, kind: TaskType) -> list[str]:
    letters = chance.choices(_LETTERS, k=6 if kind is TaskType.DETECTION else 9)
    if chance.random() < 0.6:
        return letters if kind is TaskType.DETECTION else [*letters, "enter"]
    if kind is TaskType.SEGMENTATION:
        return ["tab", "u", *chance.choices(_ARROWS, k=4), "p"]
    if chance.random() < 0.5:
        return ["tab", *chance.choices(_ARROWS, k=12), "g"]
    tool = chance.choice("rt")
    return ["escape", tool, *chance.choices(_ARROWS, k=6), "space", *["right"] * 11, "down", "down", "space", "g"]


def make_home(folder: Path, kind: TaskType, images: int = IMAGES) -> Path:
    """A home with the project `soda`, to be copied for each run."""
    workspace = Workspace(folder / "workspace.db", folder / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(folder.parent / "images", images)))
    workspace.projects.create(make_spec(kind=kind))
    workspace.close()
    return folder


def left_behind(home: Path) -> dict[str, Any]:
    """What stands in the workspace for each image: its state, every submission, and the draft."""
    workspace = Workspace(home / "workspace.db", home / "exports")
    kept_by_path = {}
    for task in workspace.tasks.page("soda", TaskFilter(), 0, 1000):
        history = [(entry.labeler, entry.labels) for entry in workspace.tasks.history(task)]
        kept = workspace.queue.load_draft(task, LABELER)
        kept_by_path[task.path] = (task.state, history, kept and kept.body)
    workspace.close()
    return kept_by_path


class Alone(LabelerApp):
    """The labeling screen, on an empty one that takes no keys. `lost` are the keys that it said were dropped."""

    def __init__(self, home: Path) -> None:
        places = find_places(str(home))
        workspace = Workspace(home / "workspace.db", home / "exports")
        super().__init__(workspace, Settings(places, {"TUI_LABELER_LABELER": LABELER}), places, "label", "soda")
        self.lost: list[events.Event] = []

    def get_default_screen(self) -> Screen[Any]:
        return Screen()

    def tell_dropped(self, keys: Sequence[events.Event]) -> None:
        self.lost += keys
        super().tell_dropped(keys)


async def press(template: Path, home: Path, keys: Sequence[str], pieces: Sequence[int]) -> list[int]:
    """The keys in pieces of so many, each piece at once and handled before the next; the places of those that were dropped.
    `home` becomes a copy of `template`."""
    shutil.copytree(template, home)
    app = Alone(home)
    async with app.run_test(size=(80, 24)):
        await rest(app)
        sent: list[events.Event] = []
        for length in pieces:
            for name in keys[len(sent) : len(sent) + length]:
                sent.append(events.Key(name, name if len(name) == 1 else None))
                app.post_message(sent[-1])
            await rest(app)
        assert len(sent) == len(keys)
        assert app.failure is None
    app.workspace.close()
    return [index for index, event in enumerate(sent) if any(event is lost for lost in app.lost)]


async def rest(app: LabelerApp) -> None:
    """Until every key that came has been handled."""
    quiet = 0
    while quiet < 3:
        await asyncio.sleep(0.002)
        screen = app.screen
        ready = not isinstance(screen, Waiting) or screen.ready.is_set()
        quiet = quiet + 1 if ready and app.input.is_idle and not app.message_queue_size else 0
