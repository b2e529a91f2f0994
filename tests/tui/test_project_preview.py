"""Beside the list of projects: the selected one at a glance, and its newest export's name by one key."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Static

from tests.tui.conftest import MakeApp, label_some, make_spec, settle
from tui_labeler.tui.screens.project.preview import ProjectPreview
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.workspace import Workspace


async def test_it_follows_the_cursor_and_copies_the_newest_name(
    make_app: MakeApp, soda: Workspace, tmp_path: Path
) -> None:
    label_some(soda, 3)
    soda.projects.create(make_spec("juice"))
    newest = soda.exchange.export("soda", out=tmp_path / "out").name
    app = make_app()
    sent: list[str] = []
    async with app.run_test(size=(160, 45)) as pilot:
        app.send = lambda text, what: sent.append(text)  # type: ignore[method-assign]
        await settle(pilot, 0.3)
        preview = app.screen.query_one(ProjectPreview)

        def part(name: str) -> str:
            return str(preview.query_one(f"#preview-{name}", Static).content)

        assert part("name").startswith("juice")
        assert "none yet" in part("export")
        await pilot.press("c")
        assert sent == []
        await pilot.press("down")
        await settle(pilot, 0.3)
        assert part("name").startswith("soda")
        assert newest in part("export")
        assert "coke" in part("classes")
        assert "3" in part("legend")
        await pilot.press("c")
        await settle(pilot)
        assert sent == [newest]
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert not preview.query_one(".ring").display, "no room for it"
        assert "5 left" in part("lines")
        assert newest in part("newest")
        assert app.screen.query_one(KeyBar).display
        await pilot.press("c")
        await settle(pilot)
        assert sent == [newest, newest], "the key works all the same"
