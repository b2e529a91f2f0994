"""Supervisely's projects: meta.json, and a JSON file an image."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


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


def is_supervisely(ends: bytes) -> bool:
    """By the first and last bytes of a file: an image's, not the project's."""
    if not ends.lstrip().startswith(b"{") or b'"objects"' not in ends or b'"size"' not in ends:
        return False
    return b'"classTitle"' in ends or (b'"tags"' in ends and b'"height"' in ends)
