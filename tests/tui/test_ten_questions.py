"""Ten questions of a person who has not seen the app: the screen that has to answer each says so without a key, at the
least size and at a large one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from textual.pilot import Pilot

from tests.tui.cells import read_cells, text_of
from tests.tui.conftest import MakeApp, label_some, make_spec, settle
from tui_labeler.model.assist import AssistState, Quality
from tui_labeler.model.project import Assist
from tui_labeler.tui.widgets import canvas, overview
from tui_labeler.tui.widgets.cellstrips import segment_strips
from tui_labeler.workspace import Workspace

LEAST, LARGE = (80, 24), (200, 50)
NEWEST = "NEWEST"  # stands for the name of the newest export


@dataclass(frozen=True)
class Question:
    """`least` and `large` are the words that answer it on the screen `where`, at each size."""

    asked: str
    where: str
    least: str
    large: str


QUESTIONS = (
    Question("How many are left?", "dashboard", "4 left", "Left to do    4"),
    Question("How many are left?", "projects", "4 / 8", "50%     4"),
    Question("How many are left?", "labeling", "4 left", "4 tasks left"),
    Question("Is this one submitted?", "labeled", "✓ completed", "✓ completed"),
    Question("Who labeled it?", "labeled", "by ann", "by ann"),
    Question("How do I copy the newest name?", "dashboard", f"c copies {NEWEST}", "c copies its name"),
    Question("How do I copy the newest name?", "exports", "c Copy name", "c Copy name"),
    Question("What would Enter do?", "projects", "⏎ Open", "⏎ Open"),
    Question("What would Enter do?", "labeling", "⏎ Submit", "⏎ Submit"),
    Question("What would Enter do?", "details", "⏎ Change workforce", "⏎ Change workforce"),
    Question("What would Enter do?", "exports", "⏎ Open", "⏎ Open"),
    Question("Why is export grey?", "fresh", "Nothing to export: l labels images", "nothing to export yet: press l"),
    Question("Is the model helping?", "dashboard", "ML assist helps: 2.1 keys, not 5.0", "yes: 2.1 keys a label"),
    Question("How long will the rest take?", "dashboard", "4 left · about ", "To finish     about "),
    Question("Where am I?", "dashboard", "Projects › soda", "Projects › soda"),
    Question("Where am I?", "labeling", "soda › image_004.png", "soda › image_004.png"),
    Question("What is wrong with this file?", "broken", "The file is not an image", "The file is not an image"),
)


def fill(workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the newest export of `soda`: of its eight images four are labeled, the last one's file is broken, and a
    model helps. `fresh` has the same images, and no label."""
    label_some(workspace, 4)
    (folder / "image_007.png").write_bytes(b"no image")
    workspace.projects.create(msgspec.structs.replace(make_spec("fresh"), dataset=make_spec().dataset))
    spec = workspace.projects.specification("soda")
    workspace.projects.change("soda", msgspec.structs.replace(spec, assist=Assist(True, engine="fewshot")))
    quality = Quality(6, (), 0.9, 0.8, 2.1, 5.0)
    state = AssistState("fewshot", True, "", "fewshot 1", 1, workspace.now(), 4, 20, 9.0, 200.0, 0.2, quality)
    workspace.assist.keep_state("soda", state)
    idle = SimpleNamespace(wake=lambda: None)  # another one would say that four are too few
    monkeypatch.setattr(workspace.assist, "assistant", lambda project: idle)
    return workspace.exchange.export("soda", out=folder / "out").name


# The way to each screen from the one before: keys, and the route where one is taken instead.
WAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "projects": (("end",), ""),
    "dashboard": (("enter",), ""),
    "details": (("3",), ""),
    "exports": (("4",), ""),
    "fresh": (("q", "home", "enter"), ""),
    "labeling": (("q",), "label"),
    "labeled": ((), "image_000.png"),
    "broken": ((), "image_007.png"),
}


async def go(pilot: Pilot[None], where: str) -> None:
    keys, route = WAYS[where]
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    if route:
        pilot.app.routes.label("soda", route.removeprefix("label"))  # type: ignore[attr-defined]
    await settle(pilot, 0.1)


@pytest.mark.slow
@pytest.mark.parametrize("size", [LEAST, LARGE], ids=["least", "large"])
async def test_each_screen_answers_without_a_key(
    size: tuple[int, int], make_app: MakeApp, soda: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = fill(soda, tmp_path / "images", monkeypatch)
    # Textual's picture of a screen is made of segments, and the canvas paints without any.
    for widget in (canvas, overview):
        monkeypatch.setattr(widget, "cell_strips", segment_strips)
    app = make_app()
    unanswered = []
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for where in WAYS:
            await go(pilot, where)
            shown = text_of(read_cells(app.export_screenshot(), *size))
            for question in (question for question in QUESTIONS if question.where == where):
                answer = question.least if size == LEAST else question.large
                if answer.replace(NEWEST, newest) not in shown:
                    unanswered.append(f"{question.asked} ({where})\n{shown}")
    assert not unanswered, "\n\n".join(unanswered)
    assert {question.where for question in QUESTIONS} == set(WAYS)
