"""More of `Workspace.cloud`: exports into Azure, projects of the retired labeling service, and what it left."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from tui_labeler.model.azure import (
    DataAsset,
    Leftover,
    Registered,
    RemoteDatastore,
    RemoteExport,
    RemoteProject,
    WorkspaceRef,
    parse_uri,
)
from tui_labeler.model.errors import LabelerError, NotAllowed, NotFound, StorageError
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import plural
from tui_labeler.workspace.cloud import CatalogMethods

# Where exports go in a datastore.
_FOLDER = "tui-labeler/exports"
_TABLE = "MLTable"


class ExportMethods(CatalogMethods):
    """An export that was written to a folder, uploaded and registered."""

    def register_export(self, result: ExportResult, progress: Progress = silent) -> Registered:
        """Uploads the export's files to a datastore and registers them as a data asset of type mltable, version 1, with
        the export's generated name. It goes to the workspace and the datastore of the project's images, or to the
        default datastore of the workspace in use. A second call sends nothing twice. Raises NotAllowed for an export
        that Azure cannot read, and errors that say what was uploaded so far."""
        from tui_labeler.azure import assets
        from tui_labeler.azure.upload import upload

        folder = Path(result.path)
        self._require_usable(result, folder)
        self.home.remember(_begun(result.project), result.name)
        where, name = self._target(result)
        tell = lambda: progress(Step.AZURE, 0, 0)  # noqa: E731
        store = self.connection.datastore(where, name, tell)
        target = f"{_FOLDER}/{result.name}"
        container = self.connection.writer(where, store, tell)
        done = upload(
            container,
            folder,
            _table_last(result.files),
            target,
            lambda sent, of: progress(Step.UPLOAD, sent, of),
            4 * self.options.timeout,
        )
        try:
            made = [self._register(where, store, result, part, tell) for part in _parts(result.files)]
        except LabelerError as error:
            error.message += f" All {plural(len(result.files), 'file')} are in {store.name}/{target}."
            error.mend = f"{error.mend} Run it again: nothing is sent twice, and it is registered once.".strip()
            raise
        first = made[0][0]
        found = Registered(
            first.name,
            first.version,
            where.address,
            store.name,
            first.uri,
            assets.studio_page(self.connection.cloud, where, first.name, first.version, self.sign_in_status().tenant),
            done.sent,
            done.kept,
            any(new for _, new in made),
            tuple(asset.name for asset, _ in made[1:]),
        )
        self.home.remember(_memo(result.name), msgspec.json.encode(found).decode())
        self.home.remember(_begun(result.project), "")
        return found

    def unfinished(self, project: str) -> ExportResult | None:
        """The project's export whose way to Azure was begun and is not at its end, if its files are still whole."""
        name = self.home.recall(_begun(project))
        found = next((one for one in self.home.exchange.exports(project) if one.name == name), None) if name else None
        return found if found is not None and not self.registering_problem(found) else None

    def _register(
        self, where: WorkspaceRef, store: RemoteDatastore, result: ExportResult, part: str, tell: Callable[[], None]
    ) -> tuple[DataAsset, bool]:
        """Registers one folder with a table: the whole export, or a part of one that was split. Whether it is new."""
        from tui_labeler.azure import assets

        path = "/".join(one for one in (_FOLDER, result.name, part) if one)
        asset = DataAsset(
            f"{result.name}_{part}" if part else result.name,
            "1",
            "mltable",
            f"{store.url}/paths/{path}/",
            f"Labels of {result.project}{f' ({part})' if part else ''}, from tui-labeler",
        )
        inside = [os.path.relpath(one, part or ".") for one in result.files if os.path.dirname(one) == part]
        referenced = tuple(f"./{one}" for one in inside if one != _TABLE)
        tags = {"project": result.project, "images": str(result.rows), "labels": str(result.regions)}
        work = assets.register_table(self.connection.arm, where, asset, referenced, tags)
        return asset, self.connection.run(work, tell)

    def require_azure(self, project: str) -> None:
        """Raises NotAllowed where the project's images lie where Azure cannot read them: before anything is exported."""
        self._of_azure(self.home.datasets.get(self.home.projects.specification(project).dataset.name))

    def registering_problem(self, result: ExportResult) -> str:
        """Why an export cannot be registered; empty if it can. Azure is not asked."""
        try:
            self._require_usable(result, Path(result.path))
            self._target(result)
        except LabelerError as error:
            return error.message
        return ""

    def registered(self, name: str) -> Registered | None:
        """The data asset of an export, if it has been registered from this workspace."""
        text = self.home.recall(_memo(name))
        return msgspec.json.decode(text, type=Registered) if text else None

    def _require_usable(self, result: ExportResult, folder: Path) -> None:
        if result.format != "azureml":
            raise NotAllowed(
                f"The export “{result.name}” has the format {result.format}, which AutoML does not read.",
                "Export again with --format azureml.",
            )
        gone = [
            name for name in result.files if not os.path.isfile(folder / name)
        ]  # no error for a name that cannot be one
        if gone:
            raise StorageError(f"The export “{result.name}” is not whole: {gone[0]} is gone from {folder}.")

    def _target(self, result: ExportResult) -> tuple[WorkspaceRef, str]:
        """The Azure workspace, and the datastore's name (empty: the default one)."""
        first = _first_url(Path(result.path), result.files)
        place = parse_uri(first)
        if place is not None and place.workspace is not None:
            return place.workspace, place.datastore
        raise NotAllowed(
            f"The images of “{result.project}” lie where Azure cannot read them ({first[:80] or 'the export is empty'}).",
            "Make the project's dataset from a datastore of the Azure ML workspace: tui-labeler azure datastores.",
        )


