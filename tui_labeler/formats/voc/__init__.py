"""Pascal VOC: an XML file an image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec, TaskType

_ROOT = re.compile(rb"^(?:<\?xml[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>|\s)*<annotation[\s>]", re.S | re.I)


class Voc(Format):
    name = "voc"
    title = "Pascal VOC"
    text = "one XML file an image, corners from 1"
    places_images = True
    writes = (TaskType.DETECTION,)
    reads = REGIONS
    names_urls = True
    options = ("coordinates", "corners", "rotated")
    cannot = ("It has no place for polygons when it is written, nor for classes of whole images.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".xml")[:16]:
            head = source.head(name).replace(b"\0", b"")  # UTF-16, nearly
            if _ROOT.match(head.lstrip(b"\xff\xfe")):
                return Detection(Sure.CERTAIN, f"{name} begins with <annotation>")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.voc.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.voc.write import write

        return write(folder, spec, rows, progress)
