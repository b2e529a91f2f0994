"""What every format writes from and says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.regions import Labels


class LabeledImage(msgspec.Struct, frozen=True):
    """One row of an export: the image's path in its datastore, the URL where readers open it, and its labels."""

    path: str
    url: str
    labels: Labels


class Written(msgspec.Struct, frozen=True):
    """What a writer made: rows (images), regions, names of files relative to the folder, their bytes, and how many
    regions it left out, by reason."""

    rows: int
    regions: int
    files: tuple[str, ...]
    bytes: int
    left_out: dict[str, int]


Progress = Callable[[int], None]


class Writer(Protocol):
    """Writes a dataset into an empty folder, in a stream; every file is on disk (fsync) when it returns."""

    def __call__(
        self, folder: Path, spec: ProjectSpec, images: Iterable[LabeledImage], progress: Progress
    ) -> Written: ...


def told(images: Iterable[LabeledImage], progress: Progress, every: int = 500) -> Iterator[LabeledImage]:
    """`images`, telling `progress` the number so far now and then; it may raise Cancelled."""
    count = 0
    for count, image in enumerate(images, 1):
        if count % every == 0:
            progress(count)
        yield image
    progress(count)
