"""The methods of a workspace. Long ones tell a progress callback, which may raise `Cancelled`."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tui_labeler.model.assist import Tried
from tui_labeler.model.azure import AzureOptions
from tui_labeler.model.progress import Progress, silent
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import (
    Losses,
    ProjectState,
    ProjectSummary,
    RefreshResult,
    Status,
    Submission,
    Task,
    TaskFilter,
)
from tui_labeler.store import browse, memos, projects, queue
from tui_labeler.store.database import Database
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace.assistance import Assistance
from tui_labeler.workspace.exchange import Exchange

if TYPE_CHECKING:
    from tui_labeler.assist.assistant import Assistant
    from tui_labeler.labeling.sheetsitting import SheetSitting
    from tui_labeler.labeling.sitting import Sitting
    from tui_labeler.workspace.cloudtraining import Cloud

# What lists, reads and writes files is imported where it is used: `status` needs none of it, and starts twice as fast.


class Workspace(Assistance, Exchange):
    """A database of projects with its datastores and datasets."""

    def __init__(
        self,
        database: Path,
        exports_folder: Path,
        create: bool = True,
        clock: Callable[[], float] = time.time,
        azure: AzureOptions = AzureOptions(),  # noqa: B008 - frozen
    ) -> None:
        """Opens the workspace in the file `database`, and makes it where it is not there (`create`)."""
        super().__init__(Database(database, create), clock)
        self.exports_folder = exports_folder
        self._azure = azure
        self._connect = lambda place: self.cloud.connect(place)

    @cached_property
    def cloud(self) -> Cloud:
        """Azure ML; nothing of it is imported before it is asked for something."""
        from tui_labeler.workspace.cloudtraining import Cloud

        return Cloud(self, self._azure)

    def close(self) -> None:
        self.stop_assistants()
        if "cloud" in self.__dict__:
            self.cloud.close()
        self._database.close()

    def now(self) -> float:
        """Seconds since 1970 by the clock that this workspace writes times with."""
        return self._clock()

    # Projects

    def create_project(self, spec: ProjectSpec, progress: Progress = silent) -> RefreshResult:
        """Lists the dataset, then makes the project and a task of every image, in one transaction: a project is there
        whole or not at all."""
        from tui_labeler.workspace import creation

        return creation.create(self._database, self._open, spec, self._clock, progress)

    def projects(self) -> tuple[ProjectSummary, ...]:
        """Newest first."""
        with self._database.read() as tx:
            return projects.summaries(tx)

    def specification(self, project: str) -> ProjectSpec:
        """The seven steps as created, with what was changed since."""
        return self._project(project).spec

    def status(self, project: str) -> Status:
        with self._database.read() as tx:
            return projects.status(tx, projects.project(tx, project))

    def pause(self, project: str) -> None:
        """A paused project hands out no tasks; labels that are on their way are still taken."""
        with self._database.write() as tx:
            projects.set_status(tx, project, ProjectState.PAUSED)

    def resume(self, project: str) -> None:
        with self._database.write() as tx:
            projects.set_status(tx, project, ProjectState.RUNNING)

    def change_project(self, project: str, spec: ProjectSpec) -> None:
        """Changes workforce, refresh, classes, instructions or assist of a project. Raises BadInput for a problem of the
        specification, and for what cannot change: name, task type, dataset, a class that labels use."""
        from tui_labeler.workspace.creation import require_sound

        require_sound(spec)
        with self._database.write() as tx:
            browse.change(tx, project, spec)

    def losses(self, project: str) -> Losses:
        """What would be gone if the project were deleted."""
        with self._database.read() as tx:
            return browse.losses(tx, projects.project(tx, project).id)

    def change_mark(self) -> tuple[int, int]:
        """A value that differs from the one before if anyone has written to the workspace since: the cheap question of a
        dashboard that follows others. Ask always from the same thread."""
        return self._database.change_mark()

    def delete_project(self, project: str) -> None:
        """Its tasks, labels and drafts are gone; images and exports stay; its name is free again."""
        with self._database.write() as tx:
            projects.delete(tx, project)

    def refresh(self, project: str, progress: Progress = silent) -> RefreshResult:
        """Looks for new, changed and vanished images now. No image is opened."""
        from tui_labeler.workspace import creation

        return creation.refresh(self._database, self._open, project, self._clock, progress)

    def refresh_due(self, project: str, progress: Progress = silent) -> RefreshResult | None:
        """Refreshes if the project's interval is over; None if it is not, or incremental refresh is off."""
        found = self._project(project)
        if found.refresh_seconds is None or self._clock() < found.refreshed + found.refresh_seconds:
            return None
        return self.refresh(project, progress)

    # Tasks

    def sitting(self, project: str, labeler: str) -> Sitting:
        """A labeler's sitting at a project; nothing is claimed yet."""
        from tui_labeler.labeling.sitting import Sitting

        return Sitting(self, project, labeler)

    def sheet_sitting(self, project: str, labeler: str) -> SheetSitting:
        """A sitting with several images at a time, for classification."""
        from tui_labeler.labeling.sheetsitting import SheetSitting

        return SheetSitting(self, project, labeler)

    def task(self, project: str, path: str) -> Task:
        """The task of an image, by its path in the datastore."""
        with self._database.read() as tx:
            return queue.task_by_path(tx, projects.project(tx, project).id, project, path)

    def tasks(self, project: str, chosen: TaskFilter, offset: int, limit: int) -> tuple[Task, ...]:
        """A page of the tasks that the filter lets through, in an order that stays."""
        with self._database.read() as tx:
            return browse.tasks(tx, projects.project(tx, project).id, project, chosen, offset, limit)

    def count_tasks(self, project: str, chosen: TaskFilter) -> int:
        """How many tasks the filter lets through."""
        with self._database.read() as tx:
            return browse.count(tx, projects.project(tx, project).id, chosen)

    def history(self, task: Task) -> tuple[Submission, ...]:
        """Every submission of a task, the newest (which counts) first."""
        with self._database.read() as tx:
            return queue.history(tx, task.id)

    def read_image(self, project: str, path: str) -> bytes:
        """The bytes of an image of the project."""
        return self._open(self._project(project).datastore).read(path)

    def assistant(self, project: str) -> Assistant:
        """An assistant at work on the project until the workspace is closed; the same one however often it is asked for."""
        from tui_labeler.assist.assistant import Assistant

        with self._assistants_lock:
            found = self._assistants.get(project)
            if found is None:
                found = self._assistants[project] = Assistant(self, project)
                found.start()
        return found

    def try_model(self, project: str, model_file: str, classes: tuple[str, ...], image: str = "") -> tuple[str, Tried]:
        """(an image of the project, what the model file proposes for it): nothing is kept. Raises EngineError."""
        from tui_labeler.assist.trying import try_model

        path = image or self.tasks(project, TaskFilter(), 0, 1)[0].path
        return path, try_model(self.specification(project), model_file, classes, self.read_image(project, path))

    def use_model(self, project: str, model_file: str, classes: tuple[str, ...]) -> None:
        """Takes a copy of the model file into the workspace, and has it propose from now on."""
        from tui_labeler.assist.modelfiles import keep_model

        spec = self.specification(project)
        kept = keep_model(Path(model_file), self._database.path.parent / "models")
        assist = msgspec.structs.replace(spec.assist, enabled=True, engine="onnx", model=str(kept), classes=classes)
        self.change_project(project, msgspec.structs.replace(spec, assist=assist))

    # Small things that the app remembers

    def remember(self, key: str, value: str | None) -> None:
        """Keeps a text under `key` in the workspace; None forgets it."""
        with self._database.write() as tx:
            memos.write(tx, key, value)

    def recall(self, key: str) -> str | None:
        with self._database.read() as tx:
            return memos.read(tx, key)

    def _project(self, name: str) -> ProjectRow:
        with self._database.read() as tx:
            return projects.project(tx, name)
