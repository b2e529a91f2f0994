"""Pascal VOC: an XML file an image."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec, TaskType


class Voc(Format):
    name = "voc"
    title = "Pascal VOC"
    text = "one XML file an image, corners from 1"
    writes = (TaskType.DETECTION,)
    reads = REGIONS
    options = ("corners",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".xml")[:8]:
            if b"<annotation" in source.head(name):
                return Detection(Sure.CERTAIN, f"{name} begins with <annotation>")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.voc.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.voc.write import write

        return write(folder, spec, rows, progress)
