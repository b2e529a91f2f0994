"""Datasets as versions: what an export holds is kept, compared, and written again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quality import teams
from tests.quality.conftest import Start
from tests.quality.test_team import work
from tui_labeler.model.errors import AlreadyExists, NotAllowed, NotFound
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.transfers import ExportOptions, Images, Split
from tui_labeler.model.workforce import Workforce
from tui_labeler.quality.changes import Changes, changed_regions, changes
from tui_labeler.workspace import Workspace


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def change_everything(workspace: Workspace) -> None:
    for task in workspace.tasks.page("soda", TaskFilter(), 0, 100):
        workspace.queue.submit(task, "zoe", Labels(teams.SIZE, (Region("sprite", Box(1, 1, 40, 40)),)))


@pytest.mark.parametrize(
    ("format_name", "options"),
    [
        ("azureml", ExportOptions()),
        ("coco", ExportOptions(split=Split(0.3), classes=("coke", "sprite"))),
        ("voc", ExportOptions(images=Images.COPY)),
        ("csv", ExportOptions(labelers=("ann",))),
    ],
)
def test_the_same_export_again_byte_for_byte(
    start: Start, tmp_path: Path, format_name: str, options: ExportOptions
) -> None:
    workspace = start(Workforce(), images=8)
    work(workspace, "ann", 6)
    work(workspace, "eve")
    made = workspace.exchange.export("soda", format_name, options=options)
    before = contents(Path(made.path))
    change_everything(workspace)
    again = workspace.exchange.export_again(made.name, tmp_path / "again")
    assert Path(again.path) == tmp_path / "again" / made.name
    assert contents(Path(again.path)) == before
    with pytest.raises(AlreadyExists):
        workspace.exchange.export_again(made.name, tmp_path / "again")
    workspace.projects.delete("soda")
    with pytest.raises(NotFound):
        workspace.exchange.export_again(made.name, tmp_path / "once more")
    assert not (tmp_path / "once more" / made.name).exists(), "nothing half-written"


def test_what_changed_between_two_exports(start: Start) -> None:
    workspace = start(Workforce(), images=4)
    work(workspace, "ann", 3)
    first = workspace.exchange.export("soda")
    tasks = workspace.tasks.page("soda", TaskFilter(), 0, 10)
    counting = workspace.tasks.current_labels(tasks[0])
    assert counting is not None
    assert counting.labels is not None
    box = counting.labels.regions[0].extent
    other_class = "sprite" if counting.labels.regions[0].name != "sprite" else "coke"
    moved = Region(other_class, box.moved(2, 0))
    changed = Labels(
        counting.labels.size, (moved, *counting.labels.regions[2:], Region("coke", Box(600, 400, 639, 470)))
    )
    workspace.queue.submit(tasks[0], "ann", changed)
    workspace.queue.submit(tasks[1], "ann", None)
    work(workspace, "ann")
    second = workspace.exchange.export("soda")
    difference = workspace.exchange.difference(first.name, second.name)
    assert difference.images == {"added": 1, "removed": 1, "changed": 1}
    assert [(change.path, change.how) for change in difference.changed] == [
        ("image_00000.jpg", "changed"),
        ("image_00001.jpg", "removed"),
        ("image_00003.jpg", "added"),
    ]
    assert difference.changed[0].regions == Changes(added=1, removed=1, moved=1, renamed=1)
    assert not workspace.exchange.difference(first.name, first.name).changed
    with pytest.raises(NotFound, match="no export"):
        workspace.exchange.difference(first.name, "nothing")


def test_only_what_was_accepted_or_agreed_on(start: Start) -> None:
    workspace = start(Workforce(labels=2, review=1.0), images=6)
    work(workspace, "ann")
    work(workspace, "dee")
    items = workspace.review.waiting("soda", "rae", 10)
    workspace.review.accept("soda", items[:2], "rae")
    workspace.review.correct("soda", items[2], items[2].labels, "rae")
    accepted = workspace.exchange.export("soda", options=ExportOptions(accepted=True))
    assert (accepted.rows, accepted.left_out["not_accepted"]) == (3, 3)
    doubts = sorted(item.doubt for item in items)
    least = 1 - doubts[3]
    agreed = workspace.exchange.export("soda", options=ExportOptions(least_agreement=least))
    assert agreed.rows == sum(doubt <= doubts[3] for doubt in doubts)


def test_nothing_to_choose_by_is_said(start: Start) -> None:
    workspace = start(Workforce())
    work(workspace, "ann")
    with pytest.raises(NotAllowed, match="more than one person"):
        workspace.exchange.export("soda", options=ExportOptions(least_agreement=0.5))
    with pytest.raises(NotAllowed, match="reviewed"):
        workspace.exchange.export("soda", options=ExportOptions(accepted=True))


def test_a_region_is_moved_renamed_added_or_removed() -> None:
    coke, far = Region("coke", Box(0, 0, 50, 50)), Region("coke", Box(200, 200, 250, 250))
    size = teams.SIZE
    assert changes(Labels(size, (coke, far)), Labels(size, (far, coke))) == Changes()
    assert changes(Labels(size, (coke,)), Labels(size, (far,))) == Changes(added=1, removed=1)
    assert changes(Labels(size, (coke,)), Labels(size, (Region("coke", Box(0, 0, 50, 51)),))) == Changes(moved=1)
    assert changes(Labels(size, tags=("a",)), Labels(size, tags=("b",))) == Changes(added=1, removed=1)
    assert Changes(added=1, moved=2).words == "1 added, 2 moved"
    now = Labels(size, (far, Region("sprite", Box(0, 0, 50, 51)), Region("coke", Box(100, 0, 120, 20))))
    assert changed_regions(Labels(size, (coke, far)), now) == {1: "moved, was “coke”", 2: "new"}
