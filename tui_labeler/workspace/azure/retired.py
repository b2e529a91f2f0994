"""Projects of the retired labeling service, for as long as it answers."""

from __future__ import annotations

from tui_labeler.model.azure import RemoteExport, RemoteProject
from tui_labeler.model.errors import NotFound
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.project import ProjectSpec
from tui_labeler.workspace.azure.account import Account
from tui_labeler.workspace.azure.catalog import Catalog


class RetiredProjects:
    """The service's projects by their names. Every method may raise `Retired`."""

    def __init__(self, account: Account, catalog: Catalog) -> None:
        self._account, self._catalog = account, catalog

    def list(self, progress: Progress = silent) -> tuple[RemoteProject, ...]:
        jobs = self._account.connection.jobs(self._account.chosen)
        return self._account.connection.run(jobs.list(), lambda: progress(Step.AZURE, 0, 0))

    def get(self, name: str, progress: Progress = silent) -> RemoteProject:
        jobs = self._account.connection.jobs(self._account.chosen)
        return self._account.connection.run(jobs.get(name), lambda: progress(Step.AZURE, 0, 0))

    def create(self, spec: ProjectSpec, asset: str, progress: Progress = silent) -> RemoteProject:
        """Creates a project there, from the wizard's specification and a data asset NAME or NAME:VERSION."""
        from tui_labeler.azure import resources
        from tui_labeler.workspace.creation import require_sound

        require_sound(spec)
        name, _, version = asset.partition(":")
        data_asset = self._catalog.asset(name, version, progress)
        data_id = resources.resource_id(self._account.chosen, "data", data_asset.name, data_asset.version)
        at = [Step.AZURE]
        work = self._account.connection.jobs(self._account.chosen).create(
            spec.details.name, spec, data_id, lambda _: _waits(at)
        )
        return self._account.connection.run(work, lambda: progress(at[0], 0, 0))

    def pause(self, name: str, progress: Progress = silent) -> None:
        self._account.connection.run(
            self._account.connection.jobs(self._account.chosen).pause(name), lambda: progress(Step.AZURE, 0, 0)
        )

    def resume(self, name: str, progress: Progress = silent) -> None:
        at = [Step.AZURE]
        work = self._account.connection.jobs(self._account.chosen).resume(name, lambda _: _waits(at))
        self._account.connection.run(work, lambda: progress(at[0], 0, 0))

    def export(self, name: str, format_name: str, progress: Progress = silent) -> RemoteExport:
        """Has the service write its labels: Dataset, Coco or CSV."""
        at = [Step.AZURE]
        work = self._account.connection.jobs(self._account.chosen).export(name, format_name, lambda _: _waits(at))
        return self._account.connection.run(work, lambda: progress(at[0], 0, 0))

    def delete(self, name: str, progress: Progress = silent) -> None:
        """Raises NotFound where there is none of that name."""
        work = self._account.connection.jobs(self._account.chosen).delete(name)
        if not self._account.connection.run(work, lambda: progress(Step.AZURE, 0, 0)):
            raise NotFound(f"There is no labeling project “{name}” in the workspace “{self._account.chosen.name}”.")


def _waits(at: list[Step]) -> None:
    """The service took the order, and works on it."""
    at[0] = Step.AZURE_WORKS
