"""What a person can do with Azure ML, as methods of `Workspace.cloud`. Nothing of Azure is imported before it is asked for.

Long calls tell a progress callback what they do; it may raise `Cancelled`, which gives the call up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tui_labeler.model.azure import (
    AzureOptions,
    Compute,
    DataAsset,
    DataUri,
    DeviceCode,
    RemoteDatastore,
    SignInStatus,
    WorkspaceRef,
    parse_uri,
    parse_workspace,
)
from tui_labeler.model.errors import AlreadyExists, BadInput, NotAllowed
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.project import DatasetChoice
from tui_labeler.model.tasks import Dataset, Datastore

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from tui_labeler.azure.connection import Connection
    from tui_labeler.workspace.workspace import Workspace

T = TypeVar("T")
Show = Callable[[DeviceCode], None]


class CloudBase:
    """A workspace's side of Azure: the connection, and which Azure ML workspace is in use."""

    def __init__(self, workspace: Workspace, options: AzureOptions) -> None:
        self.home = workspace
        self.options = options
        self._opened: Connection | None = None
        self._chosen: WorkspaceRef | None = None

    @property
    def connection(self) -> Connection:
        if self._opened is None:
            from tui_labeler.azure.connection import Connection

            self._opened = Connection(self.options)
        return self._opened

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def stop(self) -> None:
        """Gives up what is under way in other threads: the program ends."""
        if self._opened is not None:
            self._opened.stop()

    @property
    def configured(self) -> bool:
        """Whether a workspace was chosen; costs nothing."""
        return bool(self._chosen or self.options.workspace)

    @property
    def chosen(self) -> WorkspaceRef:
        """The Azure ML workspace in use. Raises NotAllowed where none was chosen, BadInput for a setting that is none."""
        if self._chosen is None:
            if not self.options.workspace:
                raise NotAllowed(
                    "No Azure ML workspace has been chosen.",
                    "Choose one: tui-labeler azure use SUBSCRIPTION/GROUP/WORKSPACE, or a in the app.",
                )
            self._chosen = parse_workspace(self.options.workspace)
        return self._chosen


class SignInMethods(CloudBase):
    """Sign-in, and the choice of a workspace."""

    def sign_in_status(self) -> SignInStatus:
        """Who is signed in; nobody is asked."""
        return self.connection.sign_in.status()

    def log_in(
        self, show: Show, progress: Progress = silent, device_only: bool = False, can_show: bool = True
    ) -> SignInStatus:
        """Signs in with what the machine has, otherwise with a device code, which `show` gets to put before the person;
        `can_show`: whether there is one. Raises NotAllowed, Unreachable, Cancelled."""
        found = self.connection.sign_in.log_in(show, lambda: progress(Step.SIGN_IN, 0, 0), device_only, can_show)
        self.connection.forget()
        return found

    def log_out(self) -> bool:
        """Forgets the sign-in and its tokens; False where there was none."""
        self.connection.forget()
        return self.connection.sign_in.log_out()

    def workspaces(self, progress: Progress = silent) -> tuple[WorkspaceRef, ...]:
        """Every Azure ML workspace that the person can see."""
        from tui_labeler.azure import discovery

        at = [0, 0]

        def told(done: int, total: int) -> None:
            at[:] = [done, total]

        return self.connection.run(
            discovery.workspaces(self.connection.arm, told), lambda: progress(Step.SUBSCRIPTIONS, at[0], at[1])
        )

    def use(self, address: str, progress: Progress = silent) -> WorkspaceRef:
        """Chooses a workspace, after a look whether it is there; whoever calls keeps the choice in the settings."""
        from tui_labeler.azure import discovery

        wanted = parse_workspace(address)
        self._chosen = self.connection.run(
            discovery.check(self.connection.arm, wanted), lambda: progress(Step.AZURE, 0, 0)
        )
        return self._chosen


