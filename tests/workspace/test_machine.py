"""Whatever people do in whatever order: the counters are those of a recount."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.workspace.conftest import SIZE, make_images, make_spec
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Task, TaskFilter, TaskState
from tui_labeler.workspace import Workspace

NAMES = ("coke", "diet_coke", "sprite")
labels = st.lists(st.sampled_from(NAMES), max_size=4).map(
    lambda names: Labels(SIZE, tuple(Region(name, Box(0, 0, 5, 5)) for name in names))
)


class Labelers(RuleBasedStateMachine):
    """Two labelers, a folder that changes under them, and everything counted again after each step."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        make_images(self.folder / "images", 4)
        self.workspace = Workspace(self.folder / "w.db", self.folder / "x")
        self.workspace.datasets.add_datastore("cans", str(self.folder / "images"))
        self.workspace.projects.create(make_spec())
        self.submissions = 0

    def teardown(self) -> None:
        self.workspace.close()
        shutil.rmtree(self.folder)

    @rule(who=st.sampled_from(("ann", "bob")), given_labels=st.one_of(st.none(), labels))
    def label_the_next(self, who: str, given_labels: Labels | None) -> None:
        lease = self.workspace.queue.claim("soda", who, who)
        if lease:
            self.workspace.queue.submit(lease.task, who, given_labels, who)
            self.submissions += 1

    @rule(who=st.sampled_from(("ann", "bob")), given_labels=st.one_of(st.none(), labels), index=st.integers(0, 9))
    def correct(self, who: str, given_labels: Labels | None, index: int) -> None:
        tasks = self.all_tasks()
        self.workspace.queue.submit(tasks[index % len(tasks)], who, given_labels)
        self.submissions += 1

    @rule(number=st.integers(0, 6), what=st.sampled_from(("touch", "remove", "write")))
    def the_folder_changes(self, number: int, what: str) -> None:
        path = self.folder / "images" / f"image_{number:05d}.jpg"
        if what == "remove":
            path.unlink(missing_ok=True)
        elif what == "write" or not path.exists():
            path.write_bytes(b"x" * (number + 1))
        else:
            os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))

    @rule()
    def refresh(self) -> None:
        self.workspace.projects.refresh("soda")

    def all_tasks(self) -> tuple[Task, ...]:
        return self.workspace.tasks.page("soda", TaskFilter(), 0, 1000)

    @invariant()
    def the_counters_are_a_recount(self) -> None:
        status = self.workspace.projects.status("soda")
        here = [task for task in self.all_tasks() if not task.missing]
        assert status.total == len(here)
        assert status.missing == len(self.all_tasks()) - len(here)
        for state in TaskState:
            assert getattr(status, state.name.lower()) == sum(task.state is state for task in here), state
        classes: dict[str, int] = {}
        labelers: dict[str, int] = {}
        for task in here:
            if task.state in (TaskState.COMPLETED, TaskState.SKIPPED):
                entry = self.workspace.tasks.current_labels(task)
                assert entry is not None
                if entry.labels is not None:
                    for name, count in entry.labels.class_counts().items():
                        classes[name] = classes.get(name, 0) + count
                    labelers[entry.labeler] = labelers.get(entry.labeler, 0) + 1
        assert {name: n for name, n in status.classes.items() if n} == classes
        assert {name: n for name, n in status.labelers.items() if n} == labelers
        assert sum(len(self.workspace.tasks.history(task)) for task in self.all_tasks()) == self.submissions


Labelers.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLabelers = Labelers.TestCase
