"""YOLO: a text file an image, its classes by their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import REGIONS, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.formats.yolo.lists import lists_of
from tui_labeler.model.project import ProjectSpec

_LABEL = re.compile(rb"(?:\xef\xbb\xbf)?\s*\d+(?:\.0*)?(?:[ \t,]+-?[\d.]+(?:e-?\d+)?){4,}\s*(?:\n|\r|$)", re.I)
_NUMBER = re.compile(rb"-?\d+(?:\.\d*)?|\.\d+")
_SHARES = 2.0  # some boxes lead out of their images
_DESCRIBES = re.compile(rb"^(?:names|train|val|kpt_shape)\s*[:=]", re.M)


def _is_label(head: bytes) -> bool:
    """Whether a text begins with a line of YOLO's; those with commas have to be shares, else they are another format's."""
    line = _LABEL.match(head)
    return line is not None and (b"," not in line[0] or max(map(float, _NUMBER.findall(line[0])[1:5])) <= _SHARES)


class Yolo(Format):
    name = "yolo"
    title = "YOLO"
    text = "data.yaml, images and labels, for Ultralytics"
    writes = REGIONS
    reads = REGIONS
    options = ("coordinates", "box", "values")
    cannot = (
        "Keypoints and the numbers of tracks are not read; the boxes of poses and tracks are.",
        "Four corners a line (OBB) cannot be told from a polygon, and are read as one.",
    )
    with_images = True
    places_images = True

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".yaml", ".yml", ".data")[:16]:
            head = source.head(name)
            if len(set(_DESCRIBES.findall(head))) > 1 or (b"names" in head and b":" in head):
                return Detection(Sure.CERTAIN, f"{name} names classes")
        if image_lists := lists_of(source):
            return Detection(Sure.CERTAIN, f"{image_lists[0]} lists images with their boxes")
        lists = [name for name in source.files if name.endswith(("classes.txt", ".names", "_darknet.labels"))]
        for name in source.ending(".txt")[:64]:
            if name not in lists and _is_label(source.head(name)):
                why = f"{name} has lines of a number and four shares"
                return Detection(Sure.CERTAIN if lists else Sure.LIKELY, why)
        if lists:
            return Detection(Sure.POSSIBLE, f"{lists[0]} lists classes")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.yolo.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.yolo.write import write

        return write(folder, spec, rows, progress)
