"""Projects: made, listed, changed, paused, refreshed, deleted."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.model.listing import ProjectNews
from tui_labeler.model.progress import Progress, silent
from tui_labeler.model.project import ProjectSpec, changed_since
from tui_labeler.model.tasks import Losses, ProjectState, ProjectSummary, RefreshResult, Status
from tui_labeler.store import listing, projects, task_queries
from tui_labeler.store.database import Database
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace.datasets import Datasets

# What lists, reads and writes files is imported where it is used: `status` needs none of it, and starts twice as fast.


class Projects:
    """The projects of a workspace, by their names."""

    def __init__(self, database: Database, clock: Callable[[], float], datasets: Datasets) -> None:
        self._database, self._clock, self._datasets = database, clock, datasets

    def create(self, spec: ProjectSpec, progress: Progress = silent) -> RefreshResult:
        """Lists the dataset, then makes the project and a task of every image, in one transaction: a project is there
        whole or not at all."""
        from tui_labeler.workspace import creation

        return creation.create(self._database, self._datasets.open, spec, self._clock, progress)

    def summaries(self) -> tuple[ProjectSummary, ...]:
        """Newest first."""
        with self._database.read() as tx:
            return projects.summaries(tx)

    def news(self) -> dict[str, ProjectNews]:
        """By the projects' names: who is at work on each, and what came of it."""
        with self._database.read() as tx:
            return listing.news(tx, self._clock())

    def specification(self, project: str) -> ProjectSpec:
        """The seven steps as created, with what was changed since."""
        return self.row(project).spec

    def known(self, project: str) -> tuple[ProjectSpec, int]:
        """The specification, and the last edit of classes that it knows of (see `ClassList`)."""
        row = self.row(project)
        return row.spec, row.class_edit

    def status(self, project: str) -> Status:
        with self._database.read() as tx:
            return projects.status(tx, projects.project(tx, project))

    def pause(self, project: str, who: str = "") -> None:
        """A paused project hands out no tasks; labels that are on their way are still taken. `who` pauses it: labelers are
        told; where there are roles it is whoever is signed in."""
        team = self._database.team
        with self._database.write() as tx:
            projects.set_status(tx, project, ProjectState.PAUSED, team.person if team else who)

    def resume(self, project: str) -> None:
        with self._database.write() as tx:
            projects.set_status(tx, project, ProjectState.RUNNING)

    def change(self, project: str, spec: ProjectSpec, made_from: ProjectSpec | None = None) -> None:
        """Changes workforce, refresh, classes, instructions or assist of a project. Raises BadInput for a problem of the
        specification, and for what cannot change: name, task type, dataset, a class that labels use. Where others may have
        changed the project since `made_from` was read, only what differs from that changes; NotAllowed where that are the
        classes, and theirs did."""
        from tui_labeler.workspace.creation import require_sound

        require_sound(spec)
        with self._database.write() as tx:
            now = projects.project(tx, project).spec
            if made_from is not None:
                spec = changed_since(spec, made_from, now)
                require_sound(spec)
            before = now.workforce
            task_queries.change(tx, project, spec)
            after = spec.workforce
            if (before.labels, before.labels_share) != (after.labels, after.labels_share):
                from tui_labeler.workspace import answering

                answering.apply_rules(tx, projects.project(tx, project), before, self._clock())

    def losses(self, project: str) -> Losses:
        """What would be gone if the project were deleted."""
        with self._database.read() as tx:
            return task_queries.losses(tx, projects.project(tx, project).id)

    def delete(self, project: str) -> None:
        """Its tasks, labels and drafts are gone; images and exports stay; its name is free again."""
        with self._database.write() as tx:
            projects.delete(tx, project)

    def refresh(self, project: str, progress: Progress = silent, allow_missing: bool = False) -> RefreshResult:
        """Looks for new, changed and vanished images now. No image is opened. Raises MostVanished where most images are
        gone at once, as when a disk is not mounted, but for `allow_missing`."""
        from tui_labeler.workspace import creation

        return creation.refresh(self._database, self._datasets.open, project, self._clock, progress, allow_missing)

    def refresh_due(self, project: str, progress: Progress = silent) -> RefreshResult | None:
        """Refreshes if the project's interval is over; None if it is not, or incremental refresh is off."""
        row = self.row(project)
        if self._database.team is not None and not self._database.team.is_owner:
            return None  # an owner's program does it, or a schedule of theirs
        if row.refresh_seconds is None or self._clock() < row.refreshed + row.refresh_seconds:
            return None
        return self.refresh(project, progress)

    def row(self, name: str) -> ProjectRow:
        """A project as it is stored, with its datastore and dataset. Raises NotFound."""
        with self._database.read() as tx:
            return projects.project(tx, name)
