"""Labels that the retired labeling service left in the Azure ML workspace."""

from __future__ import annotations

from pathlib import Path

from tui_labeler.model.azure import Leftover, parse_uri
from tui_labeler.model.errors import NotFound
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.workspace.azure.account import Account
from tui_labeler.workspace.azure.catalog import Catalog
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.exchange import Exchange


class Leftovers:
    """Exports and data assets of the service, to be fetched and imported."""

    def __init__(self, account: Account, catalog: Catalog, datasets: Datasets, exchange: Exchange) -> None:
        self._account, self._catalog = account, catalog
        self._datasets, self._exchange = datasets, exchange

    def list(self, progress: Progress = silent) -> tuple[Leftover, ...]:
        """What the retired service left in the workspace and that holds labels."""
        from tui_labeler.azure import rescue

        store = self._catalog.attach(self._default_name(progress), progress=progress)
        files: list[tuple[str, int, str]] = []
        for file in self._datasets.files(store.name, rescue.ROOT):
            files.append(file)
            progress(Step.LEFTOVERS, len(files), 0)
        ours = {export.name for export in self._exchange.exports()}
        assets = [asset for asset in self._catalog.assets(progress) if asset.name not in ours]
        return rescue.exports(files, store.url) + rescue.labeled(assets)

    def fetch(self, name: str, folder: Path, progress: Progress = silent) -> tuple[str, ...]:
        """Copies a leftover (its name, or a data asset's NAME or NAME:VERSION) into a folder, from which it can be
        imported. Returns the names of its files. Raises NotFound."""
        from tui_labeler.azure import rescue

        store, prefix = self._leftover_place(name, progress)
        files = list(self._datasets.files(store, prefix))
        if not files:
            raise NotFound(f"There are no files of “{name}” any more ({prefix} in “{store}”).")
        return rescue.fetch(
            files,
            prefix,
            lambda path: self._datasets.read_file(store, path),
            folder,
            lambda done: progress(Step.FETCHING, done, len(files)),
        )

    def _leftover_place(self, name: str, progress: Progress) -> tuple[str, str]:
        """The local name of a leftover's datastore, and the folder in it."""
        from tui_labeler.azure.rescue import ROOT

        if name.startswith(ROOT):
            store = self._catalog.attach(self._default_name(progress), progress=progress)
            return store.name, f"{name.strip('/')}/"
        plain, _, version = name.removeprefix("azureml:").partition(":")
        asset = self._catalog.asset(plain, version, progress)
        location = parse_uri(asset.uri)
        if location is None:
            raise NotFound(f"The data asset “{plain}” does not lie in a datastore ({asset.uri[:120]}).")
        store = self._catalog.attach(location.datastore, location.workspace, progress)
        return store.name, f"{location.path.strip('/')}/"

    def _default_name(self, progress: Progress) -> str:
        return self._account.connection.datastore(self._account.chosen, "", lambda: progress(Step.AZURE, 0, 0)).name
