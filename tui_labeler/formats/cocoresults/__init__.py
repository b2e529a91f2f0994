"""COCO's results: a list of detections that name images and classes by the numbers of another file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source

_RESULT = re.compile(rb'^\s*\[\s*\{[^{}]*?"(?:image_id|category_id)"\s*:')


class CocoResults(Format):
    name = "coco-results"
    title = "COCO results"
    text = "a model's detections, with the COCO file beside them"
    reads = REGIONS
    options = ("coordinates",)
    cannot = ("Keypoints and captions are not read.",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".json")[:8] if not source.is_folder else ():
            if is_results(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} is a list of detections (image_id, category_id)")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.cocoresults.read import read

        return read(source, reading)


def is_results(head: bytes) -> bool:
    """By the first bytes of a file."""
    return _RESULT.match(head) is not None and (b'"score"' in head or b'"bbox"' in head)