class RemoteMethods(ExportMethods):
    """Projects of the retired labeling service, for as long as it answers. Every method may raise `Retired`."""

    def remote_projects(self, progress: Progress = silent) -> tuple[RemoteProject, ...]:
        jobs = self.connection.jobs(self.chosen)
        return self.connection.run(jobs.list(), lambda: progress(Step.AZURE, 0, 0))

    def remote_project(self, name: str, progress: Progress = silent) -> RemoteProject:
        jobs = self.connection.jobs(self.chosen)
        return self.connection.run(jobs.get(name), lambda: progress(Step.AZURE, 0, 0))

    def create_remote(self, spec: ProjectSpec, asset: str, progress: Progress = silent) -> RemoteProject:
        """Creates a project there, from the wizard's specification and a data asset NAME or NAME:VERSION."""
        from tui_labeler.azure import resources
        from tui_labeler.workspace.creation import require_sound

        require_sound(spec)
        name, _, version = asset.partition(":")
        found = self._library(f"read the data asset “{name}”", lambda one: one.asset(name, version), progress)
        data_id = resources.resource_id(self.chosen, "data", found.name, found.version)
        at = [Step.AZURE]
        work = self.connection.jobs(self.chosen).create(spec.details.name, spec, data_id, lambda _: _waits(at))
        return self.connection.run(work, lambda: progress(at[0], 0, 0))

    def pause_remote(self, name: str, progress: Progress = silent) -> None:
        self.connection.run(self.connection.jobs(self.chosen).pause(name), lambda: progress(Step.AZURE, 0, 0))

    def resume_remote(self, name: str, progress: Progress = silent) -> None:
        at = [Step.AZURE]
        work = self.connection.jobs(self.chosen).resume(name, lambda _: _waits(at))
        self.connection.run(work, lambda: progress(at[0], 0, 0))

    def export_remote(self, name: str, format_name: str, progress: Progress = silent) -> RemoteExport:
        """Has the service write its labels: Dataset, Coco or CSV."""
        at = [Step.AZURE]
        work = self.connection.jobs(self.chosen).export(name, format_name, lambda _: _waits(at))
        return self.connection.run(work, lambda: progress(at[0], 0, 0))

    def delete_remote(self, name: str, progress: Progress = silent) -> None:
        """Raises NotFound where there is none of that name."""
        work = self.connection.jobs(self.chosen).delete(name)
        if not self.connection.run(work, lambda: progress(Step.AZURE, 0, 0)):
            raise NotFound(f"There is no labeling project “{name}” in the workspace “{self.chosen.name}”.")


