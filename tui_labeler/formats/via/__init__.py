"""VGG Image Annotator's JSON, of its versions 1 to 3, and its CSV."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.via.signature import kind_of


class Via(Format):
    name = "via"
    title = "VIA"
    text = "VGG Image Annotator's JSON and CSV"
    reads = EVERY_KIND
    options = ("columns",)
    cannot = ("Circles, ellipses, points and lines are not read.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json", ".csv")[:64]:
            kind = kind_of(name, source.ends(name))
            if kind:
                return Detection(Sure.CERTAIN, f"{name} has regions with {kind}")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.via.read import read

        return read(source, reading)
