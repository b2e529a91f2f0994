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
_NAMES = frozenset(name.lower() for name in LEFTOVERS)
# Beginnings: AppleDouble files, a network file system's deleted files, a desktop's trash.
_STARTS = ("._", ".nfs", ".trash-", ".smbdelete", ".fuse_hidden", "~$")
_PART = re.compile(r"[^/]+")


def is_leftover(path: str, extra: Iterable[str] = ()) -> bool:
    """Whether a part of the path (`/` between them) is such a name, or one of `extra`; hidden ones of label folders
    (`.a.xml`) are no leftovers."""
    more = {name.lower() for name in extra}
    for part in _PART.findall(path):
        lower = part.lower()
        if lower in _NAMES or lower.startswith(_STARTS) or lower in more:
            return True
    return False
