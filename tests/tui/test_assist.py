"""ML assist in the app: the wizard's step, proposals on the canvas, the dashboard's part, and what is told."""

from __future__ import annotations

import msgspec
import pytest
from textual.widgets import Input, Static

from tests.tui.conftest import CLASSES, MakeApp, label_some, make_spec, settle
from tui_labeler.model.assist import AssistState, ClassQuality, Quality
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.project import Assist, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.tui.assisting import Assisting
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.wizard.assist import AssistStep
from tui_labeler.tui.screens.wizard.wizard import WizardScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.choices import Choices
from tui_labeler.workspace import Workspace

SIZE = Size(320, 240)
GUESS = Labels(
    SIZE,
    tuple(
        Region(name, Box(20 + 90 * n, 30, 80 + 90 * n, 120), confidence=0.7, model="fewshot 1")
        for n, name in enumerate(CLASSES)
    ),
)


def propose(workspace: Workspace) -> None:
    tasks = workspace.tasks.page("soda", TaskFilter(), 0, 9)
    workspace.proposals.put("soda", [(task, Prelabel(GUESS, "fewshot 1", 0.7)) for task in tasks])


def regions(workspace: Workspace, path: str) -> tuple[Region, ...]:
    labels = workspace.tasks.current_labels(workspace.tasks.get("soda", path))
    assert labels is not None
    assert labels.labels is not None
    return labels.labels.regions


async def test_proposals_are_taken_by_one_key_or_by_their_letters(make_app: MakeApp, soda: Workspace) -> None:
    propose(soda)
    app = make_app("label", "soda")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        marks = screen.query_one(Canvas).overlay.marks
        assert [mark.hint for mark in marks] == ["F", "J", "D"]
        assert all(mark.dashed for mark in marks)
        assert "Space takes all" in str(screen.query_one("#prompt", Static).content)
        first = screen.path
        await pilot.press("space", "enter")
        await settle(pilot)
        second = screen.path
        await pilot.press("j", "F", "enter")
        await settle(pilot)
        third = screen.path
        await pilot.press("enter")
        await settle(pilot)
        assert screen.path == third, "nothing was taken: one key does not submit an empty image"
        await pilot.press("enter")
        await settle(pilot)
    assert [region.confidence for region in regions(soda, first)] == [1.0] * 3
    assert [region.name for region in regions(soda, second)] == [CLASSES[1]]
    assert regions(soda, third) == ()
    use = soda.assist.use("soda")
    assert (use.tasks, use.proposed, use.taken) == (3, 9, 4)


