"""Vertex AI's import and export files (AutoML Vision's too): JSON Lines, and CSV without titles."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.vertex.signature import kind_of


class Vertex(Format):
    name = "vertex"
    title = "Vertex AI"
    text = "JSON Lines or CSV with gs:// addresses"
    reads = EVERY_KIND
    cannot = ("Masks are other files, and not read.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".jsonl", ".json", ".csv")[:64]:
            kind = kind_of(source.head(name))
            if kind:
                what = "imageGcsUri in its lines" if kind == "json" else "rows of a use, an address and a class"
                return Detection(Sure.CERTAIN, f"{name} has {what}")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.vertex.read import read

        return read(source, reading)
