"""CVAT's own XML: images, or the tracks of a video."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.cvat.signature import is_cvat
from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec


class Cvat(Format):
    name = "cvat"
    title = "CVAT"
    text = "CVAT for images or video 1.1, an XML file"
    reads = EVERY_KIND
    writes = EVERY_KIND
    options = ("rotated",)
    cannot = (
        "Ellipses, polylines, points, cuboids and skeletons are not read.",
        "Frames of a video are matched by the names that CVAT gives them (frame_000012).",
        "Images whose names have control characters are not written: XML has no characters for them.",
    )

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".xml")[:64]:
            if is_cvat(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} begins with <annotations>")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.cvat.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.cvat.write import write

        return write(folder, spec, rows, progress)
