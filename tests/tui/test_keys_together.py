"""What keys lead to depends on the keys alone, never on when they arrive."""

from __future__ import annotations

import asyncio
import random
import shutil
import threading
from pathlib import Path

import pytest
from textual import events

from tests.keysequences import Alone, left_behind, make_home, press, random_keys, rest
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import TaskState
from tui_labeler.tui import inputqueue
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.workspace.tasks import Tasks

pytestmark = pytest.mark.long  # where it is slow, too long for .ci/run

KINDS = tuple(TaskType)


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not offer to leave before an image is there."""
    monkeypatch.setattr(inputqueue, "_TICKS", 10_000)


async def test_three_images_are_classified_by_keys_that_arrive_together(tmp_path: Path) -> None:
    template = make_home(tmp_path / "template", TaskType.CLASSIFICATION)
    keys = ["1", "enter", "2", "enter", "3", "enter"]
    assert await press(template, tmp_path / "home", keys, [len(keys)]) == []
    kept_drafts = list(left_behind(tmp_path / "home").values())
    tags = [history[0][1].tags for state, history, _ in kept_drafts if state is TaskState.COMPLETED]
    assert tags == [("coke",), ("diet_coke",), ("sprite",)]


async def test_boxes_stay_on_the_image_that_they_were_typed_for(tmp_path: Path) -> None:
    template = make_home(tmp_path / "template", TaskType.DETECTION)
    keys = [*"1qwebnm", "enter", *"2qwebnm", "enter", *"3qwebnm", "enter"]
    assert await press(template, tmp_path / "home", keys, [len(keys)]) == []
    kept_drafts = list(left_behind(tmp_path / "home").values())
    names = [[region.name for region in history[0][1].regions] for _, history, _ in kept_drafts if history]
    assert names == [["coke"], ["diet_coke"], ["sprite"]]


async def test_keys_for_an_image_that_does_not_come_are_dropped_and_told(tmp_path: Path) -> None:
    template = make_home(tmp_path / "template", TaskType.CLASSIFICATION)
    (tmp_path / "images" / "image_001.png").write_bytes(b"broken")
    keys = ["1", "enter", "2", "enter", "s", "3", "enter"]
    assert await press(template, tmp_path / "home", keys, [len(keys)]) == [2, 3, 4, 5, 6]
    kept_drafts = left_behind(tmp_path / "home")
    assert [state for state, _, _ in kept_drafts.values()].count(TaskState.INCOMPLETE) == 5, (
        "nothing was given to others"
    )


async def test_keys_for_a_task_before_the_first_do_not_change_the_open_one(tmp_path: Path) -> None:
    template = make_home(tmp_path / "template", TaskType.CLASSIFICATION)
    keys = ["pageup", "2", "enter"]
    assert await press(template, tmp_path / "home", keys, [3]) == [1, 2]
    assert {state for state, _, _ in left_behind(tmp_path / "home").values()} == {TaskState.INCOMPLETE}


@pytest.mark.slow
async def test_keys_for_a_dialog_reach_the_dialog(tmp_path: Path) -> None:
    template = make_home(tmp_path / "template", TaskType.CLASSIFICATION)
    keys = ["f1", "1", "q", "slash", *"spr", "enter", "enter", "f2", "2", "escape", "1", "enter"]
    assert await press(template, tmp_path / "home", keys, [len(keys)]) == []
    tags = [history[0][1].tags for _, history, _ in left_behind(tmp_path / "home").values() if history]
    assert tags == [("sprite",), ("coke",)]


async def test_keys_that_come_before_the_first_image_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = make_home(tmp_path / "template", TaskType.CLASSIFICATION)
    shutil.copytree(template, tmp_path / "home")
    read, gate = Tasks.read_image, threading.Event()

    def late(self: Tasks, project: str, path: str) -> bytes:
        gate.wait(20)
        return read(self, project, path)

    monkeypatch.setattr(Tasks, "read_image", late)
    app = Alone(tmp_path / "home")
    async with app.run_test(size=(80, 24)):
        for key in ("1", "enter", "2", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
            await asyncio.sleep(0.05)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.is_opening
        gate.set()
        await rest(app)
        assert app.lost == []
    app.workspace.close()
    tags = [history[0][1].tags for _, history, _ in left_behind(tmp_path / "home").values() if history]
    assert tags == [("coke",), ("diet_coke",)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
async def test_any_keys_whole_split_and_slow(kind: TaskType, tmp_path: Path) -> None:
    await compare(1, kind, tmp_path, steps=14)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(100, 110))
async def test_many_keys_whole_split_and_slow(seed: int, kind: TaskType, tmp_path: Path) -> None:
    await compare(seed, kind, tmp_path, steps=60)


async def compare(seed: int, kind: TaskType, folder: Path, steps: int) -> None:
    """The same keys at once, and one by one without those that were dropped: the same workspace. In pieces, likewise."""
    chance = random.Random(f"{seed} {kind.value}")
    template = make_home(folder / "template", kind)
    keys = random_keys(chance, kind, steps)
    pieces = []
    while sum(pieces) < len(keys):
        pieces.append(min(chance.randint(1, 9), len(keys) - sum(pieces)))
    one_by_one: dict[tuple[str, ...], object] = {}
    for name, lengths in (("whole", [len(keys)]), ("split", pieces)):
        lost = await press(template, folder / name, keys, lengths)
        kept = tuple(key for index, key in enumerate(keys) if index not in lost)
        if kept not in one_by_one:
            assert await press(template, folder / f"{name}-slow", kept, [1] * len(kept)) == []
            one_by_one[kept] = left_behind(folder / f"{name}-slow")
        assert left_behind(folder / name) == one_by_one[kept], (keys, lost)
