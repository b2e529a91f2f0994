"""A project over generated images, in a workspace with an assistant."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.assist.drawn import CLASSES, save_images
from tui_labeler.model.assist import AssistState
from tui_labeler.model.project import Assist, Classes, DatasetChoice, Details, ProjectSpec, TaskOrder
from tui_labeler.workspace import Workspace


class Toys:
    """A project over generated images, and who labels them rightly."""

    def __init__(
        self, folder: Path, count: int, engine: str = "fewshot", order: TaskOrder = TaskOrder.GIVEN, model: str = ""
    ) -> None:
        self.truth = save_images(folder / "images", count)
        self.workspace = Workspace(folder / "w.db", folder / "x")
        self.workspace.datasets.add_datastore("toys", str(folder / "images"))
        spec = ProjectSpec(Details("toys"), dataset=DatasetChoice("all", "toys"), classes=Classes(CLASSES))
        assist = Assist(True, engine, order, model=model)
        self.workspace.projects.create(msgspec.structs.replace(spec, assist=assist))

    def label(self, count: int) -> None:
        for _ in range(count):
            lease = self.workspace.queue.claim("toys", "ann", "t")
            assert lease is not None
            self.workspace.queue.submit(lease.task, "ann", self.truth[lease.task.path], "t")
        self.workspace.assist.assistant("toys").wake()

    def wait(self, until: Callable[[AssistState], bool], seconds: float = 90) -> AssistState:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.workspace.assist.state("toys")
            if until(state):
                return state
            time.sleep(0.05)
        raise AssertionError(f"it did not happen: {state}")

    @property
    def waiting(self) -> int:
        return self.workspace.proposals.counts("toys").waiting
