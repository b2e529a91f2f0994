"""Every key of the last line, on every screen, is what a click on its words does."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from tests.tui.conftest import MakeApp, label_some, make_spec, settle, type_text
from tui_labeler.model.project import TaskType
from tui_labeler.tui.actions import Action
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.workspace import Workspace

# The way to each screen from the one before ('text is typed), and what its last line then begins with.
WAYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("end",), "⏎ Open"),
    (("slash",), "⏎ To the list"),
    (("escape", "a"), "o Sign in"),
    (("q", "n"), "F3 Next"),
    (("'fruit", "f3", "f3"), "F3 Next"),
    (("escape", "enter"), "l Label"),
    (("2",), "b Change"),
    (("V",), "b Change"),
    (("V", "3"), "⏎ Change workforce"),
    (("L",), "⏎ Rename"),
    (("q", "4"), "⏎ Open"),
    (("enter",), "c Copy name"),
    (("q", "1", "i"), "F5 Look"),
    (("escape", "v"), "Space Accept"),
    (("escape", "q", "l"), ""),
    (("escape",), ""),
    (("q", "home", "enter", "l", "w"), ""),
)


async def clicked(pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """What the last line shows, and what is done where each is clicked; nothing of it is done."""
    screen = pilot.app.screen
    assert isinstance(screen, LabelerScreen)
    bar, done = screen.query_one(KeyBar), list[str]()

    async def note(action: Action) -> None:
        done.append(f"{action.key_text.split(' ')[0]} {screen.title_of(action)}")

    line = bar.render().plain
    shown = [words for words in line.split("  ") if words]
    with monkeypatch.context() as patch:
        patch.setattr(screen, "perform", note)
        for words in shown:
            await pilot.click(KeyBar, offset=(1 + line.index(words) + len(words) // 2, 0))
            await pilot.pause()
    return shown, done


@pytest.mark.slow
async def test_every_key_of_the_last_line_is_clicked(
    make_app: MakeApp, soda: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = msgspec.structs.replace(make_spec("tags", TaskType.CLASSIFICATION), dataset=make_spec().dataset)
    soda.projects.create(tags)
    label_some(soda, 2)
    soda.exchange.export("soda", out=tmp_path / "out")
    app = make_app()
    seen: set[str] = set()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        for keys, begins in WAYS:
            for key in keys:
                await (type_text(pilot, key[1:]) if key.startswith("'") else pilot.press(key))
                await settle(pilot)
            shown, done = await clicked(pilot, monkeypatch)
            assert shown[0].startswith(begins), f"{type(app.screen).__name__} after {keys}: {shown}"
            assert done == shown, f"{type(app.screen).__name__} after {keys}"
            seen.add(type(app.screen).__name__)
    assert len(seen) >= 10, seen
