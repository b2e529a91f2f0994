"""Images put beside their labels: for the formats whose trainers want them there."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

_CANNOT_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES)


def link(source: str, target: Path) -> None:
    """A second name for the file, which takes no space; a copy where the disk cannot do that (another disk, a file of
    another user). Not a symbolic link: supervision and datumaro refuse files that lie outside of the dataset."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _CANNOT_LINK:
            raise
        shutil.copyfile(source, target)
