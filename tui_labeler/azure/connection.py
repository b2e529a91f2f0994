"""Everything that talks to Azure, put together once: sign-in, Resource Manager, Microsoft's library, and blobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from tui_labeler.azure import blobs, datastores
from tui_labeler.azure.arm import ArmClient
from tui_labeler.azure.clouds import Cloud, find_cloud
from tui_labeler.azure.errors import explained
from tui_labeler.azure.labelingjobs import LabelingJobs
from tui_labeler.azure.library import Library
from tui_labeler.azure.log import CallLog, hush_libraries
from tui_labeler.azure.signin import SignIn
from tui_labeler.azure.waiting import Loop, Tell, in_thread
from tui_labeler.certificates import require_certificates
from tui_labeler.model.azure import AzureOptions, RemoteDatastore, WorkspaceRef
from tui_labeler.model.errors import Cancelled, NotAllowed
from tui_labeler.model.secret import Secret

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken
    from obstore.store import ObjectStore

T = TypeVar("T")
# How often azure-ai-ml's calls may take the time of one: it retries by itself, and its import counts too.
_LIBRARY_TIMES = 4


def nothing() -> None:
    """Nobody wants to stop."""


class Connection:
    """One person's connection to one cloud. Opens nothing before it is used. May be used from any thread."""

    def __init__(self, options: AzureOptions) -> None:
        """Raises BadInput for settings that cannot be."""
        self.options = options
        self.cloud: Cloud = find_cloud(options)
        hush_libraries()
        self.log = CallLog(options.state)
        self.sign_in = SignIn(options, self.cloud)
        self._lock = threading.Lock()
        self._stopping = False
        self._loop: Loop | None = None
        self._arm: ArmClient | None = None
        self._jobs: dict[str, LabelingJobs] = {}
        self._libraries: dict[str, Library] = {}

    def close(self) -> None:
        self.sign_in.stop()
        if self._loop is not None and self._arm is not None:
            self._loop.run(self._arm.close(), nothing)
            self._loop.close()
        self._loop = self._arm = None
        self.log.close()

    def stop(self) -> None:
        """Every call that is under way, or comes, is given up: the program ends."""
        self._stopping = True
        self.sign_in.stop()

    def _watched(self, tell: Tell) -> Tell:
        def look() -> None:
            if self._stopping:
                raise Cancelled
            tell()

        return look

    # Resource Manager

    @property
    def arm(self) -> ArmClient:
        with self._lock:
            if self._arm is None:
                scope = self.cloud.arm_scope
                self._arm = ArmClient(
                    self.cloud.arm,
                    lambda refused: self.sign_in.token(scope, refused).token,
                    self.log,
                    self.options.timeout,
                )
            return self._arm

    def run(self, coroutine: Coroutine[Any, Any, T], tell: Tell = nothing) -> T:
        """Runs a call of `arm`; `tell` may raise Cancelled."""
        try:
            require_certificates()
        except NotAllowed:
            coroutine.close()
            raise
        with self._lock:
            if self._loop is None:
                self._loop = Loop()
            loop = self._loop
        return loop.run(coroutine, self._watched(tell))

    def jobs(self, workspace: WorkspaceRef) -> LabelingJobs:
        jobs = self._jobs.get(workspace.id)
        if jobs is None:
            jobs = self._jobs[workspace.id] = LabelingJobs(self.arm, workspace)
        return jobs

    # Microsoft's library

    def library(self, workspace: WorkspaceRef) -> Library:
        library = self._libraries.get(workspace.id)
        if library is None:
            library = self._libraries[workspace.id] = Library(
                self.sign_in, self.cloud, workspace, self.log, self.options.timeout
            )
        return library

    def ask_library(self, what: str, workspace: WorkspaceRef, work: Callable[[Library], T], tell: Tell = nothing) -> T:
        """Calls azure-ai-ml in a thread of its own."""
        library = self.library(workspace)
        return in_thread(what, lambda: work(library), self._watched(tell), _LIBRARY_TIMES * self.options.timeout)

    def forget(self) -> None:
        """After signing out, or in as someone else."""
        self._libraries.clear()

    # Blobs

    def datastores(self, workspace: WorkspaceRef, tell: Tell = nothing) -> tuple[RemoteDatastore, ...]:
        """Every datastore, the default one first."""
        return self.run(datastores.datastores(self.arm, workspace, self.cloud), tell)

    def datastore(self, workspace: WorkspaceRef, name: str, tell: Tell = nothing) -> RemoteDatastore:
        """A datastore by its name; the default one where it is empty. Raises NotAllowed for one that cannot be used."""
        store = self.look_at(workspace, name, tell)
        if not store.usable:
            raise NotAllowed(f"The datastore “{store.name}” {store.why}.", "Labeling needs a datastore of blobs.")
        return store

    def look_at(self, workspace: WorkspaceRef, name: str, tell: Tell = nothing) -> RemoteDatastore:
        """The same, whether it can be used or not."""
        if name:
            return self.run(datastores.read(self.arm, workspace, name, self.cloud), tell)
        return self.run(datastores.default(self.arm, workspace, self.cloud), tell)

    def secret(self, workspace: WorkspaceRef, store: RemoteDatastore, tell: Tell = nothing) -> Secret:
        """The key to a datastore; empty for one that is reached by the person's own sign-in."""
        if store.access == "None":
            return Secret("")
        return self.run(datastores.secret(self.arm, workspace, store), tell)

    def reader(self, workspace: WorkspaceRef, store: RemoteDatastore) -> ObjectStore:
        """obstore on the datastore's container. Its key is asked for at once: what goes wrong there is told better here
        than through obstore."""
        key = self.secret(workspace, store)
        if store.access in ("AccountKey", "Sas"):
            blobs.needed(store, key)
        first, token = [key], self._storage_token(store, key)
        if store.access in ("None", "ServicePrincipal"):
            token()
        return blobs.open_for_reading(
            store,
            self.cloud,
            lambda: first.pop() if first else self.secret(workspace, store),
            token,
            self.options.timeout,
        )

    def writer(self, workspace: WorkspaceRef, store: RemoteDatastore, tell: Tell = nothing) -> Any:
        """azure-storage-blob on the datastore's container."""
        key = self.secret(workspace, store, tell)
        credential: Any = self.sign_in.shared()
        if store.access == "ServicePrincipal":
            credential = self.sign_in.principal(store, blobs.needed(store, key))
        return blobs.open_for_writing(store, self.cloud, key, credential, self.log, self.options.timeout)

    def _storage_token(self, store: RemoteDatastore, key: Secret) -> Callable[[], AccessToken]:
        """Gives tokens for the datastore: of its own service principal, or else of the person."""
        scope = self.cloud.storage_scope
        if store.access != "ServicePrincipal":
            return lambda: self.sign_in.token(scope)
        credential = self.sign_in.principal(store, blobs.needed(store, key))

        def token() -> AccessToken:
            with explained(f"sign in as the service principal of the datastore “{store.name}”"):
                return credential.get_token(scope)

        return token
