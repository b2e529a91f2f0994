"""Exports that were written to a folder, uploaded and registered as data assets."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from tui_labeler.model.azure import DataAsset, Registered, RemoteDatastore, WorkspaceRef, parse_uri
from tui_labeler.model.errors import LabelerError, NotAllowed, StorageError
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import plural
from tui_labeler.store import readable
from tui_labeler.workspace.azure.account import Account
from tui_labeler.workspace.azure.catalog import Catalog
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.exchange import Exchange
from tui_labeler.workspace.memory import Memory
from tui_labeler.workspace.projects import Projects

# Where exports go in a datastore.
_FOLDER = "tui-labeler/exports"
_TABLE = "MLTable"


class RegisteredExports:
    """Exports on their way to Azure ML, and those that have arrived: remembered in the workspace by their names."""

    def __init__(
        self,
        account: Account,
        catalog: Catalog,
        datasets: Datasets,
        projects: Projects,
        exchange: Exchange,
        memory: Memory,
    ) -> None:
        self._account, self._catalog, self._datasets = account, catalog, datasets
        self._projects, self._exchange, self._memory = projects, exchange, memory

    def register(self, result: ExportResult, progress: Progress = silent) -> Registered:
        """Uploads the export's files to a datastore and registers them as a data asset of type mltable, version 1, with
        the export's generated name. It goes to the workspace and the datastore of the project's images, or to the
        default datastore of the workspace in use. A second call sends nothing twice. Raises NotAllowed for an export
        that Azure cannot read, and errors that say what was uploaded so far."""
        from tui_labeler.azure import assets
        from tui_labeler.azure.upload import upload

        folder = Path(result.path)
        self._require_usable(result, folder)
        self._memory.remember(_begun(result.project), result.name)
        where, name = self._target(result)
        tell = lambda: progress(Step.AZURE, 0, 0)  # noqa: E731
        store = self._account.connection.datastore(where, name, tell)
        target = f"{_FOLDER}/{result.name}"
        container = self._account.connection.writer(where, store, tell)
        done = upload(
            container,
            folder,
            _table_last(result.files),
            target,
            lambda sent, of: progress(Step.UPLOAD, sent, of),
            4 * self._account.options.timeout,
        )
        try:
            made = [self._register(where, store, result, part, tell) for part in _parts(result.files)]
        except LabelerError as error:
            error.message += f" All {plural(len(result.files), 'file')} are in {store.name}/{target}."
            error.mend = f"{error.mend} Run it again: nothing is sent twice, and it is registered once.".strip()
            raise
        first = made[0][0]
        registered = Registered(
            first.name,
            first.version,
            where.address,
            store.name,
            first.uri,
            assets.studio_page(
                self._account.connection.cloud, where, first.name, first.version, self._account.status().tenant
            ),
            done.sent,
            done.kept,
            any(new for _, new in made),
            tuple(asset.name for asset, _ in made[1:]),
        )
        self._memory.remember(_memo(result.name), msgspec.json.encode(registered).decode())
        self._memory.remember(_begun(result.project), "")
        return registered

    def unfinished(self, project: str) -> ExportResult | None:
        """The project's export whose way to Azure was begun and is not at its end, if its files are still whole."""
        name = self._memory.recall(_begun(project))
        export = (
            next((export for export in self._exchange.exports(project) if export.name == name), None) if name else None
        )
        return export if export is not None and not self.problem(export) else None

    def _register(
        self, where: WorkspaceRef, store: RemoteDatastore, result: ExportResult, part: str, tell: Callable[[], None]
    ) -> tuple[DataAsset, bool]:
        """Registers one folder with a table: the whole export, or a part of one that was split. Whether it is new."""
        from tui_labeler.azure import assets

        path = "/".join(piece for piece in (_FOLDER, result.name, part) if piece)
        asset = DataAsset(
            f"{result.name}_{part}" if part else result.name,
            "1",
            "mltable",
            f"{store.url}/paths/{path}/",
            f"Labels of {result.project}{f' ({part})' if part else ''}, from tui-labeler",
        )
        inside = [os.path.relpath(file, part or ".") for file in result.files if os.path.dirname(file) == part]
        referenced = tuple(f"./{file}" for file in inside if file != _TABLE)
        tags = {"project": result.project, "images": str(result.rows), "labels": str(result.regions)}
        work = assets.register_table(self._account.connection.arm, where, asset, referenced, tags)
        return asset, self._account.connection.run(work, tell)

    def require(self, project: str) -> None:
        """Raises NotAllowed where the project's images lie where Azure cannot read them: before anything is exported."""
        self._catalog.require_azure(self._datasets.get(self._projects.specification(project).dataset.name))

    def problem(self, result: ExportResult) -> str:
        """Why an export cannot be registered; empty if it can. Azure is not asked."""
        try:
            self._require_usable(result, Path(result.path))
            self._target(result)
        except LabelerError as error:
            return error.message
        return ""

    def registered(self, name: str) -> Registered | None:
        """The data asset of an export, if it has been registered from this workspace."""
        text = self._memory.recall(_memo(name))
        return readable.read(text, Registered)

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
        location = parse_uri(first)
        if location is not None and location.workspace is not None:
            return location.workspace, location.datastore
        raise NotAllowed(
            f"The images of “{result.project}” lie where Azure cannot read them ({first[:80] or 'the export is empty'}).",
            "Make the project's dataset from a datastore of the Azure ML workspace: tui-labeler azure datastores.",
        )


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
