"""What stands over an image while it is labeled, in image pixels: the tools say it, the canvas draws it.

Nothing here knows cells, colours of a terminal, or a screen; nothing here imports NumPy or Pillow.
"""

from __future__ import annotations

import msgspec

from tui_labeler.model.geometry import Box, Point
from tui_labeler.model.regions import Region


class Mark(msgspec.Struct, frozen=True):
    """A region of the draft as it is to be drawn. `dashed` is a proposal that nobody confirmed yet; `hint` a letter that
    takes the proposal; `hidden` regions are not drawn at all. `edges` names the edges that arrows move now (any of "ltrb");
    `point` is the place of the polygon's point that arrows move, -1 for none."""

    region: Region
    selected: bool = False
    dashed: bool = False
    locked: bool = False
    hidden: bool = False
    hint: str = ""
    edges: str = ""
    point: int = -1


class Letter(msgspec.Struct, frozen=True):
    """A letter that stands over one place and takes it when typed. (x, y) is the place in image pixels."""

    x: float
    y: float
    char: str


class Overlay(msgspec.Struct, frozen=True):
    """Everything over the picture.

    `cursor`: the crosshair. `band`: the box that is being drawn. `path`: the polygon so far, open. `letters` and `focus`:
    the grid of a jump and the area that it divides; where letters would stand closer than two cells, the canvas shows
    `focus` enlarged in a magnifier instead. `name`: the class that `band` and `path` will get (for their colour).
    """

    marks: tuple[Mark, ...] = ()
    cursor: Point | None = None
    band: Box | None = None
    path: tuple[Point, ...] = ()
    letters: tuple[Letter, ...] = ()
    focus: Box | None = None
    name: str = ""
    filled: bool = False
