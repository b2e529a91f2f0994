"""Every screen of the app in every state that it can be in: how a workspace gets there, and which keys lead to it.

Nothing here depends on the time, on the machine or on where it runs.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.tui.cells import Cells, read_cells
from tests.tui.conftest import settle, type_text
from tests.tui.snapshots import THEMES
from tui_labeler.model.errors import StorageError
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.progress import Step
from tui_labeler.model.project import Classes, DatasetChoice, Details, Instructions, ProjectSpec, Refresh, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Datastore, ExportResult, TaskFilter
from tui_labeler.model.team import Member, Role, Standing
from tui_labeler.model.workforce import Workforce
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui import paletteapp
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.widgets import canvas, overview
from tui_labeler.tui.widgets.cellstrips import segment_strips
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.exchange import Exchange
from tui_labeler.workspace.projects import Projects
from tui_labeler.workspace.task_queue import TaskQueue
from tui_labeler.workspace.tasks import Tasks
from tui_labeler.workspace.team import Team

NOW = 1_774_000_000.0  # 2026-03-20 09:46:40 UTC
SIZES = ((80, 24), (140, 45))
Do = Callable[[Pilot[None]], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """`keys`: names of keys, 'texts that are typed, and seconds to wait. `prepare` fills the workspace, `change` alters
    what it does (to hold a loading state, or to fail). `told` says that toasts belong to the picture."""

    name: str
    keys: tuple[str | float, ...] = ()
    prepare: Callable[[Workspace, Path], None] = lambda workspace, folder: None
    change: Callable[[pytest.MonkeyPatch, threading.Event], None] = lambda patch, end: None
    told: bool = False
    # A new app for each theme: the command palette keeps the colours that it was opened in.
    apart: bool = False
    # These are looked at in every run of the tests; the others in the slower tier.
    often: bool = False
    do: Do | None = None
    sizes: tuple[tuple[int, int], ...] = SIZES


def draw(folder: Path, count: int) -> Path:
    """Images of two plain colours: pictures of them hold few styles."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        image = Image.new("RGB", (320, 240), (96, 112, 96))
        ImageDraw.Draw(image).rectangle((80, 60, 159, 179), fill=(176, 48, 48))
        image.save(folder / f"can_{number:03d}.png")
    return folder


def with_datastore(workspace: Workspace, folder: Path) -> None:
    workspace.datasets.add_datastore("cans", str(draw(folder / "images", 24)))


def spec(name: str = "soda", kind: TaskType = TaskType.DETECTION, **more: object) -> ProjectSpec:
    chosen = DatasetChoice("sodaObjects", "cans")
    return ProjectSpec(Details(name, kind), dataset=chosen, classes=Classes(("coke", "diet_coke", "sprite")), **more)  # type: ignore[arg-type]


def with_project(workspace: Workspace, folder: Path) -> None:
    with_datastore(workspace, folder)
    workspace.projects.create(
        spec(refresh=Refresh(True, "1h"), instructions=Instructions("", "# Cans\nWhole cans only."))
    )


def label(workspace: Workspace, count: int, who: str = "ann", project: str = "soda") -> None:
    for number in range(count):
        lease = workspace.queue.claim(project, who, "token")
        assert lease is not None
        names = ("coke", "sprite", "coke", "diet_coke")
        regions = tuple(Region(names[(number + at) % 4], Box(80 * at, 60, 80 * at + 79, 180)) for at in (1, 2))
        workspace.queue.submit(lease.task, who, None if number % 7 == 6 else Labels(Size(320, 240), regions), "token")


def with_labels(workspace: Workspace, folder: Path) -> None:
    with_project(workspace, folder)
    label(workspace, 14)
    label(workspace, 3, "zoe")


def with_gaps(workspace: Workspace, folder: Path) -> None:
    """Two images cannot be shown: one is broken, one is gone."""
    with_labels(workspace, folder)
    (folder / "images" / "can_001.png").write_bytes(b"no image")
    (folder / "images" / "can_002.png").unlink()
    workspace.projects.refresh("soda")


def with_many(workspace: Workspace, folder: Path) -> None:
    with_labels(workspace, folder)
    for number, kind in enumerate(TaskType):
        name = ("tags", "tags-of-everything-that-stands-on-the-upper-shelf", "cans", "outlines")[number]
        workspace.projects.create(
            ProjectSpec(Details(name, kind), dataset=DatasetChoice("sodaObjects"), classes=Classes(("a",)))
        )
    workspace.projects.pause("outlines")


