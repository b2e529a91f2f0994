"""A labeler whose line to the server is cut at any moment sends again, and everything is there once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.workspace.conftest import SIZE, make_images, make_spec
from tests.workspace.cutline import CutLine
from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.errors import Unreachable
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.workspace import Workspace

TASKS = 60


def regions(path: str) -> tuple[Region, ...]:
    """What is to be seen on an image."""
    number = int(path[6:11])
    return tuple(Region("coke", Box(number / 4, 1, number / 4 + 9, 9 + index)) for index in range(2))


@pytest.mark.slow
def test_every_submission_is_there_once_however_often_the_line_is_cut(
    postgres: Server, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    straight = postgres.fresh()
    line = CutLine(postgres.folder / ".s.PGSQL.5432")
    far = straight.partition("?")[0].replace("@/", f"@127.0.0.1:{line.port}/")
    make_images(tmp_path / "images", TASKS)
    near = Workspace(straight, tmp_path / "exports", folder=tmp_path)
    near.datasets.add_datastore("cans", str(tmp_path / "images"))
    near.projects.create(make_spec())
    labeler = Workspace(far, tmp_path / "exports", folder=tmp_path)
    draw, is_over = random.Random(3), threading.Event()

    def cuts() -> None:
        while not is_over.wait(draw.uniform(0.005, 0.06)):
            line.cut()

    cutter = threading.Thread(target=cuts)
    cutter.start()
    try:
        repeated = _label_all(labeler.sessions.labeling("soda", "ann"))
    finally:
        is_over.set()
        cutter.join()
        line.close()
        labeler.close()
    with near._database.read() as tx:
        submitted = Counter(task_id for (task_id,) in tx.all("SELECT task_id FROM submission"))
    assert len(submitted) == TASKS
    assert set(submitted.values()) == {1}
    status = near.projects.status("soda")
    assert (status.completed, status.classes["coke"], status.labelers) == (TASKS, 2 * TASKS, {"ann": TASKS})
    for task in near.tasks.page("soda", TaskFilter(), 0, TASKS):
        labels = near.tasks.history(task)[0].labels
        assert labels is not None
        assert labels.regions == regions(task.path), "each image has what was drawn on it"
    assert near.projects.losses("soda").drafts == 0
    assert near.upkeep.check() == ()
    assert repeated, "no cut came at a moment that mattered"
    near.close()
    record_property(
        "table: a line that is cut", f"{line.cuts} cuts, {repeated} calls sent again, {TASKS} submissions once each"
    )


def _label_all(session: LabelingSession) -> int:
    """Labels until nothing is left; how many calls had to be made again."""
    repeated = 0

    def patiently(call: object, *values: object) -> None:
        nonlocal repeated
        for _ in range(1000):
            try:
                call(*values)  # type: ignore[operator]
                return
            except Unreachable:
                repeated += 1
        raise AssertionError("the server was never reached")

    patiently(session.begin)
    while session.task is not None:
        draft = session.start
        for region in regions(session.task.path):
            draft = draft.added(region)
            patiently(session.save, draft)
        patiently(session.submit, draft, SIZE)
    return repeated
