"""Point to box in the app: what the image shows is there before a key leads to it, for this image and for the next."""

from __future__ import annotations

from tests.tui.conftest import MakeApp, settle
from tests.tui.test_label_places import labeling
from tui_labeler.workspace import Workspace


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
