"""Supervisely read: `meta.json`, and in each dataset `ann/NAME.json` for `img/NAME`; older ones call it `NAME` without the
image's suffix. The project writes a file for every image, so that one without objects is only listed.

Rectangles, polygons and bitmaps are taken (holes of polygons are not kept); an image's tag without a value is a class.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tui_labeler.formats.reading import Reading, polygon
from tui_labeler.formats.records import Place, ReadImage, ReadRegion
from tui_labeler.formats.source import Source
from tui_labeler.formats.supervisely.bitmap import bitmap_mask
from tui_labeler.formats.supervisely.signature import is_supervisely
from tui_labeler.formats.values import Entry, Fields, fields_of, list_of, number_of, spanned_box, text_of
from tui_labeler.model.errors import BadInput

_MOST = 256 << 20


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is Supervisely's."""
    count = 0
    for name in source.ending(".json") if source.is_folder else source.files:
        shown = source.shown(name)
        if source.is_folder and not is_supervisely(source.ends(name)):
            if not name.endswith(("meta.json", "key_id_map.json", "obj_class_to_machine_color.json")):
                reading.pass_over("other_file", shown)
            continue
        count += 1
        try:
            content = msgspec.json.decode(source.read(name, _MOST).removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            broken = BadInput(f"{shown} is not complete JSON: {error}.", "Correct the file.")
            if not source.is_folder:
                raise broken from None
            reading.bad_entry(broken, "bad_file")
            continue
        yield _image(Place(shown), name, fields_of(content), reading)
    if not count:
        raise BadInput(f"There is no file of Supervisely in {source.path}.", "Name the folder that holds meta.json.")


def _image(place: Place, name: str, annotation: Fields, reading: Reading) -> ReadImage:
    entry = Entry(place, reading).named(_image_path(name), text_of(annotation.get("name")))
    size = fields_of(annotation.get("size"))
    entry.sized(size.get("width"), size.get("height"))
    for tag in map(fields_of, list_of(annotation.get("tags"))):
        if _is_class(tag):
            entry.tags.append(text_of(tag.get("name")))
        else:
            reading.pass_over_values((text_of(tag.get("name")),), place)
    reading.pass_over_values((annotation.get("description"),), place)
    for number, item in enumerate(list_of(annotation.get("objects")), 1):
        where = Place(place, ", object ", number)
        with entry.part(where):
            region = _region(where, fields_of(item))
            entry.leave(region, where) if isinstance(region, str) else entry.regions.append(region)
        reading.pass_over_values((*list_of(fields_of(item).get("tags")), fields_of(item).get("description")), where)
    return entry.image()


def _image_path(name: str) -> str:
    """`ds/ann/a.jpg.json` is of `ds/img/a.jpg`."""
    folder, slash, base = name[: -len(".json")].rpartition("/")
    above, cut, last = folder.rpartition("/")
    return f"{above}{cut}img/{base}" if last == "ann" else f"{folder}{slash}{base}"


def _is_class(tag: Fields) -> bool:
    return bool(text_of(tag.get("name"))) and tag.get("value") in (None, "", True)


def _region(place: Place, fields: Fields) -> ReadRegion | str:
    name = text_of(fields.get("classTitle"))
    if not name:
        return "no_class"
    points = fields_of(fields.get("points"))
    bitmap = fields.get("bitmap")
    kind = text_of(fields.get("geometryType")) or ("bitmap" if isinstance(bitmap, dict) else "polygon")
    if kind == "bitmap":
        about = fields_of(bitmap)
        origin = list_of(about.get("origin"))
        if len(origin) != 2 or not isinstance(about.get("data"), str):
            raise BadInput(f"{place}: its bitmap has no data or no origin.", "Export it anew.")
        x, y = (int(number_of(place, coordinate, "corner")) for coordinate in origin)
        return ReadRegion(name, mask=bitmap_mask(about["data"], x, y, place))
    if kind not in ("rectangle", "polygon"):
        return "shape"
    flat: list[float] = []
    for point in list_of(points.get("exterior")):
        if len(list_of(point)) != 2:
            raise BadInput(f"{place}: its points are no pairs of numbers.", "Correct it in the file.")
        flat += (number_of(place, coordinate, "coordinate") for coordinate in point)
    if kind == "rectangle":
        return ReadRegion(name, spanned_box(place, flat[::2], flat[1::2]))
    outline = polygon(place, flat)
    return ReadRegion(name, points=outline) if outline else "degenerate"
