"""Point to box in the app: what the image shows is there before a key leads to it, for this image and for the next."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from textual import events

from tests.tui.conftest import MakeApp, settle
from tests.tui.test_label_places import labeling
from tui_labeler.model.errors import StorageError
from tui_labeler.model.geometry import Box, Point
from tui_labeler.tui.pictures import Pictures
from tui_labeler.workspace import Workspace

DISC = Box(10, 10, 60, 60)


class _Slow:
    """What finds objects, held up until the test lets it go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def boxes(self, point: Point, extents: Sequence[tuple[float, float]] = ()) -> tuple[Box, ...]:
        assert self.go_on.wait(30)
        return (DISC,)


async def test_keys_typed_ahead_point_at_what_each_image_shows(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = labeling(pilot)
        path = screen.path
        await pilot.press("escape", "k", "k", "l", "enter", "enter", "k", "l")
        await settle(pilot)
        assert screen.path != path
        editor = screen._editor
        assert editor is not None
        assert editor.mode == "point to box"
        assert editor.objects is not None
        assert editor.point_box.candidate is not None
        assert not editor.draft.regions
        await pilot.press("escape", "escape", "escape")
        await settle(pilot)
    submitted = soda.tasks.history(soda.tasks.get("soda", path))[0].labels
    assert submitted is not None
    assert len(submitted.regions) == 1


async def test_the_app_goes_on_while_boxes_are_looked_for_and_keys_wait(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = labeling(pilot)
        editor = screen._editor
        assert editor is not None
        await pilot.press("escape", "k")
        await settle(pilot)
        editor.objects = slow = _Slow()
        for key in ("k", "l", "enter"):
            app.post_message(events.Key(key, None))
        while screen.ready.is_set():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert editor.point_box.candidate is None
        assert not editor.draft.regions
        slow.go_on.set()
        await settle(pilot)
        assert [region.extent for region in editor.draft.regions] == [DISC]


async def test_an_image_whose_objects_cannot_be_found_is_submitted_all_the_same(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Pictures, path: str) -> None:
        raise StorageError(f"{path} is out of reach.")

    monkeypatch.setattr(Pictures, "objects", fail)
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = labeling(pilot)
        path = screen.path
        await pilot.press("escape", "k", "k", "l", "enter", "enter")
        await settle(pilot)
        assert screen.path != path
