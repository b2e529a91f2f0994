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

_NUMBER = r"-?\d+(?:\.\d*)?"
_BOX = rf"{_NUMBER}(?:,{_NUMBER}){{3}},\d+"
_SUFFIX = r"\.(?:jpe?g|jpe|jfif|png|bmp|tiff?|webp|gif)"
_LINE = re.compile(rf"\s*(.*?{_SUFFIX})((?:\s+{_BOX})*)\s*", re.I)
_HEAD = re.compile(rf"^[^\n]*?{_SUFFIX}[ \t]+{_BOX}\s*(?:[ \t\r\n]|$)".encode(), re.I | re.M)


def is_list(head: bytes) -> bool:
    """Whether a text with this beginning lists images with their boxes."""
    return _HEAD.search(head) is not None


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
