"""Sending an export to a datastore: blocks in parallel, checked by length and MD5, and once only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from tui_labeler.azure.errors import explained
from tui_labeler.model.errors import StorageError
from tui_labeler.model.text import plural

_PARALLEL = 4


class Uploaded(msgspec.Struct, frozen=True):
    """Which files were sent, and which were there already with the same length and MD5."""

    sent: tuple[str, ...]
    kept: tuple[str, ...]


def upload(
    container: Any, folder: Path, names: tuple[str, ...], target: str, progress: Callable[[int, int], None]
) -> Uploaded:
    """Uploads the files of `folder` to `target/` in a container client. `progress` gets bytes done, of all; it may raise
    Cancelled. What was uploaded whole stays, and is not sent again next time. Raises a LabelerError that says which
    files are there."""
    sizes = {name: (folder / name).stat().st_size for name in names}
    total, before = sum(sizes.values()), 0
    sent: list[str] = []
    kept: list[str] = []
    for name in names:
        path = f"{target}/{name}"
        try:
            digest = _md5(folder / name)
            if _is_there(container, path, sizes[name], digest):
                kept.append(name)
            else:
                tell = partial(_told_of, progress, before, total)
                _send(container, folder / name, path, sizes[name], digest, tell)
                sent.append(name)
        except Exception as error:
            raise _told(error, [*sent, *kept], names, path) from None
        before += sizes[name]
        progress(before, total)
    return Uploaded(tuple(sent), tuple(kept))


def _told_of(progress: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    progress(before + done, total)


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

    with explained(f"look for “{path}”"):
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


def _told(error: Exception, there: list[str], names: tuple[str, ...], path: str) -> Exception:
    """The same error, saying what is in the datastore so far."""
    from tui_labeler.model.errors import LabelerError

    if isinstance(error, OSError):
        error = StorageError(f"The export cannot be read: {error.strerror or error}.")
    if not isinstance(error, LabelerError):
        return error
    so_far = f"In the datastore so far: {', '.join(there)}" if there else "Nothing is in the datastore yet"
    error.message = (
        f"{error.message} {so_far} ({len(there)} of {plural(len(names), 'file')}); nothing is registered. "
        f"It goes to {os.path.dirname(path)}."
    )
    error.mend = f"{error.mend} Run it again: what is there is not sent twice.".strip()
    return error
