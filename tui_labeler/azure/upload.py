"""Sending an export to a datastore: blocks in parallel, checked by length and MD5, and once only."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from tui_labeler.azure.errors import explained, unreachable
from tui_labeler.azure.waiting import in_thread
from tui_labeler.model.errors import AlreadyExists, Cancelled, LabelerError, StorageError
from tui_labeler.model.text import plural

_PARALLEL = 4
# Bytes of a block, and how many a blob can have.
_BLOCK = 4 << 20
_MOST_BLOCKS = 50_000


class Uploaded(msgspec.Struct, frozen=True):
    """Which files were sent, and which were there already with the same length and MD5."""

    sent: tuple[str, ...]
    kept: tuple[str, ...]


def upload(
    container: Any,
    folder: Path,
    names: tuple[str, ...],
    target: str,
    progress: Callable[[int, int], None],
    limit: float = 240.0,
) -> Uploaded:
    """Uploads the files of `folder` to `target/` in a container client. `progress` gets bytes done, of all; it may raise
    Cancelled. After `limit` seconds without a byte it is given up. What was uploaded stays, down to the single block, and
    is not sent again next time. Raises a LabelerError that says which files are there."""
    sizes = {name: (folder / name).stat().st_size for name in names}
    total, before = sum(sizes.values()), 0
    sent: list[str] = []
    kept: list[str] = []
    for name in names:
        path, at = f"{target}/{name}", _At(before)
        send = partial(_one, container, folder / name, path, sizes[name], at)
        try:
            new = in_thread(f"upload “{path}”", send, partial(_tell, progress, at, total), limit, at.where)
        except LabelerError as error:
            at.stopped = True
            raise _told(error, [*sent, *kept], names, path) from None
        (sent if new else kept).append(name)
        before += sizes[name]
    progress(total, total)
    return Uploaded(tuple(sent), tuple(kept))


@dataclass
class _At:
    """How far an upload is, over all files; `stopped` ends one that was given up, at its next block."""

    done: int
    stopped: bool = False

    def __post_init__(self) -> None:
        self._before = self.done

    def __call__(self, done: int) -> None:
        self.done = self._before + done
        if self.stopped:
            raise Cancelled

    def where(self) -> int:
        return self.done


def _tell(progress: Callable[[int, int], None], at: _At, total: int) -> None:
    progress(at.done, total)


def _one(container: Any, file: Path, path: str, size: int, progress: Callable[[int], None]) -> bool:
    """One file; False where it was there already. Raises AlreadyExists where something else is: what an export's first
    version names is never written over."""
    try:
        digest = _md5(file)
        known = _look(container, path)
        if known is None:
            _send(container, file, path, size, digest, progress)
            known = _look(container, path)
            if known != (size, digest):
                raise StorageError(f"“{path}” was uploaded, but is not what was sent (length or MD5).", "Try again.")
            return True
    except OSError as error:
        raise StorageError(f"{file} cannot be read: {error.strerror or error}.") from None
    if known != (size, digest):
        raise AlreadyExists(
            f"“{path}” is in the datastore already, and is another file: it is not written over.",
            "Export again: a new export has a new name.",
        )
    return False


def _send(container: Any, file: Path, path: str, size: int, digest: bytes, progress: Callable[[int], None]) -> None:
    """One file, block by block. Every block carries its own MD5, which the service checks, and has it in its name, too: a
    block that is there from an upload that was killed is known by that, and not sent again. The whole file's MD5 is kept
    with the blob."""
    from azure.core import MatchConditions
    from azure.core.exceptions import ResourceExistsError
    from azure.storage.blob import BlobBlock, ContentSettings

    blob = container.get_blob_client(path)
    with explained(f"upload “{path}”"):
        names = _stage(blob, file, size, progress)
        # One that exists now is ours, whose answer was lost; or another's, which the look afterwards tells.
        with suppress(ResourceExistsError):
            blob.commit_block_list(
                [BlobBlock(block_id=name) for name in names],
                content_settings=ContentSettings(content_md5=bytearray(digest)),
                match_condition=MatchConditions.IfMissing,
            )


def _stage(blob: Any, file: Path, size: int, progress: Callable[[int], None]) -> list[str]:
    """Sends the blocks that are not there yet, several at a time; returns the names of all, in order."""
    length = max(_BLOCK, -(-size // _MOST_BLOCKS))
    there = _staged(blob)
    names: list[str] = []
    done = _Done(progress)
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="azure: upload") as pool, file.open("rb") as data:
        waiting: set[Future[None]] = set()
        try:
            for number, block in enumerate(iter(partial(data.read, length), b"")):
                name = _block_name(number, block)
                names.append(name)
                if there.get(name) == len(block):
                    done.add(len(block))
                    continue
                waiting.add(pool.submit(_stage_one, blob, name, block, done))
                if len(waiting) >= _PARALLEL:
                    ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in ready:
                        future.result()
            for future in waiting:
                future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return names


class _Done:
    """Bytes of a file that are there, counted over threads."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress, self._bytes, self._lock = progress, 0, threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._bytes += count
            self._progress(self._bytes)


def _stage_one(blob: Any, name: str, block: bytes, done: _Done) -> None:
    from azure.core.exceptions import HttpResponseError

    try:
        blob.stage_block(name, block, length=len(block), validate_content=True)
    except HttpResponseError as error:
        if getattr(error, "error_code", "") != "InvalidBlobOrBlock":
            raise
        # Blocks of another program are there, with names of another length; a blob has names of one length only.
        raise StorageError(
            f"An unfinished upload of another program stands in the way of “{blob.blob_name}”.",
            "It goes away by itself after a week; or export again: a new export has a new name.",
        ) from None
    done.add(len(block))


def _block_name(number: int, block: bytes) -> str:
    return f"{number:06d}-{hashlib.md5(block, usedforsecurity=False).hexdigest()}"


def _staged(blob: Any) -> dict[str, int]:
    """The blocks that wait for their blob, with their sizes."""
    from azure.core.exceptions import ResourceNotFoundError

    try:
        _, waiting = blob.get_block_list("uncommitted")
    except ResourceNotFoundError:
        return {}
    return {block.id: block.size for block in waiting}


def _look(container: Any, path: str) -> tuple[int, bytes] | None:
    """Length and MD5 of the blob; None where there is none."""
    from azure.core.exceptions import ResourceNotFoundError

    with explained(f"upload “{path}”"):
        try:
            properties = container.get_blob_client(path).get_blob_properties()
        except ResourceNotFoundError as error:
            if getattr(error, "error_code", "") == "ContainerNotFound":
                raise
            return None
    if not properties.etag:  # the service names one with every blob
        raise unreachable(
            f"upload “{path}”", "something else answered in its place (a proxy, or the network's own sign-in)"
        )
    return properties.size, bytes(properties.content_settings.content_md5 or b"")


def _md5(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest()


def _told(error: LabelerError, there: list[str], names: tuple[str, ...], path: str) -> LabelerError:
    """The same error, saying what is in the datastore so far."""
    so_far = f"In the datastore so far: {', '.join(there)}" if there else "Nothing is in the datastore yet"
    said = "Cancelled." if isinstance(error, Cancelled) else error.message
    error.message = (
        f"{said} {so_far} ({len(there)} of {plural(len(names), 'file')}); nothing is registered. "
        f"It goes to {os.path.dirname(path)}."
    )
    error.mend = f"{error.mend} Run it again: what is there is not sent twice.".strip()
    return error
