"""What tools are told, and what they tell."""

from __future__ import annotations

from typing import Protocol

import msgspec

from tui_labeler.imaging.overlay import Letter
from tui_labeler.labeling.modes import Mode
from tui_labeler.model.geometry import Box, Point, Size
from tui_labeler.model.regions import Region


class Sizes(msgspec.Struct, frozen=True):
    """The (width, height), in image pixels, that boxes of a class had so far, in no order; `least` and `most` of each, but
    for outliers."""

    least: tuple[float, float]
    most: tuple[float, float]
    seen: tuple[tuple[float, float], ...]


class Scene(msgspec.Struct, frozen=True):
    """What a tool has to know of the moment: the image, the part of it that is seen, the size of a dot of the canvas in
    image pixels, the sizes known of the chosen class, and the time in seconds."""

    size: Size
    area: Box
    dot: float
    sizes: Sizes | None = None
    now: float = 0.0


class Sketch(msgspec.Struct, frozen=True):
    """What a tool shows: see `Overlay`."""

    cursor: Point | None = None
    band: Box | None = None
    path: tuple[Point, ...] = ()
    letters: tuple[Letter, ...] = ()
    focus: Box | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What a key did: `taken` says that the tool knew it. A tool may have finished a `box` or a `polygon`; `again` says
    that the box is the one finished last, corrected. `take` and `refuse` decide on proposals. `message` says why a key
    that the tool knew did nothing."""

    taken: bool = True
    box: Box | None = None
    polygon: tuple[Point, ...] = ()
    again: bool = False
    take: tuple[Region, ...] = ()
    refuse: Region | None = None
    message: str = ""


TAKEN = Outcome()
NOT_MINE = Outcome(taken=False)

ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class Tool(Protocol):
    """A way to draw. It keeps its own state between keys."""

    mode: Mode

    @property
    def enter(self) -> str:
        """What Enter does now, in a word; empty where it is not the tool's, and submits."""
        ...

    @property
    def is_begun(self) -> bool:
        """Whether something was begun that submitting would lose."""
        ...

    def press(self, key: str, scene: Scene) -> Outcome:
        """One key, as Textual names it."""
        ...

    def as_placed(self, scene: Scene) -> Outcome:
        """What was begun, finished where it stands: for who submits without the last key. `NOT_MINE` where it is not placed
        well enough."""
        ...

    def sketch(self, scene: Scene) -> Sketch:
        """What to show now."""
        ...

    def prompt(self, scene: Scene) -> str:
        """What to do next, in a few words."""
        ...

    def take_back(self) -> bool:
        """Takes back the last step of what was begun: a letter, a corner, a point. False where nothing is begun."""
        ...

    def reset(self) -> bool:
        """Drops what was begun; says whether there was anything."""
        ...


def clamp(point: Point, size: Size) -> Point:
    """The point, moved into the image."""
    return min(max(point[0], 0.0), float(size.width)), min(max(point[1], 0.0), float(size.height))
