"""Supervisely's projects: meta.json, and a JSON file an image."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.supervisely.signature import is_supervisely


class Supervisely(Format):
    name = "supervisely"
    title = "Supervisely"
    text = "meta.json, datasets with ann and img"
    reads = EVERY_KIND
    cannot = ("Points, lines, cuboids and graphs are not read.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json")[:64]:
            if is_supervisely(source.ends(name)):
                return Detection(Sure.CERTAIN, f"{name} has objects with classTitle")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.supervisely.read import read

        return read(source, reading)