class RescueMethods(RemoteMethods):
    """What the retired service left."""

    def leftovers(self, progress: Progress = silent) -> tuple[Leftover, ...]:
        """What the retired service left in the workspace and that holds labels."""
        from tui_labeler.azure import rescue

        store = self.attach(self._default_name(progress), progress=progress)
        found: list[tuple[str, int, str]] = []
        for one in self.home.datasets.files(store.name, rescue.ROOT):
            found.append(one)
            progress(Step.LEFTOVERS, len(found), 0)
        ours = {one.name for one in self.home.exchange.exports()}
        assets = [one for one in self.assets(progress) if one.name not in ours]
        return rescue.exports(found, store.url) + rescue.labeled(assets)

    def fetch(self, name: str, folder: Path, progress: Progress = silent) -> tuple[str, ...]:
        """Copies a leftover (its name, or a data asset's NAME or NAME:VERSION) into a folder, from which it can be
        imported. Returns the names of its files. Raises NotFound."""
        from tui_labeler.azure import rescue

        store, prefix = self._leftover_place(name, progress)
        files = list(self.home.datasets.files(store, prefix))
        if not files:
            raise NotFound(f"There are no files of “{name}” any more ({prefix} in “{store}”).")
        return rescue.fetch(
            files,
            prefix,
            lambda path: self.home.datasets.read_file(store, path),
            folder,
            lambda done: progress(Step.FETCHING, done, len(files)),
        )

    def _leftover_place(self, name: str, progress: Progress) -> tuple[str, str]:
        """The local name of a leftover's datastore, and the folder in it."""
        from tui_labeler.azure.rescue import ROOT

        if name.startswith(ROOT):
            store = self.attach(self._default_name(progress), progress=progress)
            return store.name, f"{name.strip('/')}/"
        plain, _, version = name.removeprefix("azureml:").partition(":")
        asset = self._library(f"read the data asset “{plain}”", lambda one: one.asset(plain, version), progress)
        place = parse_uri(asset.uri)
        if place is None:
            raise NotFound(f"The data asset “{plain}” does not lie in a datastore ({asset.uri[:120]}).")
        return self.attach(place.datastore, place.workspace, progress).name, f"{place.path.strip('/')}/"

    def _default_name(self, progress: Progress) -> str:
        return self.connection.datastore(self.chosen, "", lambda: progress(Step.AZURE, 0, 0)).name


def _first_url(folder: Path, files: tuple[str, ...]) -> str:
    """The image_url of the first line."""
    lines = next((name for name in files if name.endswith(".jsonl")), "")
    if not lines:
        return ""
    with (folder / lines).open("rb") as file:
        line = file.readline()
    return str(msgspec.json.decode(line).get("image_url", "")) if line.strip() else ""


def _table_last(files: tuple[str, ...]) -> tuple[str, ...]:
    """The table goes last: a folder without one is plainly unfinished."""
    return tuple(sorted(files, key=lambda name: os.path.basename(name) == _TABLE))


def _parts(files: tuple[str, ...]) -> tuple[str, ...]:
    """The folders that hold a table: "" for an export in one piece."""
    return tuple(os.path.dirname(name) for name in files if os.path.basename(name) == _TABLE)


def _begun(project: str) -> str:
    return f"azure.begun.{project}"


def _memo(name: str) -> str:
    return f"azure.registered.{name}"


def _waits(at: list[Step]) -> None:
    """The service took the order, and works on it."""
    at[0] = Step.AZURE_WORKS
