"""Open Images' tables of boxes and of image labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import EVERY_KIND, WHOLE_IMAGES, Detection, Format, Sure
from tui_labeler.formats.openimages.signature import is_table
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec, TaskType


class OpenImages(Format):
    name = "openimages"
    title = "Open Images"
    text = "its CSV tables, with class-descriptions.csv"
    reads = EVERY_KIND
    writes = (TaskType.DETECTION, *WHOLE_IMAGES)
    places_images = True
    names_urls = True
    cannot = (
        "Its masks are images: polygons are not written.",
        "Masks and relations between objects are not read.",
    )

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".csv", ".txt")[:64]:
            if is_table(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} has ImageID and LabelName")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.openimages.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.openimages.write import write

        return write(folder, spec, rows, progress)