@pytest.mark.slow
async def test_the_step_of_the_wizard_names_engines_and_why_one_cannot_be(make_app: MakeApp, soda: Workspace) -> None:
    spec = make_spec("next")
    app = make_app()
    async with app.run_test(size=(100, 34)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        wizard = app.screen
        assert isinstance(wizard, WizardScreen)
        step = wizard.query_one(AssistStep)
        assert step.problems(spec) == ()
        engine = step.query(Choices).first()
        engine.chosen = 1
        await pilot.pause()
        chosen = step.read(spec)
        assert chosen.assist == Assist(True, "pretrained")
        assert step.problems(chosen) == ()
        polygons = msgspec.structs.replace(
            chosen, details=msgspec.structs.replace(spec.details, type=TaskType.SEGMENTATION)
        )
        assert "Polygon" in step.problems(polygons)[0].message
        least = step.query_one("#least", Input)
        for typed, share in (("30", 0.3), ("12,5 %", 0.125), ("", 0.0)):
            least.value = typed
            await pilot.pause()
            assert step.read(spec).assist == Assist(True, "pretrained", least=share)
        for wrong in ("100", "-3", "many"):
            least.value = wrong
            await pilot.pause()
            assert "least confidence" in step.problems(step.read(spec))[0].message
        least.value = "0"
        engine.chosen = 3
        await pilot.pause()
        assert "assist use" in step.problems(step.read(spec))[0].message


async def test_the_dashboard_says_how_the_model_does(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_some(soda, 2)
    quality = Quality(
        10, (ClassQuality("coke", 0.91, 0.84, 20, 0.4), ClassQuality("sprite", 0.2, 0.1, 3, 2.0)), 0.9, 0.8, 2.1, 5.0
    )
    reason = "Its proposals would cost more keys than they save."
    state = AssistState("fewshot", False, reason, "fewshot 2", 2, 1.0, 10, 20, 12.0, 310.0, 0.4, quality)
    spec = soda.projects.specification("soda")
    soda.projects.change("soda", msgspec.structs.replace(spec, assist=Assist(True, engine="fewshot")))
    monkeypatch.setattr(soda.assist, "assistant", lambda project: None)  # else it would say that two images are too few
    soda.assist.keep_state("soda", state)
    app = make_app()
    async with app.run_test(size=(130, 50)) as pilot:
        await settle(pilot)
        app.push_screen(DashboardScreen("soda"))
        await settle(pilot)
        text = " ".join(str(app.screen.query_one("#assist", Static).content).split())
    assert "fewshot" in text
    for said in (
        "more keys than they save",
        "precision 0.90, recall 0.80",
        "2.1 keys a label, 5.0 without",
        "310 MB",
        "0.91",
    ):
        assert said in text, said
    assert "not shown" in text.split("sprite")[1]


async def test_a_failure_is_told_once_and_labeling_goes_on(make_app: MakeApp, soda: Workspace) -> None:
    spec: ProjectSpec = soda.projects.specification("soda")
    soda.projects.change("soda", msgspec.structs.replace(spec, assist=Assist(True)))
    app = make_app("label", "soda")
    told: list[str] = []
    app.notify = lambda message, **kwargs: told.append(message)  # type: ignore[method-assign,assignment]
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        soda.assist.keep_state("soda", AssistState("fewshot", failure="The engine “fewshot” ended: [/] killed."))
        for _ in range(3):
            await pilot.press("f6")
            await settle(pilot)
    assert sum("killed" in message for message in told) == 1
    assert "Labeling goes on" in "".join(told)
    assert soda.projects.status("soda").skipped >= 2


def test_that_it_switched_itself_off_is_told_once(soda: Workspace) -> None:
    spec = soda.projects.specification("soda")
    soda.projects.change("soda", msgspec.structs.replace(spec, assist=Assist(True)))
    soda.assist.may_assist("soda")
    soda.assist.assistant = lambda project: Quiet()  # type: ignore[method-assign,assignment,return-value]
    soda.assist.keep_state("soda", AssistState("fewshot", True))
    beside = Assisting(soda, "soda")
    beside.begin()
    assert beside.news() == ""
    soda.assist.keep_state("soda", AssistState("fewshot", False, "It cost more keys than it saved."))
    assert "off for now. It cost more keys" in beside.news()
    assert beside.news() == ""


class Quiet:
    """An assistant that does nothing."""

    def wake(self) -> None:
        pass

    def typed(self) -> None:
        pass


@pytest.mark.parametrize("key", ["y", pytest.param("n", marks=pytest.mark.slow)])
async def test_labelers_are_asked_before_their_images_are_sent_anywhere(
    make_app: MakeApp, soda: Workspace, key: str
) -> None:
    spec = soda.projects.specification("soda")
    url = "http://gpu.example:9090"
    soda.projects.change("soda", msgspec.structs.replace(spec, assist=Assist(True, "ml-backend", model=url)))
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, Confirm)
        asked = " ".join(str(part.content) for part in app.screen.query(Static))
        assert url in asked
        assert "can read the images" in asked
        assert soda.assist.agreed_at("soda") == 0
        await pilot.press(key)
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path
        assert bool(app.workspace.assist.agreed_at("soda")) == (key == "y")
