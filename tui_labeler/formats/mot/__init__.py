"""MOT Challenge's sequences: gt/gt.txt, a line an object of a frame."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.mot.signature import FILES, LINE
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


class Mot(Format):
    name = "mot"
    title = "MOT"
    text = "gt/gt.txt of a sequence, frame by frame"
    reads = REGIONS
    options = ("corners",)
    cannot = ("The numbers of tracks are not read.", "Frames are matched by their numbers (img1/000001.jpg).")

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".txt")[:256]:
            if LINE.match(source.head(name)):
                is_known = name.rpartition("/")[2] in FILES
                return Detection(Sure.CERTAIN if is_known else Sure.LIKELY, f"{name} has frames, tracks and boxes")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.mot.read import read

        return read(source, reading)
