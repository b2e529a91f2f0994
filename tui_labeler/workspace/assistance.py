"""The part of the workspace that proposes: prelabels, wherever they come from, and the assistants that make them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from tui_labeler.model.assist import AssistState, AssistUse, EngineInfo
from tui_labeler.model.errors import BadInput
from tui_labeler.model.labelrules import labels_problem
from tui_labeler.model.prelabels import Prelabel, PrelabelCounts
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Task
from tui_labeler.model.training import Training
from tui_labeler.store import memos, prelabels, projects, queue
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace.desk import Desk
from tui_labeler.workspace.processes import is_dead

if TYPE_CHECKING:
    from tui_labeler.assist.assistant import Assistant

# A proposal that no submitted region overlaps by so much was looked at and not taken.
_REFUSED_BELOW = 0.3
# One process assists a project; another one takes over if it is not heard of for so long, in seconds.
_SILENT_SECONDS = 120.0


class Assistance(Desk):
    """Proposals for the tasks of a project."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        super().__init__(database, clock)
        self._assistants: dict[str, Assistant] = {}
        self._assistants_lock = threading.Lock()

    # Prelabels

    def put_prelabels(self, project: str, entries: Iterable[tuple[Task, Prelabel]]) -> int:
        """Proposes labels for tasks, in one transaction; returns for how many. Passed over are tasks that are submitted
        already, and those for which a person brought labels along, if a model proposes. Raises BadInput, and keeps
        nothing, for labels that the project does not take."""
        taken = 0
        with self._database.write() as tx:
            found = projects.project(tx, project)
            for task, entry in entries:
                problem = labels_problem(found.spec, entry.labels)
                if problem or not 0.0 <= entry.confidence <= 1.0:
                    raise BadInput(f"{task.path}: {problem or 'the confidence is not between 0 and 1.'}")
                entry = entry if entry.at else msgspec.structs.replace(entry, at=self._clock())
                taken += prelabels.put(tx, found.id, task.id, entry)
        return taken

    def prelabel(self, task: Task) -> Prelabel | None:
        """What is proposed for a task, or was before it was submitted; None where there is nothing."""
        with self._database.read() as tx:
            return prelabels.get(tx, task.id)

    def drop_prelabel(self, task: Task) -> bool:
        """Takes the proposal for a task away; whether there was one."""
        with self._database.write() as tx:
            return prelabels.drop(tx, projects.project(tx, task.project).id, task.id)

    def drop_prelabels(self, project: str) -> int:
        """Takes away what models propose for open tasks; what persons brought along stays. Returns how many."""
        with self._database.write() as tx:
            return prelabels.drop_of_models(tx, projects.project(tx, project).id)

    def prelabel_counts(self, project: str) -> PrelabelCounts:
        with self._database.read() as tx:
            return prelabels.counts(tx, projects.project(tx, project).id)

    def past_prelabels(self, project: str, source: str, count: int) -> tuple[tuple[Labels, Labels], ...]:
        """(what the model `source` proposed, what labelers made of it) of the newest submitted tasks, newest first."""
        with self._database.read() as tx:
            return tuple(prelabels.past(tx, projects.project(tx, project).id, source, count))

    def tasks_to_prelabel(self, project: str, source: str, count: int) -> tuple[Task, ...]:
        """Of the next `count` tasks those that the model `source` may propose for, and has not."""
        with self._database.read() as tx:
            return queue.without_prelabel(tx, projects.project(tx, project).id, project, source, count)

    def training_labels(self, project: str, count: int) -> tuple[tuple[str, Labels, tuple[Region, ...]], ...]:
        """(path, labels, proposals that were not taken) of the newest submitted tasks, oldest first."""
        with self._database.read() as tx:
            found = list(prelabels.teaching(tx, projects.project(tx, project).id, count))
        return tuple((path, labels, _refused(shown, labels)) for path, labels, shown in reversed(found))

    # Assistants

    def engines(self, kind: TaskType) -> tuple[EngineInfo, ...]:
        """Every engine for tasks of this kind, with why it cannot be used here."""
        from tui_labeler.assist.engines import engines

        return engines(kind)

    def assist_state(self, project: str) -> AssistState:
        """What is known of the project's model."""
        with self._database.read() as tx:
            found = projects.project(tx, project)
            text = memos.read(tx, f"{_key(found)}/state")
        try:
            return msgspec.json.decode(text, type=AssistState) if text else AssistState(found.spec.assist.engine)
        except msgspec.DecodeError:
            return AssistState(found.spec.assist.engine)  # another version wrote it: the next training writes it anew

    def keep_assist_state(self, project: str, state: AssistState) -> None:
        with self._database.write() as tx:
            found = projects.project(tx, project)
            memos.write(tx, f"{_key(found)}/state", msgspec.json.encode(state).decode())

    def training(self, project: str) -> Training | None:
        """The last training of the project's model in Azure ML, as it was when Azure was last asked."""
        with self._database.read() as tx:
            text = memos.read(tx, f"{_key(projects.project(tx, project))}/training")
        try:
            return msgspec.json.decode(text, type=Training) if text else None
        except msgspec.DecodeError:
            return None  # another version wrote it

    def keep_training(self, project: str, training: Training | None) -> None:
        text = msgspec.json.encode(training).decode() if training is not None else None
        with self._database.write() as tx:
            memos.write(tx, f"{_key(projects.project(tx, project))}/training", text)

    def may_assist(self, project: str) -> bool:
        """Whether this process is the one that assists the project: the first that asks, until it ends or is silent."""
        with self._database.read() as tx:
            found = projects.project(tx, project)
            holder = self._assisted_by(tx, found)
        if holder is not None and holder[0] == self._process and self._clock() < holder[1] + _SILENT_SECONDS / 4:
            return True
        with self._database.write() as tx:
            holder = self._assisted_by(tx, found)
            if holder is not None and holder[0] != self._process:
                process, at = holder
                if not is_dead(process) and self._clock() < at + _SILENT_SECONDS:
                    return False
            memos.write(tx, f"{_key(found)}/by", msgspec.json.encode((self._process, self._clock())).decode())
        return True

    def _assisted_by(self, tx: Transaction, found: ProjectRow) -> tuple[str, float] | None:
        text = memos.read(tx, f"{_key(found)}/by")
        try:
            return msgspec.json.decode(text, type=tuple[str, float]) if text else None
        except msgspec.DecodeError:
            return None

    def assist_use(self, project: str) -> AssistUse:
        """What proposals were good for so far."""
        with self._database.read() as tx:
            return prelabels.use(tx, projects.project(tx, project).id)

    def stop_assistants(self) -> None:
        with self._assistants_lock:
            found, self._assistants = self._assistants, {}
        for one in found.values():
            one.stop()


def _key(found: ProjectRow) -> str:
    """What is remembered of a project's assistance goes with this very project, not with its name."""
    return f"assist/{found.id}/{found.created}"


def _refused(shown: Labels | None, labels: Labels) -> tuple[Region, ...]:
    if shown is None:
        return ()
    boxes = [region.extent for region in labels.regions]
    return tuple(region for region in shown.regions if all(region.extent.iou(box) < _REFUSED_BELOW for box in boxes))
