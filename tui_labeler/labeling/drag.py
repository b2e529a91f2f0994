"""Drawing and shaping by the mouse: press, drag, release."""

from __future__ import annotations

from dataclasses import dataclass

from tui_labeler.labeling import region_ops
from tui_labeler.labeling.editor_state import EditorState
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools.polygon import Polygon
from tui_labeler.model.geometry import Box, Point
from tui_labeler.model.regions import Region


@dataclass
class Drag:
    """One press of the button on its way: what it took hold of, and the box that would come of it."""

    start: Point
    at: Point
    place: int = -1  # the region that is moved or resized; -1: a new box
    edges: str = ""
    before: Region | None = None

    @property
    def band(self) -> Box | None:
        """The new box so far."""
        return Box.between(*self.start, *self.at) if self.place < 0 else None


def press(editor: EditorState, point: Point, reach: float) -> Drag | None:
    """The button went down at an image point; `reach` is how near (in image pixels) an edge is taken hold of."""
    if not editor.kind.has_regions:
        return None
    if editor.mode == Mode.POLYGON:
        tool = editor.tool
        assert isinstance(tool, Polygon)
        tool.add(point)
        return None
    order = sorted(range(editor.locked, len(editor.draft.regions)), key=lambda index: index != editor.selected)
    for index in order:
        region = editor.draft.regions[index]
        edges = _edges(region, point, reach)
        if edges or (index == editor.selected and region.extent.contains(*point)):
            editor.mode, editor.selected, editor.edges = Mode.REGIONS, index, ""
            return Drag(point, point, index, "" if region.points else edges, region)
    return Drag(point, point) if editor.kind.draws_boxes else None


def _edges(region: Region, point: Point, reach: float) -> str:
    box, (x, y) = region.extent, point
    if not (box.x0 - reach <= x <= box.x1 + reach and box.y0 - reach <= y <= box.y1 + reach):
        return ""
    near = {"l": abs(x - box.x0), "r": abs(x - box.x1), "t": abs(y - box.y0), "b": abs(y - box.y1)}
    return "".join(edge for edge, away in near.items() if away <= reach)


def move(editor: EditorState, drag: Drag, point: Point) -> None:
    """The pointer moved with the button down."""
    drag.at = point
    if drag.place >= 0 and drag.before is not None:
        dx, dy = point[0] - drag.start[0], point[1] - drag.start[1]
        region = region_ops.moved(drag.before, dx, dy, drag.edges, editor.size)
        editor.draft = editor.draft.replaced(drag.place, region, f"drag{id(drag)}-")


def release(editor: EditorState, drag: Drag, least: float) -> None:
    """The button went up: a new box, if it is at least `least` image pixels wide and high; else a click, which selects."""
    box = drag.band
    if box is None:
        return
    if box.width >= least and box.height >= least:
        editor.add_box(box)
        return
    under = [index for index, region in enumerate(editor.draft.regions) if region.extent.contains(*drag.at)]
    if under:
        smallest = min(under, key=lambda index: editor.draft.regions[index].area)
        editor.mode, editor.selected, editor.edges = Mode.REGIONS, smallest, ""
