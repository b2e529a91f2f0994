"""The mouse on the canvas: press, drag, release draws and changes regions; the wheel zooms."""

from __future__ import annotations

from tui_labeler.labeling import drag as dragging
from tui_labeler.labeling.editor import Editor
from tui_labeler.model.geometry import Box
from tui_labeler.tui.viewing import Viewing
from tui_labeler.tui.widgets.canvas import Canvas

# In columns of the canvas: how near to an edge or corner a press takes it, and how small a drawn box is a mere click.
_NEAR, _CLICK = 1.5, 2.0


class Pointer:
    """What the mouse holds between its messages."""

    def __init__(self) -> None:
        self._drag: dragging.Drag | None = None

    @property
    def band(self) -> Box | None:
        """The box that is being drawn."""
        return self._drag.band if self._drag is not None else None

    def take(self, event: Canvas.Pointed, editor: Editor, look: Viewing) -> None:
        view = look.view
        if view is None:
            return
        x, y = view.point(event.dot_x, event.dot_y)
        inside = (min(max(x, 0.0), float(editor.size.width)), min(max(y, 0.0), float(editor.size.height)))
        if event.what == "wheel":
            look.wheel(event.steps, (x, y))
        elif event.what == "down":
            self._drag = dragging.press(editor, inside, _NEAR * view.column_size)
        elif event.what == "move" and self._drag is not None:
            dragging.move(editor, self._drag, inside)
        elif event.what == "up" and self._drag is not None:
            dragging.release(editor, self._drag, _CLICK * view.column_size)
            self._drag = None
