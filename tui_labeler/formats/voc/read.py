"""Pascal VOC read: one XML file an image, in `Annotations` or in the folder itself. Corners count from 1 (see voc)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_labeler.formats.reading import Reading, corner_box, image_size
from tui_labeler.formats.records import Place, ReadImage, ReadRegion
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of
from tui_labeler.formats.voc.write import box_of
from tui_labeler.model.errors import BadInput
from tui_labeler.untrusted.xmldoc import MOST_BYTES, load_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CORNERS = ("xmin", "ymin", "xmax", "ymax")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput with the file."""
    files = source.ending(".xml") if source.is_folder else source.files
    if not files:
        raise BadInput(f"There is no .xml file in {source.path}.", "Name the folder that holds the annotations.")
    for name in files:
        shown = source.shown(name)
        yield _image(Place(shown), load_xml(source.read(name, MOST_BYTES), shown), name[: name.rfind(".")])


def _image(place: Place, root: Element, stem: str) -> ReadImage:
    texts = [root.findtext("path", ""), root.findtext("filename", "")]
    names = [one for text in texts if text.strip() for one in (*names_of(text), *names_of(text.strip()))]
    width, height = (_number(place, root.findtext(f"size/{key}", "0"), key) for key in ("width", "height"))
    width, height = image_size(place, width, height)
    regions = []
    for number, found in enumerate(root.iter("object"), 1):
        where = Place(place, ", object ", number)
        name = found.findtext("name", "").strip()
        if not name:
            raise BadInput(f"{where}: it has no name.", "Correct it in the file.")
        box = found.find("bndbox")
        if box is None:
            raise BadInput(f"{where}: it has no bndbox.", "Correct it in the file.")
        x0, y0, x1, y1 = (_number(where, box.findtext(key, ""), key) for key in _CORNERS)
        corner_box(where, x0, y0, x1, y1)  # VOC's corners lie in the box: equal ones are one pixel
        regions.append(ReadRegion(name, box_of(x0, y0, x1, y1)))
    return ReadImage(tuple(dict.fromkeys(names)), place, tuple(regions), (), width, height, stem=stem)


def _number(place: Place, text: str, key: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{place}: “{text[:40]}” is no {key}.", "Correct it in the file.") from None
