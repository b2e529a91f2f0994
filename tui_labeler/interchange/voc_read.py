"""Pascal VOC read: one XML file an image, in `Annotations` or in the folder itself. Corners count from 1 (see voc)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui_labeler.interchange.reading import Place, ReadImage, ReadRegion, corner_box, image_size, whole
from tui_labeler.interchange.urls import names_of
from tui_labeler.interchange.voc import box_of
from tui_labeler.model.errors import BadInput
from tui_labeler.untrusted.xmldoc import MOST_BYTES, load_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CORNERS = ("xmin", "ymin", "xmax", "ymax")


def read(path: Path) -> Iterator[ReadImage]:
    """Raises BadInput with the file."""
    folder = path / "Annotations" if (path / "Annotations").is_dir() else path
    files = sorted(folder.rglob("*.xml")) if path.is_dir() else [path]
    if not files:
        raise BadInput(f"There is no .xml file in {folder}.", "Name the folder that holds the annotations.")
    for one in files:
        shown = str(one.relative_to(folder)) if path.is_dir() else one.name
        yield _image(Place(shown), load_xml(whole(one, MOST_BYTES), shown), one.stem)


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
    return ReadImage(tuple(dict.fromkeys(names)) or (stem,), place, tuple(regions), (), width, height, stem=not names)


def _number(place: Place, text: str, key: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{place}: “{text[:40]}” is no {key}.", "Correct it in the file.") from None
