"""What a format is: one object that says everything about it. Its heavy parts are imported when they are first used."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import ClassVar

import msgspec

from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.transfers import FormatInfo

REGIONS = (TaskType.DETECTION, TaskType.SEGMENTATION)
WHOLE_IMAGES = (TaskType.CLASSIFICATION, TaskType.MULTILABEL)
EVERY_KIND = tuple(TaskType)


class Sure(IntEnum):
    """How sure a format is that a file is its own."""

    POSSIBLE = 1  # the name or the kind of file fits
    LIKELY = 2  # what stands in it fits, and others write so as well
    CERTAIN = 3  # nothing else looks like this


class Detection(msgspec.Struct, frozen=True):
    """A format's answer to whether a file could be its own: how sure, and why (“data.yaml with names”)."""

    sure: Sure
    why: str


class Format:
    """One format. Another package brings its own by the entry point group `tui_labeler.formats`: an instance, or a class
    that is called without arguments.

    `writes` and `reads` are task types. `options` are the fields of `ReadOptions` that mean something here, besides those
    that always do. `cannot` says what the format has no place for, or what is not read, and why; a sentence each.
    `with_images` says that a written dataset is of no use without its images; `places_images` that the format has folders
    of its own for them: for all others `--images` puts them into `images/`, under their paths. `names_urls` says that it
    names the images' URLs. `missing` is what has to be installed before it can be written, with the command that does it;
    empty where nothing is.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    text: ClassVar[str]
    writes: ClassVar[tuple[TaskType, ...]] = ()
    reads: ClassVar[tuple[TaskType, ...]] = ()
    options: ClassVar[tuple[str, ...]] = ()
    cannot: ClassVar[tuple[str, ...]] = ()
    with_images: ClassVar[bool] = False
    places_images: ClassVar[bool] = False
    names_urls: ClassVar[bool] = False

    @property
    def missing(self) -> str:
        return ""

    def detect(self, source: Source) -> Detection | None:
        """Whether this could be its own. Looks at names and first bytes only. May raise StorageError."""
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        """Gives the images in a stream. Raises BadInput, with file and place, for what leaves nothing to read; a bad entry
        is told to `reading`, and the next one read."""
        raise NotImplementedError

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        """Writes a dataset into an empty folder, in a stream."""
        raise NotImplementedError

    @property
    def info(self) -> FormatInfo:
        """The same for those who do not know formats."""
        return FormatInfo(
            self.name,
            self.title,
            self.text,
            self.writes,
            bool(self.reads),
            self.cannot,
            self.options,
            self.reads,
            self.missing,
        )
