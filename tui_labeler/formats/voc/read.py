"""Pascal VOC read: an XML file an image, anywhere in a folder.

The challenge counts pixels from 1, the last one included (see write). Most other tools write edges from 0 into the same
fields: a file is read so where its writer's mark says it (labelImg and others leave one), and unmarked files where one of
them has a corner at 0 or between two pixels, which nobody has who counts from 1. A file all of whose corners lie between 0
and 1 has shares of the image's size in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_labeler.formats.reading import (
    OWN_ATTRIBUTES,
    Reading,
    corner_box,
    image_size,
    not_in_encoding,
    polygon,
    turned_corners,
)
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of
from tui_labeler.formats.values import is_number
from tui_labeler.formats.voc.write import box_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Point
from tui_labeler.untrusted.xmldoc import MOST_BYTES, load_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CORNERS = ("xmin", "ymin", "xmax", "ymax")
# What tools that write edges from 0 put into <database>; with labelImg's it is the only thing in <source>.
_FROM_0 = frozenset({"roboflow.ai", "roboflow.com", "mydatabase", "unspecified", "fiftyone", "makesense.ai"})
_LABELIMG = frozenset({"unknown", ""})
_STANDARD = re.compile(r"voc ?20\d\d|pascal voc|ilsvrc|imagenet", re.I)
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]{0,100}\?>", re.I)
_EDGE = re.compile(rb"<([xy]m(?:in|ax))>\s*(-?[\d.]+(?:e[-+]?\d+)?)\s*</\1>", re.I)
_OURS = "tui-labeler"
# A document type that declares nothing itself: labels need none, and whatever it names is never fetched.
_NAME = rb"(?:\"[^\"<]{0,1000}\"|'[^'<]{0,1000}')"
_PROLOG = rb"(?:\s|<\?xml[^>]{0,200}\?>|<!--(?:(?!-->).){0,10000}-->)*"
_DOCTYPE = re.compile(
    rb"(" + _PROLOG + rb")<!DOCTYPE\s+[\w:.-]+(?:\s+(?:SYSTEM|PUBLIC)(?:\s+" + _NAME + rb"){1,2})?\s*>", re.S
)


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is VOC's."""
    files = source.ending(".xml") if source.is_folder else source.files
    from_0 = _unmarked_from_0(source, files) if not reading.options.corners else False
    count = 0
    for name in files:
        shown = source.shown(name)
        try:
            root = load_xml(_plain(_as_utf8(source.read(name, MOST_BYTES), shown, reading)), shown)
            if root.tag.lower() != "annotation":
                if source.is_folder:
                    reading.pass_over("other_file", shown)
                    continue
                raise BadInput(f"{shown} is not Pascal VOC: it begins with <{root.tag[:40]}>.", "Name its format.")
        except BadInput as error:
            if not source.is_folder:
                raise
            reading.bad_entry(error, "bad_file")
            continue
        count += 1
        yield _Image(Place(shown), root, reading, from_0).image(name[: name.rfind(".")])
    if not count and not reading.report.counts.get("bad_file"):
        raise BadInput(f"There is no Pascal VOC file in {source.path}.", "Name the folder that holds the annotations.")


def _plain(data: bytes) -> bytes:
    """The document without a document type that declares nothing."""
    start = _DOCTYPE.match(data.removeprefix(b"\xef\xbb\xbf"))
    return data if start is None else start[1] + data.removeprefix(b"\xef\xbb\xbf")[start.end() :]


def _as_utf8(data: bytes, shown: str, reading: Reading) -> bytes:
    """The document as UTF-8: the parser itself knows few encodings."""
    declared = _DECLARED.match(data)
    name = declared[1].decode() if declared else reading.options.encoding
    if not name or name.lower().replace("-", "").replace("_", "") in ("utf8", "utf16", "ascii", "usascii"):
        try:
            if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
                data.decode("utf-8")
        except UnicodeDecodeError as error:
            if not reading.options.encoding:
                raise not_in_encoding(shown, "utf-8", error) from None
            name, declared = reading.options.encoding, None
        else:
            return data
    try:
        text = data[declared.end() if declared else 0 :].decode(name)
    except (UnicodeDecodeError, LookupError) as error:
        raise not_in_encoding(shown, name, error) from None
    return text.encode()


def _unmarked_from_0(source: Source, files: tuple[str, ...]) -> bool:
    """Whether a corner of an unmarked file lies where nobody puts it who counts from 1."""
    for name in files:
        if source.size(name) > MOST_BYTES:
            continue
        data = source.read(name, MOST_BYTES)
        if _STANDARD.search(data[:4096].decode("latin-1")) or _OURS.encode() in data[:4096]:
            continue
        for key, number in _EDGE.findall(data):
            try:
                value = float(number)
            except ValueError:
                continue
            if (value <= 0 and key.lower().endswith(b"min")) or not value.is_integer():
                return True
    return False