def with_exports(workspace: Workspace, folder: Path) -> None:
    with_labels(workspace, folder)
    workspace.exchange.export("soda")


def with_team(workspace: Workspace, folder: Path) -> None:
    """Ann, Zoe and Eve label five images; Eve takes every second class for another one, and Bob looks over."""
    with_datastore(workspace, folder)
    rules = Workforce(labels=3, review=1.0, reviewers=("bob",))
    workspace.projects.create(spec(workforce=rules))
    for who in ("ann", "zoe", "eve"):
        for number in range(5):
            lease = workspace.queue.claim("soda", who, who)
            assert lease is not None
            boxes = [Box(80 * at + 2 * (who == "zoe"), 60, 80 * at + 79, 180) for at in (1, 2)]
            names = ("coke", "sprite" if who == "eve" and number % 2 else "diet_coke")
            regions = tuple(Region(name, box) for name, box in zip(names, boxes, strict=True))
            workspace.queue.submit(lease.task, who, Labels(Size(320, 240), regions), who)
        workspace.queue.give_back(who)
    workspace.gold.add("soda", "can_000.png", "bob")
    item = workspace.review.waiting("soda", "bob", 9)[-1]
    workspace.review.accept("soda", [item], "bob")
    workspace.review.leave("soda", "bob")


def with_return(workspace: Workspace, folder: Path) -> None:
    """Rae gave an image each back to Ann, who corrected it, and to Bob, who has not yet."""
    with_datastore(workspace, folder)
    workspace.projects.create(spec(workforce=Workforce(review=1.0)))
    before = Labels(Size(320, 240), (Region("coke", Box(80, 60, 159, 180)), Region("sprite", Box(200, 60, 240, 180))))
    after = Labels(Size(320, 240), (Region("coke", Box(84, 64, 150, 176)), Region("diet_coke", Box(200, 60, 240, 180))))
    for who, labels in (("ann", (before, after)), ("bob", (before,))):
        lease = workspace.queue.claim("soda", who, who)
        assert lease is not None
        workspace.queue.submit(lease.task, who, labels[0], who)
        (item,) = (item for item in workspace.review.waiting("soda", "rae", 9) if item.path == lease.task.path)
        workspace.review.give_back("soda", item, "rae", "The left can is loose: draw it along its rim, please.")
        workspace.review.leave("soda", "rae")
        for corrected in labels[1:]:
            workspace.queue.submit(lease.task, who, corrected, who)
        workspace.queue.give_back(who)


# The parts of a workspace by the names they have in it.
PARTS: dict[str, type] = {
    "projects": Projects,
    "datasets": Datasets,
    "exchange": Exchange,
    "tasks": Tasks,
    "queue": TaskQueue,
}


