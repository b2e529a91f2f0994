"""WIDER FACE's list: an image's name, how many faces, and a line a face."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.wider.signature import LIST


class Wider(Format):
    name = "wider"
    title = "WIDER FACE"
    text = "wider_face_train_bbx_gt.txt, or a model's lists"
    reads = REGIONS

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".txt")[:64]:
            if LIST.match(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} has names of images, counts, and boxes")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.wider.read import read

        return read(source, reading)
