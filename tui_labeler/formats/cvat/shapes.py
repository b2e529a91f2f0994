"""The shapes of CVAT's XML, which are the same for images and for tracks."""

from __future__ import annotations

from tui_labeler.formats.masks import row_runs
from tui_labeler.formats.reading import corner_box, polygon
from tui_labeler.formats.records import Place, ReadRegion
from tui_labeler.formats.values import turned_region
from tui_labeler.model.errors import BadInput

Attributes = dict[str, str]
CORNERS = ("xtl", "ytl", "xbr", "ybr")
SHAPES = frozenset({"box", "polygon", "mask", "polyline", "points", "ellipse", "cuboid", "skeleton"})
_MOST_POINTS = 1_000_000


def region_of(place: Place, kind: str, name: str, attributes: Attributes) -> ReadRegion | str:
    """A region, or why there is none. Raises BadInput for what cannot be read."""
    if kind not in ("box", "polygon", "mask"):
        return "keypoints" if kind == "skeleton" else "shape"
    if not name:
        return "no_class"
    if kind == "box":
        try:
            x0, y0, x1, y1 = (float(attributes[key]) for key in CORNERS)
            degrees = float(attributes.get("rotation") or 0)
        except (KeyError, ValueError):
            raise BadInput(
                f"{place}: a corner of the box is missing, or no number.", "Correct it in the file."
            ) from None
        box = corner_box(place, x0, y0, x1, y1)
        if not degrees:
            return ReadRegion(name, box)
        if not abs(degrees) <= 1e6:
            raise BadInput(f"{place}: {degrees} is not an angle.", "Correct it in the file.")
        return turned_region(name, box, degrees)
    if kind == "mask":
        return _mask(place, name, attributes)
    try:
        flat = [
            float(coordinate)
            for point in attributes.get("points", "").split(";")
            if point
            for coordinate in point.split(",")
        ]
    except ValueError:
        raise BadInput(f"{place}: its points are no pairs of numbers.", "Correct it in the file.") from None
    outline = polygon(place, flat)
    return ReadRegion(name, points=outline) if outline else "degenerate"


def _mask(place: Place, name: str, attributes: Attributes) -> ReadRegion:
    try:
        left, top, width, height = (int(float(attributes[key])) for key in ("left", "top", "width", "height"))
        runs = [int(run) for run in attributes.get("rle", "").split(",") if run.strip()]
    except (KeyError, ValueError, OverflowError):
        raise BadInput(f"{place}: its mask cannot be read.", "Export it anew.") from None
    if len(runs) > _MOST_POINTS or max(abs(left), abs(top)) > _MOST_POINTS:
        raise BadInput(f"{place}: its mask is too large.", "Export it anew.")
    return ReadRegion(name, mask=row_runs(left, top, width, height, runs, place))
