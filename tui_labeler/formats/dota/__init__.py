"""DOTA's labels: a text file an image, four corners, a class and a difficulty a line."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.dota.signature import is_dota
from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


class Dota(Format):
    name = "dota"
    title = "DOTA"
    text = "a text file an image, rotated boxes by their corners"
    reads = REGIONS
    options = ("rotated",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".txt")[:64]:
            if is_dota(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} has eight numbers and a class in its lines")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.dota.read import read

        return read(source, reading)
