"""Sending an export to a datastore: blocks in parallel, checked by length and MD5, and once only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from tui_labeler.azure.errors import explained
from tui_labeler.azure.waiting import in_thread
from tui_labeler.model.errors import Cancelled, LabelerError, StorageError
from tui_labeler.model.text import plural

_PARALLEL = 4


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
    Cancelled. After `limit` seconds without a byte it is given up. What was uploaded whole stays, and is not sent again
    next time. Raises a LabelerError that says which files are there."""
    sizes = {name: (folder / name).stat().st_size for name in names}
    total, before = sum(sizes.values()), 0
    sent: list[str] = []
    kept: list[str] = []
    for name in names:
        path, at = f"{target}/{name}", _At(before)
        one = partial(_one, container, folder / name, path, sizes[name], at)
        try:
            new = in_thread(f"upload “{path}”", one, partial(_tell, progress, at, total), limit, at.where)
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
    """One file; False where it was there already."""
    try:
        digest = _md5(file)
        if _is_there(container, path, size, digest):
            return False
        _send(container, file, path, size, digest, progress)
    except OSError as error:
        raise StorageError(f"{file} cannot be read: {error.strerror or error}.") from None
    return True


def _send(container: Any, file: Path, path: str, size: int, digest: bytes, progress: Callable[[int], None]) -> None:
    """One file. Every block carries its own MD5, which the service checks; the whole one is kept with the blob."""
    from azure.storage.blob import ContentSettings

    blob = container.get_blob_client(path)
    with explained(f"upload “{path}”"):
        with file.open("rb") as data:
            blob.upload_blob(
                data,
                length=size,
                overwrite=True,
                max_concurrency=_PARALLEL,
                validate_content=True,
                content_settings=ContentSettings(content_md5=bytearray(digest)),
                progress_hook=lambda done, _: progress(done),
            )
        if not _is_there(container, path, size, digest):
            raise StorageError(f"“{path}” was uploaded, but is not what was sent (length or MD5).", "Try again.")


def _is_there(container: Any, path: str, size: int, digest: bytes) -> bool:
    """Whether the blob exists with that length and MD5."""
    from azure.core.exceptions import ResourceNotFoundError

    with explained(f"upload “{path}”"):
        try:
            found = container.get_blob_client(path).get_blob_properties()
        except ResourceNotFoundError as error:
            if getattr(error, "error_code", "") == "ContainerNotFound":
                raise
            return False
    return bool(found.size == size and bytes(found.content_settings.content_md5 or b"") == digest)


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
