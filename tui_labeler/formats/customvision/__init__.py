"""Azure Custom Vision's JSON."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.customvision.signature import is_answer
from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source


class CustomVision(Format):
    name = "customvision"
    title = "Custom Vision"
    text = "tagged-images.json, or its API's answer"
    reads = EVERY_KIND

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json")[:8]:
            head = source.head(name)
            if b'"files"' in head and b'"filename"' in head:
                return Detection(Sure.CERTAIN, f"{name} has files with filename and tags")
            if is_answer(head):
                return Detection(Sure.CERTAIN, f"{name} is a list of images with tags of the API")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.customvision.read import read

        return read(source, reading)
