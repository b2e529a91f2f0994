"""Objects in an image: boxes, or polygons."""

from __future__ import annotations

from tui_labeler.labeling.keys import Command
from tui_labeler.labeling.kinds.kind import KeyOf
from tui_labeler.labeling.modes import Mode

_DRAW_BOXES = frozenset({Command.GRID, Command.POINT, Command.RECTANGLE, Command.TEMPLATE})
_BOX_MODES = frozenset({Mode.GRID, Mode.POINT, Mode.RECTANGLE, Mode.TEMPLATE})
_DRAW_POLYGONS = frozenset({Command.POLYGON, Command.POINTS})
_POLYGON_MODES = frozenset({Mode.POLYGON, Mode.POINTS})
_OF_SHEETS = frozenset({Command.SELECT_ALL, Command.LAYOUT})
# What changes, shows or takes regions, of whatever shape.
_OF_REGIONS = frozenset(
    {
        Command.REGIONS,
        Command.SELECT_NEXT,
        Command.SELECT_PREVIOUS,
        Command.EDGE,
        Command.DELETE,
        Command.DELETE_ALL,
        Command.COPY,
        Command.LOCK,
        Command.BACKGROUND,
        Command.HIDE,
        Command.HIDE_CLASS,
        Command.ZOOM_SELECTION,
    }
)
FOR_REGIONS = _DRAW_BOXES | _DRAW_POLYGONS | _OF_REGIONS


class Boxes:
    """Each object in a box."""

    has_regions = draws_boxes = single_choice = True

    def first_mode(self, drawing: Mode) -> Mode:
        return drawing

    def offers(self, command: str) -> bool:
        return command not in _OF_SHEETS and command not in _DRAW_POLYGONS

    def refusal(self, mode: Mode, key: KeyOf) -> str:
        if mode not in _POLYGON_MODES:
            return ""
        return f"This project takes boxes: {key(Command.GRID)} or {key(Command.RECTANGLE)} draws one."

    def tags_with(self, tags: tuple[str, ...], name: str) -> tuple[str, ...]:
        return tags

    def idle_prompt(self, key: KeyOf) -> str:
        return f"{key(Command.GRID)} draws a box by letters · {key(Command.RECTANGLE)} by arrows"


class Polygons:
    """Each object in an outline."""

    has_regions = single_choice = True
    draws_boxes = False

    def first_mode(self, drawing: Mode) -> Mode:
        return Mode.POINT if drawing is Mode.POINT else Mode.POLYGON

    def offers(self, command: str) -> bool:
        return command not in _OF_SHEETS and command not in _DRAW_BOXES

    def refusal(self, mode: Mode, key: KeyOf) -> str:
        if mode is Mode.POINT:
            draws = f"{key(Command.POLYGON)} draws by hand"
            return f"Pointing needs a model (tui-labeler assist use FILES); {draws}."
        return f"This project takes polygons: {key(Command.POLYGON)} draws one." if mode in _BOX_MODES else ""

    def tags_with(self, tags: tuple[str, ...], name: str) -> tuple[str, ...]:
        return tags

    def idle_prompt(self, key: KeyOf) -> str:
        return f"{key(Command.POLYGON)} draws a polygon"
