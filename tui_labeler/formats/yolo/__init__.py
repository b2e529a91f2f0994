"""YOLO: a text file an image, its classes by their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec


class Yolo(Format):
    name = "yolo"
    title = "YOLO"
    text = "data.yaml, images and labels, for Ultralytics"
    writes = REGIONS
    reads = REGIONS
    with_images = True

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending("data.yaml", "data.yml", "classes.txt", "obj.names", ".yaml", ".yml"):
            if source.is_folder or name == source.path.name:
                return Detection(Sure.LIKELY, f"{name} names the classes")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.yolo.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.yolo.write import write

        return write(folder, spec, rows, progress)
