"""labelme's JSON: a file an image."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.labelme.signature import looks_like_labelme
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


class Labelme(Format):
    name = "labelme"
    title = "labelme"
    text = "one JSON file an image"
    reads = EVERY_KIND
    options = ("rotated",)
    cannot = ("Circles, lines, points and masks are not read.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json")[:64]:
            if looks_like_labelme(source.ends(name)):
                return Detection(Sure.CERTAIN, f"{name} has shapes and imagePath")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.labelme.read import read

        return read(source, reading)
