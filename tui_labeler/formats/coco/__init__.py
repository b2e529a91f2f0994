"""COCO: images, annotations and categories in one JSON file, in any order and size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import EVERY_KIND, REGIONS, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec


class Coco(Format):
    name = "coco"
    title = "COCO"
    text = "instances_train.json, read nearly everywhere"
    writes = REGIONS
    places_images = True
    reads = EVERY_KIND
    names_urls = True
    options = ("coordinates", "box", "rotated")
    cannot = (
        "A mask in run-length encoding is taken as its box, or as the outlines of its parts without their holes.",
        "Keypoints and captions are not read.",
    )

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json")[:8]:
            ends = source.ends(name)
            keys = sum(key in ends for key in _KEYS)
            if not ends.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
                continue
            if keys > 1 or (keys and not source.is_folder):  # of a folder, only such are read
                sure = Sure.LIKELY if keys > 1 else Sure.POSSIBLE
                return Detection(sure, f"{name} has images, annotations or categories")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.coco.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.coco.write import write

        return write(folder, spec, rows, progress)


_KEYS = (b'"categories"', b'"annotations"', b'"images"')
