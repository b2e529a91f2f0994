"""YOLO's lists of images, as keras-yolo3 and PyTorch's YOLOv4 read them and Roboflow exports them (“YOLO Keras”): a line an
image, its name and then `x_min,y_min,x_max,y_max,class` for each box, in pixels. Classes stand in a file of names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tui_labeler.formats.reading import Reading, corner_box
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.source import Source, folder_of
from tui_labeler.formats.tables import text_lines
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.patterns import IMAGE_SUFFIXES

_NUMBER = r"-?\d+(?:\.\d*)?"
_BOX = rf"{_NUMBER}(?:,{_NUMBER}){{3}},\d+"
_SUFFIX = rf"\.(?:{'|'.join(sorted(IMAGE_SUFFIXES))})"
_LINE = re.compile(rf"\s*(.*?{_SUFFIX})((?:\s+{_BOX})*)\s*", re.I)
_HEAD = re.compile(rf"^[^\n]*?{_SUFFIX}[ \t]+{_BOX}\s*(?:[ \t\r\n]|$)".encode(), re.I | re.M)
_LOOKED_AT = 64


def lists_of(source: Source) -> list[str]:
    """The texts that list images with their boxes. Where none of the uppermost ones does, a source holds a label file an
    image, and may hold many: those are not opened."""
    texts = source.ending(".txt")
    if not any(_is_list(source, name) for name in sorted(texts, key=lambda name: name.count("/"))[:_LOOKED_AT]):
        return []
    return [name for name in texts if _is_list(source, name)]


def _is_list(source: Source, name: str) -> bool:
    return _HEAD.search(source.head(name)) is not None


def read_list(
    source: Source, name: str, reading: Reading, names: Callable[[str], dict[int, str]]
) -> Iterator[ReadImage]:
    """The images of a list; `names` gives the classes of a folder by their numbers."""
    around, classes = folder_of(source, name), names(name.rpartition("/")[0])
    for place, line in text_lines(source, name, reading):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            reading.bad_entry(BadInput(f"{place}: “{line[:60]}” is not an image with its boxes.", "Correct the line."))
            continue
        regions: list[ReadRegion] = []
        left: list[LeftOut] = []
        for number, text in enumerate(match[2].split(), 1):
            where = Place(place, ", box ", number)
            *corners, key = text.split(",")
            if (class_name := classes.get(int(key))) is None:
                left.append(LeftOut("unknown_class", where))
                continue
            try:
                regions.append(ReadRegion(class_name, corner_box(where, *map(float, corners))))
            except BadInput as error:
                left.append(reading.left_out("bad_box", where, error))
        stated = Stated.LABELED if regions or left else Stated.LISTED
        yield ReadImage(names_of(match[1]), place, tuple(regions), stated=stated, left_out=tuple(left), folder=around)
