"""Small pictures of tasks with their labels: read and drawn in threads, and kept while they may be looked at again."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from tui_labeler.imaging.colours import class_colour
from tui_labeler.imaging.crops import ColouredOutline, drawn, outline_of
from tui_labeler.imaging.density import outlines_or_dots
from tui_labeler.imaging.picture import Picture
from tui_labeler.model.errors import LabelerError, Unreachable
from tui_labeler.model.geometry import Box, Point, Size
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Task
from tui_labeler.tui.pictures import Pictures

# Some pages of a large window. In half blocks one takes 5 kB, in pixels some 130 kB.
_KEPT = 240
_MISSING = "The file is missing; its labels are kept."

_Key = tuple[int, str, int | None, tuple[int, int]]


class AwayNote(str):
    """Why no image can be shown at all, for now."""


class Miniatures:
    """Of one project. What is kept of an image is found again while the file, the labels and the room for it are the
    same."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """`read` gives the bytes of a path; it is called in threads."""
        self._pictures = Pictures(read)
        self._drawn: OrderedDict[_Key, Picture | str] = OrderedDict()

    def get(self, task: Task, dots: tuple[int, int]) -> Picture | str | None:
        """The picture on at most so many dots, why there is none, or None where it was not loaded yet."""
        if task.missing:
            return _MISSING
        return self._drawn.get(_key(task, dots))

    def prepare(self, tasks: Iterable[Task], dots: tuple[int, int]) -> None:
        """These will be loaded, or are likely to be; whatever else is on its way is not wanted any longer."""
        self._pictures.enough = Size(max(dots[0], 1), max(dots[1], 1))
        self._pictures.keep(task.path for task in tasks if self.get(task, dots) is None)

    async def load(
        self, task: Task, labels: Labels | None, names: tuple[str, ...], dots: tuple[int, int], line: float
    ) -> None:
        """After this `get` has the picture, with the regions in their classes' colours, or the reason why there is none.
        `line` is how thick their outlines are, in dots; less than one lets the image show through."""
        try:
            picture = await self._pictures.get(task.path)
            shown: Picture | str = await asyncio.to_thread(_draw, picture, labels, names, dots, line)
        except Unreachable as error:
            shown = AwayNote(error)
        except LabelerError as error:
            shown = str(error)
        self._drawn[_key(task, dots)] = shown
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)

    def forget(self) -> None:
        """Draws all anew: classes have other colours, or what failed may be there again."""
        self._drawn.clear()

    def try_again(self) -> None:
        """Reads anew what could not be read: the disk or the line may be back."""
        for key in [key for key, shown in self._drawn.items() if isinstance(shown, str)]:
            del self._drawn[key]

    @property
    def is_away(self) -> bool:
        """Whether images could not be shown because what holds them is not there."""
        return any(isinstance(shown, AwayNote) for shown in self._drawn.values())

    def close(self) -> None:
        self._pictures.close()


def _key(task: Task, dots: tuple[int, int]) -> _Key:
    return task.id, task.version, task.label_id, dots


def _draw(
    picture: Picture, labels: Labels | None, names: tuple[str, ...], dots: tuple[int, int], line: float
) -> Picture:
    places = {name: class_index for class_index, name in enumerate(names)}
    regions = labels.regions if labels else ()
    whole = Box(0, 0, picture.size.width, picture.size.height)
    scale = min(dots[0] / whole.width, dots[1] / whole.height)
    lines: Sequence[tuple[Point, ...]] = [region.points or outline_of(region.extent) for region in regions]
    lines = outlines_or_dots(lines, scale, round(whole.width * whole.height * scale * scale))
    outlines: tuple[ColouredOutline, ...] = tuple(
        (points, class_colour(places.get(region.name, -1))) for region, points in zip(regions, lines, strict=True)
    )
    finer = math.ceil(1 / line)  # a thinner line than a dot is one of several that make up the dot
    return drawn(picture, whole, outlines, dots[0] * finer, dots[1] * finer, max(1, round(line * finer)))
