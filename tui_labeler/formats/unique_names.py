"""Names of images in one folder, for formats whose readers do not look into folders.

A base name that is the only one of its kind stays. Where two images would have the same name, or names that differ only
in suffix or case (their label files would be one), each gets a part of its path's hash: the same in every export.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise

from tui_labeler.model.names import marked_name


class UniqueNames:
    """`name(path)` is the flat name of an image; `paths` are all that will be asked for."""

    def __init__(self, paths: Iterable[str]) -> None:
        """Keeps eight bytes a path while it looks, and afterwards the few that are taken twice."""
        keys = array("Q", (_key(path) for path in paths))
        ordered = sorted(keys)
        self._taken = {key for key, following in pairwise(ordered) if key == following}

    def name(self, path: str) -> str:
        base = path[path.rfind("/") + 1 :]
        hidden = base.startswith(".")  # readers pass over hidden files
        if not hidden and _key(path) not in self._taken:
            return base
        return marked_name(path)


def _key(path: str) -> int:
    base = path[path.rfind("/") + 1 :]
    stem = (base[: base.rfind(".")] if "." in base else base).casefold()
    return int.from_bytes(blake2b(stem.encode("utf-8", "surrogatepass"), digest_size=8).digest())
