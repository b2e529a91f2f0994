"""Values that others wrote, taken as they come: texts that are numbers, numbers that are texts, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tui_labeler.formats.reading import Reading, corner_box, image_size, turned_corners
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box

Fields = dict[str, Any]
_NUMBERS = {int, float}


def fields_of(value: Any) -> Fields:
    """An object's fields; none of what is no object."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """A list; an empty one of what is none."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """A text without blanks around it; a whole number as its digits, anything else as nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def path_of(value: Any) -> str:
    """A file's name as it stands: blanks around it are part of it. Anything but a text as `text_of` has it."""
    return value if isinstance(value, str) and value.strip() else text_of(value)


def number_of(place: Place, value: Any, what: str) -> float:
    """A number, or a text that is one. Raises BadInput, which calls it `what`."""
    if not isinstance(value, (bool, type(None))):
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            pass  # the same message as for what is no number at all
    shown = "nothing" if value is None else f"“{str(value)[:40]}”"
    raise BadInput(f"{place}: {shown} is not a valid {what}.", "Correct it in the file.")


def is_number(text: str) -> bool:
    """Whether the text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_set(value: Any) -> bool:
    """Whether a flag is 1, in any of the ways in which tools write that."""
    return value in (1, "1") or (isinstance(value, str) and value.strip().lower() == "true")


def share_of(value: Any) -> float:
    """A confidence from 0 to 1; 1 where there is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return 1.0
    return min(max(float(value), 0.0), 1.0)


def numbers_of(place: Place, fields: Fields, keys: tuple[str, ...]) -> list[float]:
    """The numbers under `keys`. Raises BadInput."""
    values = [fields.get(key) for key in keys]
    if {*map(type, values)} <= _NUMBERS:  # nearly always
        return list(map(float, values))  # type: ignore[arg-type]
    return [number_of(place, fields.get(key), key) for key in keys]


def turned_region(name: str, box: Box, degrees: float, confidence: float = 1.0) -> ReadRegion:
    """A box that is turned clockwise around its centre; after half and quarter turns it is upright again."""
    quarters = degrees / 90
    if abs(quarters - round(quarters)) > 1e-6:
        return ReadRegion(name, points=turned_corners(box, degrees), confidence=confidence, rotated=True)
    if round(quarters) % 2:
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        half, tall = (box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2
        box = Box(x - tall, y - half, x + tall, y + half)
    return ReadRegion(name, box, confidence=confidence)


def spanned_box(place: Place, xs: list[float], ys: list[float]) -> Box:
    """The box around points. Raises BadInput where there are none, or impossible ones."""
    if not xs:
        raise BadInput(f"{place}: it has no points.", "Correct it in the file.")
    return corner_box(place, min(xs), min(ys), max(xs), max(ys))


class Entry:
    """One image on its way: what was read of it so far, and what could not be."""

    def __init__(self, place: Place, reading: Reading, names: tuple[str, ...] = (), stem: str = "") -> None:
        self.place, self.names, self.stem = place, names, stem
        self._reading = reading
        self.regions: list[ReadRegion] = []
        self.tags: list[str] = []
        self.left: list[LeftOut] = []
        self.size = (0, 0)
        self.unit = Unit.PIXELS
        self.folder = ""

    def named(self, *texts: str) -> Entry:
        """With what the image may be called, from paths and URLs. Raises BadInput where there is nothing."""
        self.names = tuple(dict.fromkeys(name for text in texts if text for name in names_of(text)))
        if not self.names and not self.stem:
            raise BadInput(f"{self.place}: it names no image.", "Correct it in the file.")
        return self

    @contextmanager
    def part(self, place: Place, reason: str = "bad_region") -> Iterator[None]:
        """What is wrong within costs this part alone, under `reason`."""
        try:
            yield
        except BadInput as error:
            self.left.append(self._reading.left_out(reason, place, error))

    def leave(self, reason: str, place: Place) -> None:
        """Something that cannot be taken."""
        self.left.append(LeftOut(reason, place))

    def sized(self, width: Any, height: Any) -> None:
        """The image's size, where it is one: the image itself says it else."""
        try:
            wide, high = (number_of(self.place, side, "size") if side else 0.0 for side in (width, height))
            self.size = image_size(self.place, wide, high)
        except BadInput:
            self.size = (0, 0)

    def image(self, otherwise: Stated = Stated.LISTED, labeled: Stated = Stated.LABELED) -> ReadImage:
        """`otherwise` is what an image without anything is said to be, `labeled` one with something."""
        says = bool(self.regions or self.tags or self.left)
        return ReadImage(
            self.names,
            self.place,
            tuple(self.regions),
            tuple(dict.fromkeys(self.tags)),
            *self.size,
            unit=self.unit,
            stated=labeled if says else otherwise,
            stem=self.stem,
            left_out=tuple(self.left),
            folder=self.folder,
        )
