"""Numbers as tables have them: with decimal commas, in percent, and the boxes that stand in one cell."""

from __future__ import annotations

import re

from tui_labeler.formats.records import Place
from tui_labeler.model.errors import BadInput

Four = tuple[float, float, float, float]

# Between two boxes of a cell: `10 20 30 40;50 20 70 40`, `[[10, 20, 30, 40], [50, 20, 70, 40]]`.
_BETWEEN = re.compile(r"[;|]|[\])}]\s*,?\s*[\[({]")
_AROUND = "[](){}\"', \t\n"
_NO_BOX = frozenset({"no_box", "no box", "nobox", "no_boxes"})


def float_or_none(text: str, delimiter: str = ",") -> float | None:
    """A number; with a decimal comma where commas do not separate; a share of 1 where it is in percent."""
    is_percent = text.endswith("%")
    number = text[:-1].rstrip() if is_percent else text
    try:
        value = float(number.replace(",", ".") if delimiter != "," else number)
    except ValueError:
        return None
    return value / 100 if is_percent else value


def float_of(place: Place, text: str) -> float:
    """Raises BadInput for what is not a number."""
    value = float_or_none(text)
    if value is None:
        raise BadInput(f"{place}: “{text[:40]}” is not a number.", "Correct it in the file.")
    return value


def says_no_box(text: str) -> bool:
    """Whether a cell says that there is nothing, as Global Wheat's do."""
    return text.strip().lower() in _NO_BOX


def is_empty_list(text: str) -> bool:
    """Whether a cell is a list of boxes with none in it."""
    return bool(text) and not text.strip("[](){} ")


def boxes_in(text: str) -> list[Four] | None:
    """The boxes of a cell, four numbers each; None for something else."""
    parts = [part for part in _BETWEEN.split(text) if part.strip(_AROUND)]
    several = [_four(part) for part in parts]
    if len(several) > 1 and None not in several:
        return [box for box in several if box is not None]
    one = _four(text.replace(";", " "))
    return None if one is None else [one]


def classes_of_boxes(label: str, count: int, place: Place) -> list[str]:
    """The class of each box of a row: one of a list of as many, or the same for all. Raises BadInput."""
    inside = label[1:-1] if label.startswith(("[", "(")) and label.endswith(("]", ")")) else ""
    for delimiter in (",", ";", "|", " ") if inside else (";", "|"):
        names = [name.strip(_AROUND) for name in (inside or label).split(delimiter)]
        names = names[:-1] if names[-1:] == [""] else names
        if len(names) == count and all(names):
            return names
    if inside and count > 1 and "," in inside:
        what = f"{place}: it has {count} boxes, and another number of classes: {label[:60]}."
        raise BadInput(what, "Give each box its class, or all of them one.")
    return [label] * count


def _four(text: str) -> Four | None:
    numbers = [float_or_none(number) for number in text.strip(_AROUND).replace(",", " ").split()]
    x, y, z, w = numbers if len(numbers) == 4 else (None,) * 4
    return None if x is None or y is None or z is None or w is None else (x, y, z, w)
