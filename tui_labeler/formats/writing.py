"""What every format writes from and says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from tui_labeler.formats.splitting import VALIDATION
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.regions import Labels


class LabeledImage(msgspec.Struct, frozen=True):
    """One row of an export: the image's path in its datastore, the URL where readers open it, and its labels. `part` is
    TRAIN or VALIDATION, and empty where there is no split."""

    path: str
    url: str
    labels: Labels
    part: str = ""

    @property
    def public_url(self) -> str:
        """The URL, unless it leads to the disk of this machine: that is of no use elsewhere, and tells about its owner."""
        return "" if self.url.startswith("file:") else self.url


class Rows:
    """The rows of an export, in the order of the tasks. They can be gone through more than once, and come from one state
    of the database."""

    def __init__(
        self,
        rows: Callable[[], Iterable[LabeledImage]],
        place: Callable[[str, Path], None] | None = None,
        is_split: bool = False,
        beside: str = "",
    ) -> None:
        """`place` puts the image of a path into a file; None: the writer has nothing to do with images. `beside` is the
        folder of the dataset into which they are put under their paths all the same (“images”), or empty."""
        self._rows = rows
        self.place = place
        self.is_split = is_split
        self.beside = beside

    def __iter__(self) -> Iterator[LabeledImage]:
        return iter(self._rows())

    def paths(self) -> Iterator[str]:
        return (row.path for row in self._rows())

    def parts(self, train: str, validation: str) -> tuple[str, ...]:
        """What a format calls its parts; only `train` where there is no split."""
        return (train, validation) if self.is_split else (train,)


class Written(msgspec.Struct, frozen=True):
    """What a writer made: rows (images), regions, names of files and folders relative to the folder, the bytes of its own
    files, how many regions (or images) it left out, by reason, and how many rows each part has."""

    rows: int
    regions: int
    files: tuple[str, ...]
    bytes: int
    left_out: dict[str, int]
    parts: dict[str, int] = {}


Progress = Callable[[int], None]


class Writer(Protocol):
    """Writes a dataset into an empty folder, in a stream."""

    def __call__(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written: ...


class Tally:
    """What a writer counts while it writes."""

    def __init__(self) -> None:
        self.rows = self.regions = self.bytes = 0
        self.left_out: dict[str, int] = {}
        self.parts: dict[str, int] = {}

    def row(self, image: LabeledImage, regions: int) -> None:
        self.rows += 1
        self.regions += regions
        if image.part:
            self.parts[image.part] = self.parts.get(image.part, 0) + 1

    def leave_out(self, reason: str, count: int = 1) -> None:
        if count:
            self.left_out[reason] = self.left_out.get(reason, 0) + count

    def written(self, *files: str) -> Written:
        return Written(self.rows, self.regions, files, self.bytes, self.left_out, self.parts)


def told(images: Iterable[LabeledImage], progress: Progress, every: int = 500) -> Iterator[LabeledImage]:
    """`images`, telling `progress` the number so far now and then; it may raise Cancelled."""
    count = 0
    for count, image in enumerate(images, 1):
        if count % every == 0:
            progress(count)
        yield image
    progress(count)


def part_name(image: LabeledImage, train: str, validation: str) -> str:
    """The name of the image's part, as a format calls it."""
    return validation if image.part == VALIDATION else train
