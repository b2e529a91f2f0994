"""Label Studio's JSON: a list of tasks."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


class LabelStudio(Format):
    name = "labelstudio"
    title = "Label Studio"
    text = "its JSON export"
    reads = EVERY_KIND

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json")[:8]:
            head = source.head(name).lstrip()
            if head.startswith(b"[") and b'"data"' in head:
                return Detection(Sure.CERTAIN, f"{name} is a list of tasks with data")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.labelstudio.read import read

        return read(source, reading)