class CatalogMethods(SignInMethods):
    """Datastores, data assets and computes of the workspace."""

    def datastores(self, progress: Progress = silent) -> tuple[RemoteDatastore, ...]:
        """The default one first; those that cannot be used say why."""
        return self.connection.datastores(self.chosen, lambda: progress(Step.AZURE, 0, 0))

    def attach(self, name: str, workspace: WorkspaceRef | None = None, progress: Progress = silent) -> Datastore:
        """A datastore of the Azure ML workspace as one of this workspace, from where datasets can be made. Its own name
        is kept, or gets the Azure workspace's name where another datastore has it. Raises NotFound, BadInput."""
        from tui_labeler.azure import resources

        where = workspace or self.chosen
        resources.require_name("datastores", name)
        for known in self.home.datasets.datastores():
            if known.url == where.datastore_url(name):
                return known
        found = self.connection.look_at(where, name, lambda: progress(Step.AZURE, 0, 0))
        if not found.usable:
            raise BadInput(f"The datastore “{name}” {found.why}.", "Labeling needs a datastore of blobs.")
        for local in (name, f"{name}-{where.name}"):
            try:
                return self.home.datasets.add_datastore(local, found.url)
            except AlreadyExists as error:
                taken = error
        raise taken

    def assets(self, progress: Progress = silent) -> tuple[DataAsset, ...]:
        """Data assets that can be chosen as datasets: folders and tables."""
        return self._library("list the data assets", lambda library: library.assets(), progress)

    def computes(self, progress: Progress = silent) -> tuple[Compute, ...]:
        """Places where a model could be trained."""
        return self._library("list the computes", lambda library: library.computes(), progress)

    def asset_images(self, name: str, version: str = "", progress: Progress = silent) -> DatasetChoice:
        """A data asset as a dataset: its datastore, which is attached, and the pattern of its images. The dataset gets
        the asset's name. Raises NotFound, BadInput."""
        from tui_labeler.azure import assets

        asset = self._library(f"read the data asset “{name}”", lambda library: library.asset(name, version), progress)
        found = assets.images_of(asset, lambda place: self._read(place, progress), self._place_of_url)
        store = self.attach(found.place.datastore, found.place.workspace, progress)
        return DatasetChoice(name, store.name, found.pattern)

    def register_dataset(self, name: str, progress: Progress = silent) -> DataAsset:
        """Registers a dataset of this workspace as a data asset of type uri_folder. Raises NotAllowed where its images do
        not lie in Azure, or its path is a pattern of files instead of a folder."""
        dataset = self.home.datasets.get(name)
        store = self._of_azure(dataset)
        folder = "" if dataset.path in ("/", "/**", "**") else dataset.path.removesuffix("/**").strip("/")
        if any(mark in folder for mark in "*?"):
            raise NotAllowed(
                f"The dataset “{name}” is the pattern {dataset.path}, and a data asset is a folder.",
                "Create it with a path like folder/**.",
            )
        place = parse_uri(store.url)
        where = place.workspace if place and place.workspace else self.chosen
        uri = f"{store.url}/paths/{folder}/" if folder else f"{store.url}/paths/"
        return self.connection.ask_library(
            f"register the data asset “{name}”",
            where,
            lambda library: library.register_folder(name, uri, "Images to label, from tui-labeler"),
            lambda: progress(Step.AZURE, 0, 0),
        )

    def connect(self, datastore: Datastore) -> ObjectStore:
        """Opens a datastore of an Azure ML workspace for reading."""
        place = parse_uri(datastore.url)
        if place is None or place.workspace is None:
            raise BadInput(f"The datastore “{datastore.name}” has no Azure address ({datastore.url[:120]}).")
        found = self.connection.datastore(place.workspace, place.datastore)
        return self.connection.reader(place.workspace, found)

    def _of_azure(self, dataset: Dataset) -> Datastore:
        store = next(one for one in self.home.datasets.datastores() if one.name == dataset.datastore)
        if store.kind != "azureml":
            raise NotAllowed(
                f"The images of the dataset “{dataset.name}” do not lie in an Azure ML datastore ({store.kind}).",
                "Create the dataset from one: tui-labeler azure datastores lists them.",
            )
        return store

    def _library(self, what: str, work: Callable[..., T], progress: Progress) -> T:
        """Asks Microsoft's library about the workspace in use, saying first that it is being loaded."""
        library = self.connection.library(self.chosen)
        return self.connection.ask_library(
            what, self.chosen, work, lambda: progress(Step.AZURE if library.loaded else Step.LIBRARY, 0, 0)
        )

    def _read(self, place: DataUri, progress: Progress) -> bytes:
        store = self.attach(place.datastore, place.workspace, progress)
        return self.home.datasets.read_file(store.name, place.path)

    def _place_of_url(self, url: str) -> DataUri | None:
        """The place of a blob's https address, in one of the workspace's datastores."""
        from urllib.parse import unquote

        for one in self.datastores():
            root = f"{one.protocol}://{one.account}.blob.{one.endpoint}/{one.container}/"
            if one.usable and url.startswith(root):
                return DataUri(self.chosen, one.name, unquote(url.removeprefix(root)))
        return None
