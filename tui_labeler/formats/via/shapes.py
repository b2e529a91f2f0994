"""VIA's shapes, and which attribute of a region is its class."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from tui_labeler.formats.reading import polygon, sized_box
from tui_labeler.formats.records import Place, ReadRegion
from tui_labeler.formats.values import Fields, fields_of, list_of, number_of, numbers_of, text_of
from tui_labeler.model.errors import BadInput

KNOWN = ("class", "label", "name", "category", "type", "object", "class_name", "tag", "species")
"""What attributes are called that are classes, the surest first."""


class Attributes:
    """The attributes that regions (or images) of a file have: how many have each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def seen(self, attributes: Any) -> None:
        self.counts.update(key for key, value in fields_of(attributes).items() if value not in ("", None, {}))

    def class_key(self, shown: str, chosen: str) -> str:
        """The one that is the class. Raises BadInput where that cannot be told."""
        if chosen:
            if self.counts and chosen not in self.counts:
                what = f"{shown}: no region has an attribute “{chosen[:40]}”."
                raise BadInput(what, f"There are: {', '.join(list(self.counts)[:8])}.")
            return chosen
        if len(self.counts) <= 1:
            return next(iter(self.counts), "")
        folded = {key.strip().lower().replace(" ", "_"): key for key in self.counts}
        for name in KNOWN:
            if name in folded:
                return folded[name]
        first, second = [key for key, _ in self.counts.most_common(2)]
        what = (
            f"{shown}: regions have several attributes ({', '.join(list(self.counts)[:8])}); one of them is the class."
        )
        raise BadInput(what, f"Say which: --column label={first} or --column label={second}.")


def class_of(place: Place, attributes: Any, key: str) -> str:
    """A text, or the one that is checked. Raises BadInput for several."""
    value = fields_of(attributes).get(key)
    if not isinstance(value, dict):
        return text_of(value)
    names = [name for name, on in value.items() if on in (True, 1, "1", "true")]
    if len(names) > 1:
        raise BadInput(f"{place}: {len(names)} classes are checked, where a region has one.", "Keep one of them.")
    return names[0] if names else ""


def others_of(attributes: Any, key: str) -> list[Any]:
    """What an object or image has besides its class."""
    if isinstance(attributes, dict) and len(attributes) == 1 and key in attributes:
        return []  # nearly always, and asked for each region
    return [value for name, value in fields_of(attributes).items() if name != key and not _is_unchecked(value)]


def _is_unchecked(value: Any) -> bool:
    """A list of boxes to check, none of which is."""
    return isinstance(value, dict) and not any(on in (True, 1, "1", "true") for on in value.values())


def tags_of(attributes: Any, key: str) -> list[str]:
    """The classes of a whole image."""
    value = fields_of(attributes).get(key)
    if isinstance(value, dict):
        return [name for name, on in value.items() if on in (True, 1, "1", "true")]
    return [text] if (text := text_of(value)) else []


def region_of(place: Place, name: str, shape: Fields) -> ReadRegion | str:
    """A region, or why there is none. Raises BadInput."""
    kind = text_of(shape.get("name"))
    if kind == "rect":
        return ReadRegion(name, sized_box(place, *numbers_of(place, shape, ("x", "y", "width", "height"))))
    if kind not in ("polygon", "polyline") and "all_points_x" not in shape:
        return "shape"
    if kind == "polyline":
        return "shape"
    xs, ys = (list_of(shape.get(f"all_points_{axis}")) for axis in "xy")
    if len(xs) != len(ys):
        raise BadInput(f"{place}: the polygon has {len(xs)} x and {len(ys)} y.", "Correct it in the file.")
    outline = polygon(
        place,
        [number_of(place, coordinate, "coordinate") for point in zip(xs, ys, strict=True) for coordinate in point],
    )
    return ReadRegion(name, points=outline) if outline else "degenerate"


def region_of_xy(place: Place, name: str, numbers: list[Any]) -> ReadRegion | str:
    """A shape of version 3: the kind's number, then its coordinates."""
    values = [number_of(place, number, "coordinate") for number in numbers]
    if len(values) == 5 and values[0] == 2:
        return ReadRegion(name, sized_box(place, *values[1:]))
    if values and values[0] == 7:
        outline = polygon(place, values[1:])
        return ReadRegion(name, points=outline) if outline else "degenerate"
    return "shape"


def cell_of(place: Place, text: str) -> Fields:
    """The JSON of a table's cell. Raises BadInput."""
    if not text.strip():
        return {}
    try:
        return fields_of(json.loads(text))
    except (ValueError, RecursionError):
        raise BadInput(f"{place}: “{text[:40]}” is not valid JSON.", "Correct it in the file.") from None
