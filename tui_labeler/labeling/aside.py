"""Drafts that cannot go to the workspace: kept in files of their own, so that no work is lost with a full disk, a deleted
project, or a database that is gone."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from tui_labeler.labeling.draft import Draft
from tui_labeler.wholefiles import replace_file


class SetAside(msgspec.Struct, frozen=True):
    """What one file holds: whose draft of which image. Coordinates are pixels of the image."""

    project: str
    path: str
    labeler: str
    draft: Draft


def set_aside(folder: Path, project: str, labeler: str, drafts: Mapping[str, Draft]) -> Path | None:
    """Writes each draft (by the path of its image) into a file of its own below `folder`, or, where nothing can be written
    there, in the folder for temporary files: the folder that has them, None if none has."""
    for place in (folder / "unsaved", Path(tempfile.gettempdir()) / "tui-labeler-unsaved"):
        with suppress(OSError):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path, draft in drafts.items():
                name = hashlib.sha256(f"{project}\n{path}\n{labeler}".encode("utf-8", "surrogateescape")).hexdigest()
                body = msgspec.json.encode(SetAside(project, path, labeler, draft))
                replace_file(place / f"{name[:16]}.json", body)
            return place
    return None
