"""VoTT's JSON: an export, an asset a file, or version 1's frames."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.vott.signature import kind_of


class Vott(Format):
    name = "vott"
    title = "VoTT"
    text = "its JSON export, or its folder of assets"
    reads = EVERY_KIND
    cannot = ("Points and lines are not read.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json", ".vott")[:64]:
            kind = kind_of(source.ends(name))
            if kind:
                return Detection(Sure.CERTAIN, f"{name} has {kind}")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.vott.read import read

        return read(source, reading)
