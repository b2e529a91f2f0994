"""What the retired labeling service left behind: exports under `Labeling/export`, and labeled data assets."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from tui_labeler.model.azure import DataAsset, Leftover
from tui_labeler.model.errors import StorageError
from tui_labeler.model.text import plural
from tui_labeler.wholefiles import replace_file

# Where the service wrote CSV, COCO and CoNLL files, in the workspace's default datastore.
ROOT = "Labeling/export/"
# Its datasets were named <project>_<YYYYMMDD>_<HHMMSS>.
_GENERATED = re.compile(r".+_\d{8}_\d{5,6}")
File = tuple[str, int, str]


def exports(files: Iterable[File], url: str) -> tuple[Leftover, ...]:
    """The exports among the files below ROOT: one for each folder that holds files. `url` is the datastore's."""
    folders: dict[str, tuple[int, int]] = {}
    for path, size, _ in files:
        folder = os.path.dirname(path)
        count, total = folders.get(folder, (0, 0))
        folders[folder] = (count + 1, total + size)
    leftovers = []
    for folder, (count, total) in sorted(folders.items()):
        kind = folder.removeprefix(ROOT).partition("/")[0] or "files"
        leftovers.append(Leftover(folder, kind, f"{url}/paths/{folder}", count, total))
    return tuple(leftovers)


def labeled(assets: Iterable[DataAsset]) -> tuple[Leftover, ...]:
    """The data assets that look like the service's own: tables with a generated name."""
    chosen = [asset for asset in assets if asset.type == "mltable" and _GENERATED.fullmatch(asset.name)]
    return tuple(Leftover(asset.name, "data asset", f"azureml:{asset.name}:{asset.version}") for asset in chosen)


def fetch(
    files: Iterable[File], prefix: str, read: Callable[[str], bytes], folder: Path, progress: Callable[[int], None]
) -> tuple[str, ...]:
    """Copies the files below `prefix` into `folder`, whole or not at all, each under a temporary name first. Returns
    their names in it. A file that is there with the same length is not fetched again. Raises StorageError."""
    names: list[str] = []
    for path, size, _ in files:
        name = path[len(prefix) :].lstrip("/") or os.path.basename(path)
        target = (folder / name).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise StorageError(f"“{path}” would be written outside of {folder}.")
        try:
            if not (target.is_file() and target.stat().st_size == size):
                target.parent.mkdir(parents=True, exist_ok=True)
                replace_file(target, read(path))
        except OSError as error:
            done = f"{plural(len(names), 'file')} so far"
            raise StorageError(f"{target} cannot be written: {error.strerror} ({done}).", "Free some space.") from None
        names.append(name)
        progress(len(names))
    return tuple(names)
