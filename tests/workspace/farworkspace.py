"""A workspace over a line that breaks, and a labeler who works there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.postgres import Server
from tests.workspace.conftest import SIZE, make_images, make_spec
from tests.workspace.cutline import CutLine
from tests.workspace.test_cut_line import regions
from tui_labeler.labeling.open_line import AHEAD, OpenLine
from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.project import ProjectSpec
from tui_labeler.workspace import Workspace


def eventually(is_so: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


class Far:
    """A workspace of some images, straight (`near`) and over a line that breaks (`sit` begins a session there)."""

    def __init__(self, server: Server, folder: Path, images: int, spec: ProjectSpec | None = None) -> None:
        self.folder, self.told = folder, list[str]()
        straight = server.fresh()
        self.line = CutLine(server.folder / ".s.PGSQL.5432")
        self.url = straight.partition("?")[0].replace("@/", f"@127.0.0.1:{self.line.port}/")
        make_images(folder / "images", images)
        self.near = Workspace(straight, folder / "exports", folder=folder)
        self.near.datasets.add_datastore("cans", str(folder / "images"))
        self.near.projects.create(spec or make_spec())
        self.far = Workspace(self.url, folder / "exports", folder=folder)
        self.lines: list[OpenLine] = []

    def sit(self, labeler: str = "ann") -> tuple[LabelingSession, OpenLine]:
        line = self.far.sessions.open_line("soda", labeler, self.folder / "state", self.told.append, lambda: None)
        assert line is not None
        self.lines.append(line)
        return self.far.sessions.labeling("soda", labeler, line), line

    def submitted(self) -> list[str]:
        """The paths in the order in which they arrived."""
        with self.near._database.read() as tx:
            return [
                path
                for (path,) in tx.all("SELECT t.path FROM submission b JOIN task t ON t.id = b.task_id ORDER BY b.id")
            ]

    def close(self) -> None:
        for line in self.lines:
            line.close()
        self.line.close()
        self.far.close()
        self.near.close()


def begun(session: LabelingSession, line: OpenLine) -> None:
    session.begin()
    eventually(lambda: len(line._ahead) == AHEAD)


def label(session: LabelingSession) -> str:
    """Labels the open task; its path."""
    assert session.task is not None
    path = session.task.path
    draft = session.start
    for region in regions(path):
        draft = draft.added(region)
        session.save(draft)
    session.submit(draft, SIZE)
    return path
