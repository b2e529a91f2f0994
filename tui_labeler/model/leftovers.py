"""Names that systems leave in folders, and that are never an image or a label file of anyone.

One list: what is listed of a datastore, and what is read of a folder or a zip, passes over these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Of a folder or a file, whole; compared without case.
LEFTOVERS = (
    "__MACOSX",  # what macOS packs into zips
    ".AppleDouble",
    ".DS_Store",
    ".Spotlight-V100",
    ".Trashes",
    ".fseventsd",
    ".TemporaryItems",
    "@eaDir",  # Synology's thumbnails
    "#recycle",
    "@Recycle",
    ".@__thumb",  # QNAP's thumbnails
    "$RECYCLE.BIN",
    "System Volume Information",
    "Thumbs.db",
    "desktop.ini",
    ".thumbnails",
    ".thumb",
    ".ipynb_checkpoints",
    "__pycache__",
    ".git",
    ".svn",
    ".hg",
    ".idea",
    ".vscode",
    ".dvc",
    ".cache",
    ".Trash",
    "lost+found",
)
# Beginnings: AppleDouble files, a network file system's deleted files, a desktop's trash.
STARTS = ("._", ".nfs", ".Trash-", ".smbdelete", ".fuse_hidden", "~$")


def leftover_pattern(extra: Iterable[str] = ()) -> re.Pattern[str]:
    """Finds such a name in a path (`/` between its parts), or one of `extra`, whatever its case."""
    whole = "|".join(map(re.escape, (*LEFTOVERS, *filter(None, extra))))
    starts = "|".join(map(re.escape, STARTS))
    return re.compile(rf"(?:^|/)(?:(?:{whole})(?:/|$)|(?:{starts}))", re.I)


_PATTERN = leftover_pattern()


def is_leftover(path: str) -> bool:
    """Whether a part of the path is such a name."""
    return _PATTERN.search(path) is not None
