"""The workspaces that scenes begin with: what each holds, always the same."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.project import Classes, DatasetChoice, Details, Instructions, ProjectSpec, Refresh, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.workforce import Workforce
from tui_labeler.workspace import Workspace

_PATH_LENGTH = 160


def draw(folder: Path, count: int) -> Path:
    """Images of two plain colours: pictures of them hold few styles."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        image = Image.new("RGB", (320, 240), (96, 112, 96))
        ImageDraw.Draw(image).rectangle((80, 60, 159, 179), fill=(176, 48, 48))
        image.save(folder / f"can_{number:03d}.png")
    return folder


def images_of(folder: Path) -> Path:
    """A path that is equally long wherever the tests run: sizes of exports, which hold it, are on the screen."""
    return folder / "images".ljust(_PATH_LENGTH - len(str(folder)), "_")


def with_datastore(workspace: Workspace, folder: Path) -> None:
    workspace.datasets.add_datastore("cans", str(draw(images_of(folder), 24)))


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
    (images_of(folder) / "can_001.png").write_bytes(b"no image")
    (images_of(folder) / "can_002.png").unlink()
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
    for path in images_of(folder).iterdir():
        path.write_bytes(b"no image")


def with_tags(workspace: Workspace, folder: Path) -> None:
    with_datastore(workspace, folder)
    workspace.projects.create(spec(kind=TaskType.CLASSIFICATION))
