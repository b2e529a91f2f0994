"""Where images come from: datastores, and datasets chosen from them."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from tui_labeler import limits
from tui_labeler.model.errors import BadInput, Unreachable
from tui_labeler.model.names import name_problem
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.tasks import Dataset, DatasetFiles, Datastore
from tui_labeler.store import catalog
from tui_labeler.store.database import Database

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from tui_labeler.datastores.pathcompletion import PathCompletion
    from tui_labeler.datastores.store import OpenDatastore
    from tui_labeler.patience import Patience

T = TypeVar("T")

_EXAMPLES = 6
# Who presses Tab does not wait as long as an export may for a disk that wakes up.
_TAB_SECONDS = 3.0


class Datasets:
    """Datastores and datasets; each datastore is opened once."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        connect: Callable[[Datastore], ObjectStore],
        passed_names: tuple[str, ...] = (),
    ) -> None:
        """`connect` opens datastores that need someone's sign-in; `passed_names` are passed over in all of them, besides
        what systems leave behind."""
        self._database, self._clock, self._connect = database, clock, connect
        self._passed_names = passed_names
        self._opened: dict[Datastore, OpenDatastore] = {}
        self._patience: dict[str, Patience] = {}  # with folders of this machine that are no datastores yet

    def add_datastore(self, name: str, url: str) -> Datastore:
        """`url`: a folder, `file://`, `az://`, `s3://` or `gs://`."""
        from tui_labeler.datastores.urls import parse_datastore

        _refuse(name_problem(name, "datastore"))
        datastore = self._within(f"The folder {url[:200]}", lambda: parse_datastore(name, url))
        with self._database.write() as tx:
            catalog.add_datastore(tx, datastore, self._clock())
        return datastore

    def warning(self, datastore: Datastore) -> str:
        """What to think of before others use the datastore; nothing where there is nothing to say."""
        if datastore.kind != "local" or not self._database.dialect.many_writers:
            return ""
        return (
            f"“{datastore.name}” is a folder of this machine. Whoever else labels here needs the same images under the "
            "same path, as on a network disk; or put them into a bucket: az://, s3://, gs://."
        )

    def datastores(self) -> tuple[Datastore, ...]:
        with self._database.read() as tx:
            return catalog.datastores(tx)

    def remove_datastore(self, name: str) -> None:
        """Forgets the datastore; its files stay."""
        with self._database.write() as tx:
            catalog.remove_datastore(tx, name)

    def create(self, name: str, datastore: str, path: str, progress: Progress = silent) -> DatasetFiles:
        """Raises NotFound where nothing matches: a dataset is the files that it names."""
        from tui_labeler.workspace import creation

        _refuse(name_problem(name, "dataset"))
        matches = self.preview(datastore, path, progress)
        creation.require_files(matches.files, datastore, path)
        with self._database.write() as tx:
            catalog.add_dataset(tx, Dataset(name, datastore, path), self._clock())
        return matches

    def all(self) -> tuple[Dataset, ...]:
        with self._database.read() as tx:
            return catalog.datasets(tx)

    def get(self, name: str) -> Dataset:
        with self._database.read() as tx:
            return catalog.dataset(tx, name)[1]

    def preview(self, datastore: str, path: str, progress: Progress = silent) -> DatasetFiles:
        """What a path pattern matches in a datastore now. Nothing is opened, nothing is kept."""
        from tui_labeler.model.patterns import pattern_problem

        _refuse(pattern_problem(path))
        with self._database.read() as tx:
            source = catalog.datastore(tx, datastore)
        listing = self.open(source).list(path)
        files = size = 0
        examples: list[str] = []
        for batch in listing:
            examples = heapq.nsmallest(_EXAMPLES, [*examples, *(file[0] for file in batch)])
            files, size = files + len(batch), size + sum(file[1] for file in batch)
            progress(Step.LISTING, files, 0)
        others, unusable = listing.others, listing.unusable
        return DatasetFiles(
            files,
            size,
            tuple(examples),
            others.count,
            tuple(others.examples),
            unusable.count,
            tuple(unusable.examples),
        )

    def read_file(self, datastore: str, path: str) -> bytes:
        """The bytes of a file of a datastore, for a look before there is a project."""
        with self._database.read() as tx:
            source = catalog.datastore(tx, datastore)
        return self.open(source).read(path)

    def files(self, datastore: str, prefix: str) -> Iterator[tuple[str, int, str]]:
        """Every file of a datastore below a folder, images or not: path, size in bytes, version."""
        from tui_labeler.datastores.listing import Seen

        with self._database.read() as tx:
            source = catalog.datastore(tx, datastore)
        yield from self.open(source).walk(prefix, Seen())

    def folders(self, folder: str, datastore: str = "") -> tuple[str, ...]:
        """The names of the folders in a local folder, to choose one from; `folder` lies below the root of the datastore
        that is named, if one is. Raises StorageError, Unreachable."""
        from tui_labeler.datastores.local import subfolders

        if not datastore:
            return self._within(f"The folder {folder}", lambda: subfolders(folder))
        with self._database.read() as tx:
            source = catalog.datastore(tx, datastore)
        root = source.url.removeprefix("file://")
        if source.kind != "local":
            return self.open(source).folders(folder)
        return self._within(f"The folder {root}", lambda: subfolders(os.path.join(root, folder)))

    def complete_path(self, typed: str, files: bool = False) -> PathCompletion:
        """A path of this machine that is being typed, as far as its folders say how it goes on. Raises StorageError,
        Unreachable."""
        from tui_labeler.datastores.pathcompletion import complete_path, folder_of

        return self._within(f"The folder {folder_of(typed)}", lambda: complete_path(typed, files), _TAB_SECONDS)

    def _within(self, place: str, look: Callable[[], T], most: float | None = None) -> T:
        """What `look` finds on a disk of this machine, which may be a mount that went away."""
        from tui_labeler.patience import Late, Patience

        seconds = min(most or limits.in_force().seconds, limits.in_force().seconds)
        try:
            return self._patience.setdefault(place, Patience()).within(seconds, lambda beat: look())
        except Late:
            raise Unreachable(
                f"{place} has not answered for {seconds:g} seconds.", "Check that its disk is mounted, and try again."
            ) from None

    def reach(self, datastore: str) -> None:
        """Asks the datastore for its first file. Raises StorageError or Unreachable where that fails."""
        with self._database.read() as tx:
            source = catalog.datastore(tx, datastore)
        next(iter(self.open(source).list("/")), None)

    def open(self, datastore: Datastore) -> OpenDatastore:
        """The datastore, to list and read; the same one however often it is asked for."""
        opened = self._opened.get(datastore)
        if opened is None:
            from tui_labeler.datastores.store import OpenDatastore

            opened = self._opened[datastore] = OpenDatastore(datastore, self._connect, self._passed_names)
        return opened


def _refuse(problem: str) -> None:
    if problem:
        raise BadInput(problem)
