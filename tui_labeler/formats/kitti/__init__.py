"""KITTI's object labels: a text file an image, a line of 15 fields an object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.kitti.signature import LINE
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec, TaskType


class Kitti(Format):
    name = "kitti"
    title = "KITTI"
    text = "a text file an image, 15 fields a line"
    reads = REGIONS
    writes = (TaskType.DETECTION,)
    with_images = True
    places_images = True
    cannot = (
        "Classes whose names have blanks are not written: blanks part its fields.",
        "Only the boxes in the image are read, not the sizes and places in space.",
    )

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".txt")[:64]:
            if LINE.match(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} has a class and 14 numbers in its lines")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.kitti.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.kitti.write import write

        return write(folder, spec, rows, progress)