def held(method: str, what: Step, done: int, total: int) -> Callable[[pytest.MonkeyPatch, threading.Event], None]:
    """`method` (`part.name`) of the workspace tells this progress, and then waits until the picture is made."""

    def change(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
        def wait(self: Workspace, *args: object, **kwargs: object) -> None:
            tell = kwargs.get("progress", args[-1])
            if callable(tell):
                tell(what, done, total)
            end.wait(300)
            raise StorageError("The picture is made.")

        patch.setattr(PARTS[method.partition(".")[0]], method.partition(".")[2], wait)

    return change


def failing(method: str, message: str, mend: str = "") -> Callable[[pytest.MonkeyPatch, threading.Event], None]:
    def change(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
        def fail(self: Workspace, *args: object, **kwargs: object) -> None:
            raise StorageError(message, mend)

        patch.setattr(PARTS[method.partition(".")[0]], method.partition(".")[2], fail)

    return change


RESULT = ExportResult(
    "soda_20260320_094640", "soda", "azureml", 50, "/data/exports/soda_20260320_094640", ("annotations.jsonl", "MLTable"),
    NOW, 42_640, 0.02, 280, {"incomplete": 186, "skipped": 6},
)  # fmt: skip


async def show_result(pilot: Pilot[None]) -> None:
    pilot.app.push_screen(ExportScreen(RESULT))
    await settle(pilot)


def whole(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
    """The export of RESULT counts as written, though its folder is nowhere."""
    from tui_labeler.workspace.azure.exports import RegisteredExports

    patch.setattr(RegisteredExports, "problem", lambda self, result: "No Azure ML workspace is in use yet.")


def shared(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
    """The workspace counts as one that a team shares."""
    members = (
        Member("ann", Role.LABELER, 3),
        Member("bob", Role.OWNER),
        Member("rita", Role.REVIEWER, 12),
        Member("zoë", Role.LABELER),
    )
    for name, value in (("can_have_roles", True), ("standing", Standing("bob", Role.OWNER)), ("person", "bob")):
        patch.setattr(Team, name, property(lambda self, value=value: value))
    patch.setattr(Team, "members", lambda self: members)


# The ways through the wizard, each to the step of its number
_W1: tuple[str | float, ...] = ("n", 0.2)
_W2 = (*_W1, "'fruit", "f3", 0.1)
_W3 = (*_W2, "f3", 0.6)
_W4 = (*_W3, "tab", "'fruitSet", 0.6, "f3", 0.1)
_W5 = (*_W4, "f3", 0.1)
_FOUR = ("'apple", "enter", "'banana", "enter", "'citrus/orange", "enter", "'citrus/orange/blood", "enter", 0.1)
_W6 = (*_W5, *_FOUR, "f3", 0.1)
_W8 = (*_W6, "f3", "f3", 0.2)
_DASH: tuple[str | float, ...] = ("enter", 0.3)
_NO_FOLDER = failing("datasets.preview", "The datastore “cans” cannot be read: /data/cans is gone.", "Mount it again.")
_NO_STORE = failing("projects.refresh", "The datastore “cans” cannot be reached.")
_NO_IMAGE = failing("tasks.read_image", "The image “can_000.png” cannot be read.", "Look whether it is still there.")

SCENES = (
    Scene("projects-empty"),
    Scene("projects-full", (0.5,), with_many, often=True),
    Scene("projects-search", ("slash", "'can", 0.5), with_many),
    Scene("projects-search-nothing", ("slash", "'xyz", 0.5), with_many),
    Scene("projects-delete", (0.5, "x", 0.3), with_labels),
    Scene("projects-why-not", (0.5, "e", 0.2), with_project, told=True),
    Scene("projects-error", (0.5, "r", 0.3), with_project, _NO_STORE, True),
    Scene("help", (0.5, "question_mark", 0.3), with_project),
    Scene("help-wizard", (*_W1, "f1", 0.3), with_datastore),
    Scene("palette", (0.5, "ctrl+p", 0.3), with_project, apart=True),
    Scene("themes", (0.5, "t", 0.2), with_project),
    Scene("team", (0.5, "T", 0.3), with_project, shared),
    Scene("team-role", (0.5, "T", 0.3, "down", "down", "enter", 0.3), with_project, shared),
    Scene("wizard-1-details", _W1, with_datastore),
    Scene("wizard-1-error", (*_W1, "'a!", 0.1), with_datastore),
    Scene("wizard-2-workforce", _W2, with_datastore),
    Scene("wizard-2-error", (*_W2, "down", "tab", "'ann,ann", 0.1), with_datastore),
    Scene("wizard-2-vendor", (*_W2, "up", "tab", "'Labels Inc", 0.1), with_datastore),
    Scene("wizard-2-quality", (*_W2, "tab", "'3", "tab", "'20", "tab", "'500", "tab", "'rae", 0.1), with_datastore),
    Scene("wizard-3-no-datastore", _W3),
    Scene("wizard-3-dataset", (*_W3, "tab", "'fruitSet", 0.6), with_datastore),
    Scene("wizard-3-loading", (*_W3,), with_datastore, held("datasets.preview", Step.LISTING, 0, 0)),
    Scene("wizard-3-error", (*_W3, "f3", 0.2), with_datastore, _NO_FOLDER),
    Scene("wizard-3-existing", (*_W3, "enter", 0.2, "down", 0.1), with_project),
    Scene("wizard-3-add", (*_W3, *["tab"] * 3, "enter", 0.3)),
    Scene("wizard-4-refresh", _W4, with_datastore),
    Scene("wizard-4-error", (*_W4, "enter", "tab", "'5x", 0.1), with_datastore),
    Scene("wizard-5-classes", _W5, with_datastore),
    Scene("wizard-5-error", (*_W5, "f3", 0.1), with_datastore),
    Scene("wizard-5-full", (*_W5, *_FOUR, "tab"), with_datastore),
    Scene("wizard-5-bulk", (*_W5, *_FOUR, "tab", "b", 0.3), with_datastore),
    Scene("wizard-5-rename", (*_W5, *_FOUR, "tab", "e", 0.3), with_datastore),
    Scene("wizard-6-instructions", _W6, with_datastore),
    Scene("wizard-6-error", (*_W6, "'abc", 0.1), with_datastore),
    Scene("wizard-7-assist", (*_W6, "f3", 0.2), with_datastore),
    Scene("wizard-8-review", _W8, with_datastore),
    Scene("wizard-8-error", (*_W8, "f4", "1", 0.1, "'!", "f4", "8", 0.1), with_datastore),
    Scene("wizard-creating", (*_W8, "enter", 0.4), with_datastore, held("projects.create", Step.TASKS, 12_000, 23_000)),
    Scene("wizard-start-over", (*_W2, "f8", 0.3), with_datastore),
    Scene("dashboard-empty", _DASH, with_project),
    Scene("dashboard-full", _DASH, with_labels, often=True),
    Scene("dashboard-paused", (*_DASH, "p", 0.2), with_labels),
    Scene("dashboard-export", (*_DASH, "E", 0.4), with_labels),
    Scene("dashboard-exporting", (*_DASH, "e", 0.4), with_labels, held("exchange.export", Step.WRITING, 12, 50)),
    Scene("dashboard-quality", (*_DASH, 0.3), with_team),
    Scene("review-crops", (*_DASH, "v", 0.8), with_team),
    Scene("review-marked", (*_DASH, "v", 0.8, "a", "3", "b", "comma", 0.2), with_team),
    Scene("review-again", (*_DASH, "v", 0.8, "a", 0.2), with_return),
    Scene("review-again-image", (*_DASH, "v", 0.8, "tab", 0.6), with_return),
    Scene("review-image", (*_DASH, "v", 0.8, "tab", 0.6), with_team),
    Scene("data-full", (*_DASH, "2", 0.5, "down", 0.5), with_labels),
    Scene("data-gallery", (*_DASH, "2", 0.5, "V", 0.8, "right", "space", 0.3), with_gaps),
    Scene("data-nothing", (*_DASH, "2", 0.3, "shift+tab", "'xyz", 0.3), with_labels),
    Scene("data-error", (*_DASH, "2", 0.5), with_labels, _NO_IMAGE),
    Scene("details", (*_DASH, "3", 0.3), with_labels),
    Scene("classes", (*_DASH, "3", 0.3, *["tab"] * 3, "enter", 0.4, "down"), with_labels),
    Scene("details-workforce", (*_DASH, "3", 0.3, "enter", 0.3), with_labels),
    Scene("details-quality", (*_DASH, "3", 0.3, "tab", "enter", 0.3, "'3", "tab", "tab", "'50", 0.1), with_labels),
    Scene("details-instructions", (*_DASH, "3", 0.3, *["tab"] * 4, "enter", 0.4), with_labels),
    Scene("exports-empty", (*_DASH, "4", 0.3), with_labels),
    Scene("exports-full", (*_DASH, "4", 0.3), with_exports),
    Scene("export-result", (), with_labels, whole, do=show_result),
)  # fmt: skip


# The labeling screen


def with_proposals(workspace: Workspace, folder: Path) -> None:
    with_project(workspace, folder)
    regions = (
        Region("coke", Box(80, 60, 160, 180), confidence=0.82, model="fewshot 1"),
        Region("sprite", Box(200, 40, 280, 150), confidence=0.61, model="fewshot 1"),
    )
    tasks = workspace.tasks.page("soda", TaskFilter(), 0, 8)
    proposed = Prelabel(Labels(Size(320, 240), regions), "fewshot 1", 0.7)
    workspace.proposals.put("soda", [(task, proposed) for task in tasks])


def with_all_labeled(workspace: Workspace, folder: Path) -> None:
    with_project(workspace, folder)
    label(workspace, 24)


def with_broken(workspace: Workspace, folder: Path) -> None:
    with_project(workspace, folder)
    for path in (folder / "images").iterdir():
        path.write_bytes(b"no image")


def with_tags(workspace: Workspace, folder: Path) -> None:
    with_datastore(workspace, folder)
    workspace.projects.create(spec(kind=TaskType.CLASSIFICATION))


_BOX: tuple[str | float, ...] = ("l", 0.6, *"iqqvqq", 0.3)
_THREE_SIZES = ((80, 24), (120, 36), (200, 50))
SCENES += tuple(
    Scene(name, keys, prepare, sizes=_THREE_SIZES)
    for name, keys, prepare in (
        ("label-letters", ("l", 0.6), with_project),
        ("label-magnifier", ("l", 0.6, "i", "q", 0.3), with_project),
        ("label-selected", (*_BOX, "escape", "tab", 0.3), with_project),
        ("label-zoomed", (*_BOX, "escape", "tab", "v", 0.5), with_project),
        ("label-brighter", ("l", 0.6, "escape", "greater_than_sign", "right_curly_bracket", 0.3), with_project),
        ("label-point", ("l", 0.6, "escape", "k", 0.4, "k", "l", 0.4), with_project),
        ("label-proposals", ("l", 0.8), with_proposals),
        ("label-given-back", ("l", 0.6, "escape", "tab", 0.4), with_return),
        ("label-done", ("l", 0.6), with_all_labeled),
        ("label-broken", ("l", 0.8), with_broken),
        ("label-sheet", ("l", 0.6, "w", 0.8, "1", 0.3), with_tags),
    )
)

Taken = dict[tuple[int, int], dict[str, Cells]]


async def take(scene: Scene, folder: Path, patch: pytest.MonkeyPatch) -> Taken:
    """The scene's pictures: size -> theme -> cells."""
    if not scene.apart:
        return await _take(scene, folder, patch, THEMES)
    pictures: Taken = {}
    for theme in THEMES:
        for size, found in (await _take(scene, folder / theme, patch, (theme,))).items():
            pictures.setdefault(size, {}).update(found)
    return pictures


async def _take(scene: Scene, folder: Path, patch: pytest.MonkeyPatch, themes: tuple[str, ...]) -> Taken:
    home = folder / "home"
    workspace = Workspace(home / "workspace.db", home / "exports", clock=lambda: NOW)
    scene.prepare(workspace, folder)
    listed = Datasets.datastores

    def datastores(self: Datasets) -> tuple[Datastore, ...]:
        return tuple(Datastore(store.name, "file:///data/cans", store.kind) for store in listed(self))

    patch.setattr(Datasets, "datastores", datastores)
    patch.setattr(LabelerApp, "NOTIFICATION_TIMEOUT", 600)
    patch.setattr(paletteapp, "has_shell", lambda: True)  # whether a shell started the tests does not matter
    # Textual's picture of a screen is made of segments, and the canvas paints without any.
    for widget in (canvas, overview):
        patch.setattr(widget, "cell_strips", segment_strips)
    end = threading.Event()
    scene.change(patch, end)
    places = find_places(str(home))
    settings = Settings(places, {"TUI_LABELER_LABELER": "bob", "TUI_LABELER_THEME": themes[0]})
    app = LabelerApp(workspace, settings, places)
    app.animation_level = "none"
    pictures: Taken = {}
    async with app.run_test(size=scene.sizes[0], notifications=scene.told) as pilot:
        await settle(pilot)
        for key in scene.keys:
            if isinstance(key, float):
                await settle(pilot, key)
            elif key.startswith("'"):
                await type_text(pilot, key[1:])
            else:
                await pilot.press(key)
        if scene.do is not None:
            await scene.do(pilot)
        for size in scene.sizes:
            await pilot.resize_terminal(*size)
            await settle(pilot)
            for field in (*app.screen.query(Input), *app.screen.query(TextArea)):
                field.cursor_blink = False
                field.notify_style_update()  # a line that was kept while its cursor was dark
                field.refresh()
            await settle(pilot)
            pictures[size] = {}
            for theme in themes:
                app.theme = theme
                await settle(pilot, 0.03)
                pictures[size][theme] = read_cells(app.export_screenshot(), *size)
        end.set()
        await settle(pilot)
    workspace.close()
    return pictures
