"""One datastore, opened: its files listed by pattern in a stream, and read.

Azure Blob, S3 and GCS are read by obstore; local folders are not: there obstore stops at the first name that is not UTF-8
or holds a control character, follows links out of the root, takes twice the time of `os.scandir` (measured with 0.12,
100,000 files), and waits for ever where a named pipe lies in a file's place.

Every call ends: what gives no sign of life for the limit's seconds is left alone in its thread (see `patience`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from tui_labeler import limits
from tui_labeler.certificates import require_certificates
from tui_labeler.datastores.listing import BATCH, File, Listing, Seen
from tui_labeler.datastores.local import is_addressable, read_file, too_large, walk_folder
from tui_labeler.datastores.passed import IGNORE_FILE, PassedOver
from tui_labeler.datastores.refusals import explain, no_container
from tui_labeler.datastores.urls import local_folder
from tui_labeler.model.errors import LabelerError, StorageError, Unreachable
from tui_labeler.model.names import natural_key
from tui_labeler.model.patterns import compile_pattern
from tui_labeler.model.reasons import in_words
from tui_labeler.model.tasks import Datastore
from tui_labeler.patience import Beat, Late, Patience
from tui_labeler.reports import redact

if TYPE_CHECKING:
    from obstore.store import ObjectStore

# Bytes of a piece of a file; so many files are read in one turn, fewer as soon as they have so many bytes.
_PIECE, _TURN, _TURN_BYTES = 4 << 20, 64, 4 << 20
T = TypeVar("T")
Connect = Callable[[Datastore], "ObjectStore"]
_Read = tuple[str, bytes | LabelerError]


class OpenDatastore:
    """A datastore whose place has been looked at once."""

    def __init__(
        self, datastore: Datastore, connect: Connect | None = None, passed_names: tuple[str, ...] = ()
    ) -> None:
        """Nothing is looked at yet. `passed_names` are passed over besides those that systems leave behind.
        `connect` opens a datastore of an Azure ML workspace, whose address and key have to
        be asked for; without it such a datastore has names only."""
        self.datastore = datastore
        self._connect = connect
        self._passed_names = passed_names
        self._root = datastore.url.removeprefix("file://") if datastore.kind == "local" else None
        self._objects: ObjectStore | None = None
        self._patience = Patience()

    def list(self, pattern: str) -> Listing:
        """The images that match Azure ML's path `pattern`. Raises ValueError if it is none, StorageError where a local
        folder is gone."""
        if (root := self._root) is not None:
            self._within("listed", lambda _: local_folder(root))
        return Listing(compile_pattern(pattern), self.walk, self.passed_over)

    def passed_over(self) -> Callable[[str], bool]:
        """Whether a file is passed over, by its path. Raises BadInput for a `.tuilabelerignore` that cannot be read."""
        passed = PassedOver(self._passed_names)
        data = self._ignore_file()
        if data:
            passed.ignore(data, f"the datastore “{self.datastore.name}”")
        return passed.predicate()

    def _ignore_file(self) -> bytes:
        """The bytes of `.tuilabelerignore` in the root; nothing where there is none."""
        if self._root is not None:
            path = os.path.join(self._root, IGNORE_FILE)
            there = self._within("listed", lambda _: os.path.isfile(path))
            return self.read(IGNORE_FILE) if there else b""
        import obstore

        def get(beat: Beat) -> bytes:
            return bytes(obstore.get(self._object_store(), IGNORE_FILE).bytes())

        try:
            return self._within("listed", get)
        except (FileNotFoundError, obstore.exceptions.NotFoundError):
            return b""
        except (obstore.exceptions.BaseError, OSError) as error:
            raise self._failure("listed", error) from None

    def walk(self, prefix: str, unusable: Seen) -> Iterator[File]:
        """Every file under `prefix`, whatever its type."""
        try:
            yield from self._patience.each(limits.in_force().seconds, lambda beat: self._walk(prefix, unusable, beat))
        except Late:
            raise self._late("listed") from None

    def _walk(self, prefix: str, unusable: Seen, beat: Beat) -> Iterator[File]:
        if self._root is not None:
            yield from walk_folder(self._root, prefix, unusable.add, beat)
            return
        import obstore

        try:
            for chunk in obstore.list(self._object_store(), prefix=prefix or None, chunk_size=BATCH):
                beat()
                for meta in chunk:
                    path = meta["path"]
                    if is_addressable(path):
                        yield path, meta["size"], meta["e_tag"] or meta["last_modified"].isoformat()
                    else:
                        unusable.add(path)
        except (obstore.exceptions.BaseError, OSError) as error:
            raise self._failure("listed", error) from None

    def folders(self, folder: str) -> tuple[str, ...]:
        """The names of the folders in a folder of an object store, to choose one from."""
        import obstore

        prefix = f"{folder.strip('/')}/" if folder.strip("/") else None
        try:
            listed = self._within("listed", lambda _: obstore.list_with_delimiter(self._object_store(), prefix))
        except (obstore.exceptions.BaseError, OSError) as error:
            raise self._failure("listed", error) from None
        names = (path.rstrip("/").rpartition("/")[2] for path in listed["common_prefixes"])
        return tuple(sorted((name for name in names if is_addressable(name)), key=natural_key))

    def read(self, path: str) -> bytes:
        """The bytes of one file. Raises StorageError where it is gone, unreadable, larger than the limit, no file, or a
        link out of the datastore; Unreachable where nothing comes for the limit's seconds."""
        result = self._within(f"read: “{path}”", lambda beat: self._bytes_or_error(path, None, beat))
        if isinstance(result, LabelerError):
            raise result
        return result

    def read_each(self, paths: Sequence[str], most: int | None = None) -> Iterator[_Read]:
        """Each path, in order, with its bytes (the first `most` of them) or with what `read` would raise. Small files are
        read several in a turn: a thread that can be left alone costs as much processor time as reading three of them."""
        while paths:
            asked = paths[:_TURN]
            turn: MutableSequence[_Read] = []
            try:
                self._within("read", partial(self._read_turn, asked, most, turn))
                results = turn
            except Unreachable as error:
                results = [*turn]  # the thread that is stuck may go on
                results += [(path, error) for path in asked[len(results) : len(results) + 1]]
            yield from results
            paths = paths[len(results) :]

    def _read_turn(self, paths: Sequence[str], most: int | None, results: MutableSequence[_Read], beat: Beat) -> None:
        """Appends to `results` for the first of the paths, or for all where they are small."""
        size = 0
        for path in paths:
            result = self._bytes_or_error(path, most, beat)
            beat()
            results.append((path, result))
            size += len(result) if isinstance(result, bytes) else 0
            if size >= _TURN_BYTES:
                return

    def _bytes_or_error(self, path: str, most: int | None, beat: Beat) -> bytes | LabelerError:
        try:
            return self._bytes(path, most, beat)
        except LabelerError as error:
            return error
        except Exception as error:
            return self._not_read(path, error)

    def _not_read(self, path: str, error: Exception) -> LabelerError:
        """Why there are no bytes of it. Raises what is not the file's fault or the service's."""
        import obstore

        if isinstance(error, FileNotFoundError | obstore.exceptions.NotFoundError):
            if no_container(error):
                return self._failure("read", error)
            if (away := self._away()) is not None:
                return away
            mend = "Refresh the project: its task will be marked missing, and keeps its labels."
            return StorageError(f"“{path}” is no longer in the datastore “{self.datastore.name}”.", mend)
        if isinstance(error, obstore.exceptions.BaseError | OSError | ValueError):
            if (away := self._away()) is not None:
                return away
            failure = self._failure(f"read: “{path}”", error)
            # The service's fault: it is the same for every file.
            return self._failure("read", error) if isinstance(failure, Unreachable) else failure
        raise error

    def _away(self) -> Unreachable | None:
        """That the folder itself is not there, or is the empty one that a disk leaves behind when it is unmounted."""
        if self._root is None:
            return None
        try:
            with os.scandir(self._root) as entries:
                if next(entries, None) is not None:
                    return None
            what = "is empty"
        except OSError:
            what = "is away"
        mend = "Connect or mount it again: labels and drafts are kept."
        return Unreachable(f"The folder of the datastore “{self.datastore.name}” {what}: {self._root}.", mend)

    def _bytes(self, path: str, most: int | None, beat: Beat) -> bytes:
        if self._root is not None:
            return read_file(self.local_file(path), path, most, beat)
        import obstore

        if most is not None:
            return bytes(obstore.get_range(self._object_store(), path, start=0, length=most))
        reply = obstore.get(self._object_store(), path)
        if reply.meta["size"] > limits.in_force().file_bytes:
            raise too_large(path, reply.meta["size"])
        pieces = []
        for piece in reply.stream(_PIECE):
            pieces.append(bytes(piece))
            beat()
        return b"".join(pieces)

    def _within(self, what: str, work: Callable[[Beat], T]) -> T:
        try:
            return self._patience.within(limits.in_force().seconds, work)
        except Late:
            raise self._late(what) from None

    def _late(self, what: str) -> Unreachable:
        seconds = f"{limits.in_force().seconds:g}"
        return Unreachable(
            f"The datastore “{self.datastore.name}” has not answered for {seconds} seconds: it cannot be {what}.",
            "Check that its disk is mounted or its service is reached, and try again.",
        )

    @property
    def local_root(self) -> str | None:
        """The folder that a local datastore is; None for one elsewhere."""
        return self._root

    def local_file(self, path: str) -> str:
        """Where a file of a local datastore lies, links followed. Raises StorageError for a link out of the datastore."""
        if os.path.isabs(path) or ".." in path.split("/"):
            raise StorageError(f"“{path}” is not a path in the datastore “{self.datastore.name}”.")
        root = os.path.realpath(self._root or "")
        real = os.path.realpath(os.path.join(root, path))
        if os.path.commonpath([real, root]) != root:
            raise StorageError(f"“{path}” is a link that leads out of the datastore “{self.datastore.name}”.")
        return real

    def url_of(self, path: str) -> str:
        """Where others find the file, as `mltable` opens it: `file:///…` for a local one (it decodes no percent signs), the
        long form of `azureml://…` for one of an Azure ML workspace."""
        if self._root is not None:
            return f"file://{os.path.join(self._root, path)}"
        if self.datastore.kind == "azureml":
            # Percent signs are decoded there, and nowhere else (mltable 1.7, measured).
            return f"{self.datastore.url}/paths/{quote(path)}"
        return f"{self.datastore.url}/{path}"

    def _object_store(self) -> Any:
        if self._objects is None:
            from obstore.store import LocalStore, from_url

            if not self._root:
                require_certificates()
            if self._connect is not None and self.datastore.kind == "azureml":
                self._objects = self._connect(self.datastore)
            else:
                self._objects = LocalStore(prefix=self._root) if self._root else from_url(self.datastore.url)
        return self._objects

    def _failure(self, what: str, error: Exception) -> LabelerError:
        first = redact(in_words(error, 2000))
        if self._root is None:
            return explain(self.datastore, what, error)
        return StorageError(f"The datastore “{self.datastore.name}” cannot be {what} ({first[:200]}).")
