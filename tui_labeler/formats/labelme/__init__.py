"""labelme's JSON: a file an image."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


class Labelme(Format):
    name = "labelme"
    title = "labelme"
    text = "one JSON file an image"
    reads = EVERY_KIND

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json")[:8]:
            ends = source.ends(name)
            if b'"shapes"' in ends and b'"imagePath"' in ends:
                return Detection(Sure.CERTAIN, f"{name} has shapes and imagePath")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.labelme.read import read

        return read(source, reading)
