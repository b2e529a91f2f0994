"""Paths of this machine, completed as a shell does it: as far as every name that begins so agrees."""

from __future__ import annotations

import os

import msgspec

from tui_labeler.datastores.local import is_addressable
from tui_labeler.model.errors import StorageError
from tui_labeler.model.names import natural_key
from tui_labeler.model.text import safe_text

_FILE_URL = "file://"


class PathCompletion(msgspec.Struct, frozen=True):
    """What was typed, as far as it is certain, and the names that it can become (folders with a slash behind them)."""

    text: str
    names: tuple[str, ...] = ()


def folder_of(typed: str) -> str:
    """The folder in which the last part of a typed path is looked for."""
    return os.path.dirname(os.path.expanduser(typed.removeprefix(_FILE_URL))) or "."


def complete_path(typed: str, files: bool = False) -> PathCompletion:
    """Folders, and with `files` files too. Hidden ones only where a dot is typed. Raises StorageError for a folder that
    cannot be read."""
    if typed.removeprefix(_FILE_URL) == "~":
        return PathCompletion(f"{typed}/")
    if "://" in typed and not typed.startswith(_FILE_URL):
        return PathCompletion(typed)  # elsewhere: nobody waits for a bucket's names at every Tab
    begun = typed.rpartition("/")[2]
    names = sorted(_names(folder_of(typed), begun, files), key=natural_key)
    if not names:
        return PathCompletion(typed)
    whole = typed[: len(typed) - len(begun)] + _beginning_of_all(names)
    return PathCompletion(whole, tuple(names) if len(names) > 1 else ())


def _names(folder: str, begun: str, files: bool) -> list[str]:
    names = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if not name.startswith(begun) or (name.startswith(".") and not begun):
                    continue
                is_folder = _is_folder(entry)
                # What a field cannot hold as it is would become another name.
                if (is_folder or files) and is_addressable(name) and safe_text(name) == name:
                    names.append(f"{name}/" if is_folder else name)
    except OSError as error:
        raise StorageError(f"The folder {folder} cannot be read: {error.strerror}.") from None
    return names


def _beginning_of_all(names: list[str]) -> str:
    first, last = min(names), max(names)  # whatever lies between them begins as both do
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to itself, or into a folder that is closed
