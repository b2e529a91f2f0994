"""Create ML's JSON: a list of images, each with its annotations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.createml.signature import COORDINATES, IMAGE, LIST, is_entry
from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec, TaskType


class CreateML(Format):
    name = "createml"
    title = "Create ML"
    text = "Apple's JSON, boxes by their centres"
    reads = EVERY_KIND
    writes = (TaskType.DETECTION,)
    with_images = True
    places_images = True
    options = ("box", "coordinates")

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json")[:64]:
            head = source.head(name)
            if is_entry(head):
                return Detection(Sure.CERTAIN, f"{name} is an image with coordinates")
            if not head.lstrip().startswith(b"[") or not IMAGE.search(head):
                continue
            if COORDINATES.search(head):
                return Detection(Sure.CERTAIN, f"{name} is a list of images with coordinates")
            if LIST.search(head) and b'"data"' not in head:
                return Detection(Sure.POSSIBLE, f"{name} is a list of images with annotations")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.createml.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.createml.write import write

        return write(folder, spec, rows, progress)
