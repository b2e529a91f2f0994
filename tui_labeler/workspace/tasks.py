"""The tasks of a project: looked at, counted, filtered; their labels, and the bytes of their images."""

from __future__ import annotations

from collections.abc import Sequence

from tui_labeler.elapsed import elapsed
from tui_labeler.model.errors import Unreachable, WorkspaceError
from tui_labeler.model.regions import Region
from tui_labeler.model.tasks import Datastore, FoundTasks, Submission, Task, TaskFilter, TaskOrder
from tui_labeler.store import blocks, filtering, finding, projects, sorting, submissions, task_queries, task_rows
from tui_labeler.store.database import Database
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.projects import Projects

_KNOWN_SECONDS = 60.0


class Tasks:
    """Looking at tasks; `TaskQueue` is where they are worked on."""

    def __init__(self, database: Database, datasets: Datasets, projects: Projects) -> None:
        self._database, self._datasets, self._projects = database, datasets, projects
        self._known: dict[str, tuple[Datastore, float]] = {}

    def get(self, project: str, path: str) -> Task:
        """The task of an image, by its path in the datastore."""
        with self._database.read() as tx:
            return task_rows.task_by_path(tx, projects.project(tx, project).id, project, path)

    def project_created(self, project: str) -> float:
        """When the project was made, in seconds since 1970."""
        return self._projects.row(project).created

    def page(self, project: str, chosen: TaskFilter, offset: int, limit: int) -> tuple[Task, ...]:
        """A page of the tasks that the filter lets through, in an order that stays."""
        with self._database.read() as tx:
            return task_queries.tasks(tx, projects.project(tx, project).id, project, chosen, offset, limit)

    def find(self, project: str, chosen: TaskFilter, after: int, limit: int, looks: int | None = None) -> FoundTasks:
        """The first `limit` tasks behind the id `after` that the filter lets through; where `looks` is given, fewer once so
        many ids were looked at."""
        with self._database.read() as tx:
            return finding.find(tx, projects.project(tx, project).id, chosen, after, limit, looks)

    def counting(self, tasks: Sequence[Task]) -> dict[int, Submission]:
        """The submissions that count for a page of tasks, by the tasks' ids; open tasks have none."""
        with self._database.read() as tx:
            submissions = task_queries.counting(tx, [task.label_id for task in tasks if task.label_id is not None])
        return {task.id: submissions[task.label_id] for task in tasks if task.label_id in submissions}

    def sorted_ids(self, project: str, chosen: TaskFilter, order: TaskOrder, backwards: bool = False) -> Sequence[int]:
        """The ids of all tasks that the filter lets through, sorted; with a million it takes seconds."""
        with self._database.read() as tx:
            return sorting.sorted_ids(tx, projects.project(tx, project).id, chosen, order, backwards)

    def of_ids(self, project: str, ids: Sequence[int]) -> tuple[Task, ...]:
        """A page of tasks, in this order."""
        with self._database.read() as tx:
            return task_queries.tasks_of(tx, projects.project(tx, project).id, project, ids)

    def is_counted(self, chosen: TaskFilter) -> bool:
        """Whether `count` is known however many tasks there are; otherwise it looks at each."""
        return filtering.counted(chosen) is not None

    def count(self, project: str, chosen: TaskFilter) -> int:
        """How many tasks the filter lets through."""
        with self._database.read() as tx:
            return task_queries.count(tx, projects.project(tx, project).id, chosen)

    def position(self, task: Task) -> int:
        """Which one of its project's tasks this is, from 1."""
        with self._database.read() as tx:
            return blocks.position(tx, projects.project(tx, task.project).id, task.id)

    def history(self, task: Task) -> tuple[Submission, ...]:
        """Every submission of a task, the newest (which counts) first."""
        with self._database.read() as tx:
            return submissions.history(tx, task.id)

    def current_labels(self, task: Task) -> Submission | None:
        """The submission that counts; None where the task has none yet."""
        with self._database.read() as tx:
            return task_queries.current_labels(tx, task.id)

    def recent_regions(self, project: str, count: int = 200) -> tuple[Region, ...]:
        """The regions of the newest submissions that count, to learn sizes from."""
        with self._database.read() as tx:
            return task_queries.recent_regions(tx, projects.project(tx, project).id, count)

    def read_image(self, project: str, path: str) -> bytes:
        """The bytes of an image of the project."""
        return self._datasets.open(self._datastore(project)).read(path)

    def _datastore(self, project: str) -> Datastore:
        """Where the project's images are. Over a line it is not asked for again for a while, and not where it is cut: a
        project keeps its dataset."""
        if not self._database.dialect.many_writers:
            return self._projects.row(project).datastore
        known, asked = self._known.get(project, (None, 0.0))
        if known is None or elapsed() - asked > _KNOWN_SECONDS:
            try:
                known = self._projects.row(project).datastore
            except (Unreachable, WorkspaceError):
                if known is None:
                    raise
            else:
                self._known[project] = (known, elapsed())
        return known
