"""A folder a class: the images themselves, in folders that are called like their classes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import WHOLE_IMAGES, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec, TaskType


class Folders(Format):
    name = "folders"
    title = "A folder a class"
    text = "images in folders named like their classes"
    reads = WHOLE_IMAGES
    writes = (TaskType.CLASSIFICATION,)
    with_images = True
    places_images = True
    cannot = (
        "Folders in the folder of a class are not read.",
        "Classes that no folder can be called (animal/dog) are not written.",
    )

    def detect(self, source: Source) -> Detection | None:
        from tui_labeler.formats.folders.read import classes_of

        names = sorted(classes_of(source))
        if not names:
            return None
        more = " …" if len(names) > 3 else ""
        return Detection(Sure.POSSIBLE, f"images in folders: {', '.join(names[:3])}{more}")

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.folders.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.folders.write import write

        return write(folder, spec, rows, progress)
