"""Datastores, data assets and computes of the Azure ML workspace in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tui_labeler.model.azure import Compute, DataAsset, DataUri, RemoteDatastore, WorkspaceRef, parse_uri
from tui_labeler.model.errors import AlreadyExists, BadInput, NotAllowed
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.project import DatasetChoice
from tui_labeler.model.tasks import Dataset, Datastore
from tui_labeler.workspace.azure.account import Account
from tui_labeler.workspace.datasets import Datasets

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from tui_labeler.azure.library import Library

T = TypeVar("T")


class Catalog:
    """What images and models can come from and go to."""

    def __init__(self, account: Account, datasets: Datasets) -> None:
        """`datasets`: those of this workspace, into which datastores are attached."""
        self._account, self._datasets = account, datasets

    def datastores(self, progress: Progress = silent) -> tuple[RemoteDatastore, ...]:
        """The default one first; those that cannot be used say why."""
        return self._account.connection.datastores(self._account.chosen, lambda: progress(Step.AZURE, 0, 0))

    def attach(self, name: str, workspace: WorkspaceRef | None = None, progress: Progress = silent) -> Datastore:
        """A datastore of the Azure ML workspace as one of this workspace, from where datasets can be made. Its own name
        is kept, or gets the Azure workspace's name where another datastore has it. Raises NotFound, BadInput."""
        from tui_labeler.azure import resources

        where = workspace or self._account.chosen
        resources.require_name("datastores", name)
        for known in self._datasets.datastores():
            if known.url == where.datastore_url(name):
                return known
        remote = self._account.connection.look_at(where, name, lambda: progress(Step.AZURE, 0, 0))
        if not remote.usable:
            raise BadInput(f"The datastore “{name}” {remote.why}.", "Labeling needs a datastore of blobs.")
        for local in (name, f"{name}-{where.name}"):
            try:
                return self._datasets.add_datastore(local, remote.url)
            except AlreadyExists as error:
                taken = error
        raise taken

    def assets(self, progress: Progress = silent) -> tuple[DataAsset, ...]:
        """Data assets that can be chosen as datasets: folders and tables."""
        return self._library("list the data assets", lambda library: library.assets(), progress)

    def asset(self, name: str, version: str = "", progress: Progress = silent) -> DataAsset:
        """A data asset; the newest version where none is named. Raises NotFound."""
        return self._library(f"read the data asset “{name}”", lambda library: library.asset(name, version), progress)

    def computes(self, progress: Progress = silent) -> tuple[Compute, ...]:
        """Places where a model could be trained."""
        return self._library("list the computes", lambda library: library.computes(), progress)

    def asset_images(self, name: str, version: str = "", progress: Progress = silent) -> DatasetChoice:
        """A data asset as a dataset: its datastore, which is attached, and the pattern of its images. The dataset gets
        the asset's name. Raises NotFound, BadInput."""
        from tui_labeler.azure import assets

        asset = self.asset(name, version, progress)
        images = assets.images_of(asset, lambda location: self._read(location, progress), self._place_of_url)
        store = self.attach(images.place.datastore, images.place.workspace, progress)
        return DatasetChoice(name, store.name, images.pattern)

    def register_dataset(self, name: str, progress: Progress = silent) -> DataAsset:
        """Registers a dataset of this workspace as a data asset of type uri_folder. Raises NotAllowed where its images do
        not lie in Azure, or its path is a pattern of files instead of a folder."""
        dataset = self._datasets.get(name)
        store = self.require_azure(dataset)
        folder = "" if dataset.path in ("/", "/**", "**") else dataset.path.removesuffix("/**").strip("/")
        if any(mark in folder for mark in "*?"):
            raise NotAllowed(
                f"The dataset “{name}” is the pattern {dataset.path}, and a data asset is a folder.",
                "Create it with a path like folder/**.",
            )
        location = parse_uri(store.url)
        where = location.workspace if location and location.workspace else self._account.chosen
        uri = f"{store.url}/paths/{folder}/" if folder else f"{store.url}/paths/"
        return self._account.connection.ask_library(
            f"register the data asset “{name}”",
            where,
            lambda library: library.register_folder(name, uri, "Images to label, from tui-labeler"),
            lambda: progress(Step.AZURE, 0, 0),
        )

    def connect(self, datastore: Datastore) -> ObjectStore:
        """Opens a datastore of an Azure ML workspace for reading."""
        location = parse_uri(datastore.url)
        if location is None or location.workspace is None:
            raise BadInput(f"The datastore “{datastore.name}” has no Azure address ({datastore.url[:120]}).")
        remote = self._account.connection.datastore(location.workspace, location.datastore)
        return self._account.connection.reader(location.workspace, remote)

    def require_azure(self, dataset: Dataset) -> Datastore:
        """The datastore of a dataset. Raises NotAllowed where it is none of Azure ML."""
        store = next(datastore for datastore in self._datasets.datastores() if datastore.name == dataset.datastore)
        if store.kind != "azureml":
            raise NotAllowed(
                f"The images of the dataset “{dataset.name}” do not lie in an Azure ML datastore ({store.kind}).",
                "Create the dataset from one: tui-labeler azure datastores lists them.",
            )
        return store

    def _library(self, what: str, work: Callable[[Library], T], progress: Progress) -> T:
        """Asks Microsoft's library about the workspace in use, saying first that it is being loaded."""
        library = self._account.connection.library(self._account.chosen)
        return self._account.connection.ask_library(
            what, self._account.chosen, work, lambda: progress(Step.AZURE if library.loaded else Step.LIBRARY, 0, 0)
        )

    def _read(self, location: DataUri, progress: Progress) -> bytes:
        store = self.attach(location.datastore, location.workspace, progress)
        return self._datasets.read_file(store.name, location.path)

    def _place_of_url(self, url: str) -> DataUri | None:
        """The place of a blob's https address, in one of the workspace's datastores."""
        from urllib.parse import unquote

        for datastore in self.datastores():
            root = f"{datastore.protocol}://{datastore.account}.blob.{datastore.endpoint}/{datastore.container}/"
            if datastore.usable and url.startswith(root):
                return DataUri(self._account.chosen, datastore.name, unquote(url.removeprefix(root)))
        return None