class _Image:
    """One file."""

    def __init__(self, place: Place, root: Element, reading: Reading, unmarked_from_0: bool) -> None:
        self._place, self._root, self._reading = place, root, reading
        chosen = reading.options.corners
        self._unit = Unit(reading.options.coordinates) if reading.options.coordinates else _unit_of(root)
        self._from_0 = chosen == "edges" if chosen else _is_from_0(root, unmarked_from_0)
        self._from_0 |= self._unit is Unit.SHARES

    def image(self, stem: str) -> ReadImage:
        root, place = self._root, self._place
        texts = [root.findtext("path", ""), root.findtext("filename", "")]
        names = [name for text in texts if text.strip() for name in (*names_of(text), *names_of(text.strip()))]
        regions: list[ReadRegion] = []
        left: list[LeftOut] = []
        objects = list(root.iter("object"))
        for number, element in enumerate(objects, 1):
            where = Place(place, ", object ", number)
            if element.findtext("deleted", "0").strip() == "1":  # LabelMe's own XML keeps what was taken away
                self._reading.pass_over("deleted", where)
                continue
            self._count_more(where, element)
            left += (
                LeftOut("bad_region", where) for _ in element.findall("bndbox")[1:]
            )  # whose, the file does not say
            try:
                regions.append(self._region(where, element))
            except BadInput as error:
                left.append(self._reading.left_out(_reason(error), where, error))
        width, height = self._size(left)
        stated = Stated.LABELED if objects else Stated.EMPTY
        unique = tuple(dict.fromkeys(names))
        return ReadImage(
            unique, place, tuple(regions), (), width, height, self._unit, stated, stem=stem, left_out=tuple(left)
        )

    def _count_more(self, place: Place, element: Element) -> None:
        """What an object has besides its class and its box."""
        reading = self._reading
        for _ in element.findall("part/bndbox"):
            reading.pass_over("part", place)
        named = {
            one.findtext("name", ""): one.findtext("value", "") for one in element.iterfind("attributes/attribute")
        }
        named |= {
            "text": element.findtext("attributes", "").strip(),
            "action": _actions(element),
        }  # LabelMe; VOC itself
        reading.pass_over_values((value for name, value in named.items() if name not in OWN_ATTRIBUTES), place)

    def _size(self, left: list[LeftOut]) -> tuple[int, int]:
        try:
            texts = (self._root.findtext(f"size/{key}", "0") for key in ("width", "height"))
            return image_size(self._place, *(_number(self._place, text or "0", "size") for text in texts))
        except BadInput as error:
            left.append(self._reading.left_out("bad_entry", self._place, error))
            return 0, 0

    def _region(self, place: Place, element: Element) -> ReadRegion:
        name = element.findtext("name", "").strip()
        if not name:
            raise BadInput(f"{place}: it has no name.", "Correct it in the file.")
        turned = element.find("robndbox")
        if turned is not None:
            return ReadRegion(name, points=_turned(place, turned), rotated=True)
        points = _outline(place, element.find("polygon"))
        box = element.find("bndbox")
        if box is None:
            if not points:
                raise BadInput(f"{place}: it has no bndbox.", "Correct it in the file.")
            return ReadRegion(name, points=points)
        x0, y0, x1, y1 = (_number(place, box.findtext(key, ""), key) for key in _CORNERS)
        corner_box(place, x0, y0, x1, y1)  # VOC's corners lie in the box: equal ones are one pixel
        return ReadRegion(name, Box(x0, y0, x1, y1) if self._from_0 else box_of(x0, y0, x1, y1), points)


def _actions(element: Element) -> str:
    """What VOC's people do, by the names of those that are marked."""
    return " ".join(action.tag for action in element.iterfind("actions/*") if (action.text or "").strip() == "1")


def _unit_of(root: Element) -> Unit:
    """Shares, where there are corners and none is larger than 1: nothing is marked within one pixel."""
    texts = [box.findtext(key, "") for box in root.iter("bndbox") for key in _CORNERS]
    numbers = [float(text) for text in texts if is_number(text)]
    is_share = bool(numbers) and 0 < max(numbers) <= 1 and not all(number.is_integer() for number in numbers)
    return Unit.SHARES if is_share else Unit.PIXELS


def _is_from_0(root: Element, unmarked_from_0: bool) -> bool:
    """By the mark of the writer, else as the unmarked files of the folder are."""
    source = root.find("source")
    database = root.findtext("source/database", "").strip()
    whole = " ".join((database, root.findtext("source/annotation", ""), root.findtext("folder", "")))
    if _OURS in whole or _STANDARD.search(whole):
        return False
    if database.lower() in _FROM_0:
        return True
    alone = source is not None and [child.tag for child in source] == ["database"]
    if alone and database.lower() in _LABELIMG and root.find("path") is not None:
        return True
    if source is not None and len(source) > 1 and database.lower() == "unknown":  # datumaro
        return True
    return unmarked_from_0


def _reason(error: BadInput) -> str:
    if "name" in error.message:
        return "no_class"
    return "bad_polygon" if "polygon" in error.message else "bad_box"


def _turned(place: Place, element: Element) -> tuple[Point, ...]:
    """roLabelImg's: a centre, a size, and an angle in radians."""
    x, y, width, height, angle = (
        _number(place, element.findtext(key, ""), key) for key in ("cx", "cy", "w", "h", "angle")
    )
    box = corner_box(place, x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return turned_corners(box, angle * 57.29577951308232)


def _outline(place: Place, element: Element | None) -> tuple[Point, ...]:
    """Points as Roboflow writes them (x1, y1, x2, …), or LabelMe (pt with x and y)."""
    if element is None:
        return ()
    points = element.findall("pt") or element.findall("point")
    if points:
        flat = [_number(place, point.findtext(key, ""), "polygon") for point in points for key in ("x", "y")]
    else:
        numbered = {child.tag: child.text or "" for child in element}
        flat = []
        at = 1
        while f"x{at}" in numbered and f"y{at}" in numbered:
            flat += [_number(place, numbered[f"{axis}{at}"], "polygon") for axis in "xy"]
            at += 1
    return polygon(place, flat)


def _number(place: Place, text: str | None, key: str) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise BadInput(f"{place}: “{(text or '')[:40]}” is not a valid {key}.", "Correct it in the file.") from None
