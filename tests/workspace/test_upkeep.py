"""A workspace as a whole: looked over, backed up, moved between databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.errors import AlreadyExists, Cancelled, LabelerError, NotAllowed, WorkspaceError
from tui_labeler.model.progress import Step
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.store import copying
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.upkeep import move


def fill(workspace: Workspace, images: Path) -> None:
    """Two projects, one deleted before them; labels, a skipped image, a draft, a missing image, an export."""
    workspace.datasets.add_datastore("cans", str(images))
    for name in ("gone", "soda", "other"):
        workspace.projects.create(make_spec(name))
    workspace.projects.delete("gone")
    for labels in (COKE, None, COKE):
        lease = workspace.queue.claim("soda", "ann", "t")
        assert lease
        workspace.queue.submit(lease.task, "ann", labels, "t")
    session = workspace.sessions.labeling("soda", "bob")
    session.begin()
    session.save(session.start.added(COKE.regions[0]))
    session.end()
    make_images(images / "later", 3)
    (images / "image_00005.jpg").unlink()
    workspace.projects.refresh("soda")
    workspace.memory.remember("export/soda", "coco")
    workspace.exchange.export("soda", "coco")


def exported(workspace: Workspace, out: Path) -> list[bytes]:
    """The files of an export, whose name has the time in it."""
    return [
        file.read_bytes()
        for kind in ("azureml", "coco", "csv")
        for file in sorted(Path(workspace.exchange.export("soda", kind, out=out / kind).path).rglob("*"))
        if file.is_file()
    ]


def same(original: Workspace, copy: Workspace, tmp_path: Path) -> None:
    assert original.projects.summaries() == copy.projects.summaries()
    assert original.projects.status("soda") == copy.projects.status("soda")
    tasks = original.tasks.page("soda", TaskFilter(), 0, 100)
    assert tasks == copy.tasks.page("soda", TaskFilter(), 0, 100)
    assert [original.tasks.history(task) for task in tasks] == [copy.tasks.history(task) for task in tasks]
    assert original.exchange.exports() == copy.exchange.exports()
    assert original.memory.recall("export/soda") == copy.memory.recall("export/soda") == "coco"
    drafts = []
    for workspace in (original, copy):
        session = workspace.sessions.labeling("soda", "bob")
        session.begin()
        drafts.append(session.start)
        session.end()
    assert drafts[0] == drafts[1] != Draft()
    assert copy.upkeep.check() == ()
    assert exported(original, tmp_path / "one") == exported(copy, tmp_path / "other")
    highest = max(task.id for name in ("soda", "other") for task in original.tasks.page(name, TaskFilter(), 0, 100))
    copy.projects.delete("other")
    copy.projects.create(make_spec("another"))
    assert min(task.id for task in copy.tasks.page("another", TaskFilter(), 0, 100)) > highest


@pytest.mark.parametrize("address", ["sqlite", "postgres"], indirect=True)
def test_there_and_back(
    open_workspace: Callable[[], Workspace],
    address: Path | str,
    postgres: Server,
    images: Path,
    tmp_path: Path,
) -> None:
    source = open_workspace()
    fill(source, images)
    target: Path | str = postgres.fresh() if isinstance(address, Path) else tmp_path / "moved.db"
    rows = move(address, target, tmp_path).rows
    moved = Workspace(target, tmp_path / "exports", folder=tmp_path)
    same(source, moved, tmp_path)
    moved.close()
    assert rows > 30
    with pytest.raises(AlreadyExists, match="not empty"):
        move(address, target, tmp_path)


def test_what_was_interrupted_goes_on(
    open_workspace: Callable[[], Workspace],
    images: Path,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copying, "_PAGE", 2)
    source, target = open_workspace(), tmp_path / "moved.db"
    fill(source, images)

    def stop_at(most: int) -> Callable[[Step, int, int], None]:
        def tell(step: Step, done: int, total: int) -> None:
            if done >= most:
                raise Cancelled

        return tell

    for most in (3, 12, 30):
        with pytest.raises(Cancelled):
            move(home / "workspace.db", target, tmp_path, stop_at(most))
        with pytest.raises(WorkspaceError, match="unfinished"):
            Workspace(target, tmp_path / "exports")
    source.projects.pause("other")
    source.projects.resume("other")
    lease = source.queue.claim("other", "ann", "t")
    assert lease
    with pytest.raises(NotAllowed, match=r"1 labeler has tasks of .* open: ann"):
        move(home / "workspace.db", target, tmp_path)
    source.queue.submit(lease.task, "ann", COKE, "t")  # the next attempt begins anew: the source is another
    move(home / "workspace.db", target, tmp_path)
    moved = Workspace(target, tmp_path / "exports")
    same(source, moved, tmp_path)
    moved.close()


@pytest.mark.parametrize("address", ["sqlite", "postgres"], indirect=True)
def test_a_backup_is_a_workspace(
    open_workspace: Callable[[], Workspace], address: Path | str, images: Path, tmp_path: Path
) -> None:
    source = open_workspace()
    fill(source, images)
    file = tmp_path / "backup.db"
    held = source.queue.claim("other", "eve", "e")
    assert held
    source.upkeep.backup(file)
    source.queue.give_back("e")
    assert sorted(path.name for path in tmp_path.iterdir() if "backup" in path.name) == ["backup.db"]
    copy = Workspace(file, tmp_path / "exports")
    assert copy.queue.leased_by_others("other", "") == (), "whoever was at work at that moment has nothing open there"
    move(file, tmp_path / "restored.db", tmp_path)
    same(source, copy, tmp_path)
    copy.close()
    with pytest.raises(AlreadyExists):
        source.upkeep.backup(file)
    with pytest.raises(LabelerError):
        source.upkeep.backup(file / "below-a-file.db")


@pytest.mark.parametrize("address", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE tally SET n = n + 1 WHERE kind = 'class'", "class “coke”; a count gives 2"),
        ("UPDATE tally SET n = n + 1 WHERE kind = 'state' AND key = 'completed'", "state “completed”"),
        ("UPDATE task SET label_id = 3 WHERE label_id = 1", "another task's, or gone"),
        ("UPDATE task SET state = 'completed' WHERE label_id IS NULL AND missing = 0", "without a submission"),
        ("UPDATE task_block SET n = n - 1", "counted wrongly"),
        ("UPDATE state_block SET n = n + 1 WHERE state = 'missing'", "wrongly for the state “missing”"),
        ("DELETE FROM state_block WHERE state = 'skipped'", "wrongly for the state “skipped”"),
        ("UPDATE draft SET project_id = 99", "another project"),
    ],
)
def test_what_does_not_fit_is_found(
    open_workspace: Callable[[], Workspace], images: Path, harm: str, said: str, address: Path | str
) -> None:
    source = open_workspace()
    fill(source, images)
    assert source.upkeep.check() == ()
    with source._database.write() as tx:
        from tui_labeler.store import counters

        counters.fold(tx)
        tx.run(harm)
    found = source.upkeep.check()
    assert any(said in fault.words for fault in found), found
    source.upkeep.count_anew()
    left = source.upkeep.check()
    assert left == tuple(fault for fault in found if not fault.is_count), "what is no count stays as it is, and is told"
    if said.startswith(("class", "state", "wrongly", "counted")):
        assert left == ()
        assert source.projects.status("soda").completed == 2
