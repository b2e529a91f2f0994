"""KITTI's object labels: a text file an image, a line of 15 fields an object."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.kitti.signature import LINE
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


class Kitti(Format):
    name = "kitti"
    title = "KITTI"
    text = "a text file an image, 15 fields a line"
    reads = REGIONS
    cannot = ("Only the boxes in the image are read, not the sizes and places in space.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".txt")[:64]:
            if LINE.match(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} has a class and 14 numbers in its lines")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.kitti.read import read

        return read(source, reading)
