"""Claiming, submitting, history, refresh, changes, exports."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE, SIZE, make_images, make_spec
from tui_labeler.model.errors import AlreadyExists, BadInput, Cancelled, NotAllowed, NotFound
from tui_labeler.model.geometry import Box
from tui_labeler.model.progress import Step
from tui_labeler.model.project import Classes, DatasetChoice
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.model.workforce import Workforce
from tui_labeler.workspace import Workspace


def test_two_labelers_never_hold_the_same_task(workspace: Workspace) -> None:
    held = [workspace.queue.claim("soda", "ann", f"t{number}") for number in range(7)]
    paths = [lease.task.path for lease in held if lease]
    assert len(set(paths)) == 6
    assert held[6] is None, "all are leased"
    workspace.queue.give_back("t2")
    again = workspace.queue.claim("soda", "bob", "t9")
    assert again is not None
    assert again.task.path == paths[2]


def test_a_lease_ends_by_itself(tmp_path: Path, images: Path) -> None:
    now = [1000.0]
    workspace = Workspace(tmp_path / "w.db", tmp_path / "x", clock=lambda: now[0])
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(make_spec())
    first = workspace.queue.claim("soda", "ann", "a")
    now[0] += 599
    second = workspace.queue.claim("soda", "bob", "b")
    assert first
    assert second
    assert first.task != second.task
    now[0] += 2
    third = workspace.queue.claim("soda", "eve", "c")
    assert third
    assert third.task == first.task
    with pytest.raises(NotAllowed, match="eve"):
        workspace.queue.submit(first.task, "ann", COKE, "a")
    workspace.close()


def test_history_is_kept_and_the_newest_counts(workspace: Workspace) -> None:
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    workspace.queue.submit(lease.task, "ann", COKE, "t")
    workspace.queue.submit(lease.task, "bob", None)
    workspace.queue.submit(lease.task, "eve", Labels(SIZE, (Region("sprite", Box(0, 0, 9, 9)),)))
    assert [entry.labeler for entry in workspace.tasks.history(lease.task)] == ["eve", "bob", "ann"]
    status = workspace.projects.status("soda")
    assert (status.completed, status.skipped, status.incomplete) == (1, 0, 5)
    assert status.classes == {"coke": 0, "diet_coke": 0, "sprite": 1} or status.classes == {"sprite": 1}
    assert {name: n for name, n in status.labelers.items() if n} == {"eve": 1}


def test_refresh_finds_new_changed_and_vanished_files(workspace: Workspace, images: Path) -> None:
    for _ in range(2):
        lease = workspace.queue.claim("soda", "ann", "t")
        assert lease
        workspace.queue.submit(lease.task, "ann", COKE, "t")
    make_images(images / "new", 3)
    os.utime(images / "image_00000.jpg", (1, 1))
    (images / "image_00001.jpg").unlink()
    (images / "image_00005.jpg").unlink()
    result = workspace.projects.refresh("soda")
    assert (result.added, result.changed, result.missing, result.total) == (3, 1, 2, 7)
    status = workspace.projects.status("soda")
    assert (status.stale, status.completed, status.missing, status.total) == (1, 0, 2, 7)
    assert workspace.tasks.current_labels(workspace.tasks.get("soda", "image_00001.jpg")) is not None, "labels are kept"
    make_images(images, 6)
    back = workspace.projects.refresh("soda")
    assert back.total == 9
    assert workspace.projects.status("soda").missing == 0


def test_names_are_free_again_after_deletion(workspace: Workspace) -> None:
    with pytest.raises(AlreadyExists, match="soda"):
        workspace.projects.create(make_spec())
    assert workspace.projects.losses("soda").tasks == 6
    workspace.projects.delete("soda")
    with pytest.raises(NotFound):
        workspace.projects.status("soda")
    workspace.projects.create(make_spec())
    assert workspace.projects.status("soda").total == 6


def test_cancelling_a_creation_leaves_nothing(open_workspace: Callable[[], Workspace], images: Path) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(images))
    for when in (Step.LISTING, Step.TASKS):

        def stop(what: Step, done: int, total: int, when: Step = when) -> None:
            if what == when:
                raise Cancelled("Cancelled.")

        with pytest.raises(Cancelled):
            workspace.projects.create(make_spec(), stop)
        assert workspace.projects.summaries() == ()
        assert workspace.datasets.all() == ()
    workspace.projects.create(make_spec())


def test_paused_projects_and_strangers(workspace: Workspace) -> None:
    workspace.projects.pause("soda")
    with pytest.raises(NotAllowed, match="paused"):
        workspace.queue.claim("soda", "ann", "t")
    workspace.projects.resume("soda")
    spec = workspace.projects.specification("soda")
    import msgspec

    workspace.projects.change("soda", msgspec.structs.replace(spec, workforce=Workforce(("ann",))))
    with pytest.raises(NotAllowed, match="workforce"):
        workspace.queue.claim("soda", "bob", "t")
    assert workspace.queue.claim("soda", "ann", "t")


def test_a_class_with_labels_cannot_be_taken_away(workspace: Workspace) -> None:
    import msgspec

    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    workspace.queue.submit(lease.task, "ann", COKE, "t")
    spec = workspace.projects.specification("soda")
    with pytest.raises(BadInput, match="coke"):
        workspace.projects.change("soda", msgspec.structs.replace(spec, classes=Classes(("sprite",))))
    workspace.projects.change("soda", msgspec.structs.replace(spec, classes=Classes(("coke", "fanta"))))
    with pytest.raises(BadInput, match="stay"):
        workspace.projects.change("soda", msgspec.structs.replace(spec, dataset=DatasetChoice("other")))


def test_exports_have_names_of_their_own_within_a_second(tmp_path: Path, images: Path) -> None:
    workspace = Workspace(tmp_path / "w.db", tmp_path / "x", clock=lambda: 1648579489.0)
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(make_spec())
    with pytest.raises(NotAllowed, match="nothing to export"):
        workspace.exchange.export("soda")
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    workspace.queue.submit(lease.task, "ann", COKE, "t")
    names = [workspace.exchange.export("soda").name for _ in range(3)]
    assert names == ["soda_20220329_184449", "soda_20220329_184450", "soda_20220329_184451"]
    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == names
    assert [export.name for export in workspace.exchange.exports("soda")] == names[::-1]
    workspace.close()


def test_tasks_are_browsed_by_state_name_class_and_labeler(workspace: Workspace) -> None:
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    workspace.queue.submit(lease.task, "ann", COKE, "t")
    cases = [
        (TaskFilter(), 6),
        (TaskFilter(state=TaskState.COMPLETED), 1),
        (TaskFilter(name="0003"), 1),
        (TaskFilter(name="%"), 0),
        (TaskFilter(class_name="coke"), 1),
        (TaskFilter(class_name="cok"), 0),
        (TaskFilter(labeler="ann"), 1),
        (TaskFilter(labeler="bob"), 0),
    ]
    for chosen, count in cases:
        assert workspace.tasks.count("soda", chosen) == count, chosen
        assert len(workspace.tasks.page("soda", chosen, 0, 100)) == count, chosen


def test_bccd_real_photographs(tmp_path: Path) -> None:
    """Skips where the data set is not at hand."""
    bccd = Path(__file__).parents[3] / "shared" / "data" / "bccd"
    if not bccd.is_dir():
        pytest.skip("the BCCD images are not beside the project")
    from tests.workspace.bccd import label_all

    workspace = Workspace(tmp_path / "w.db", tmp_path / "x")
    regions = label_all(workspace, bccd)
    status = workspace.projects.status("bccd")
    assert (status.total, status.completed, status.incomplete) == (364, 364, 0)
    assert sum(status.classes.values()) == regions
    result = workspace.exchange.export("bccd")
    assert result.rows == 364
    assert result.regions + sum(result.left_out.values()) == regions
    workspace.close()


def test_the_queue_and_lists_count_as_people_do(
    open_workspace: Callable[[], Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui_labeler.store import staging

    monkeypatch.setattr(staging, "_SLICE", 4)  # several slices
    names = [f"photo {number}.jpg" for number in (1, 2, 3, 9, 10, 11, 20, 99, 100, 101)]
    (tmp_path / "many").mkdir()
    for name in names:
        (tmp_path / "many" / name).write_bytes(b"x")
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(tmp_path / "many"))
    workspace.projects.create(make_spec())
    assert [task.path for task in workspace.tasks.page("soda", TaskFilter(), 0, 50)] == names
    lease = workspace.queue.claim("soda", "ann", "token")
    assert lease is not None
    assert lease.task.path == names[0]
    (tmp_path / "many" / "photo 12.jpg").write_bytes(b"x")
    assert workspace.projects.refresh("soda").added == 1
    assert [task.path for task in workspace.tasks.page("soda", TaskFilter(), 0, 50)] == [*names, "photo 12.jpg"]
