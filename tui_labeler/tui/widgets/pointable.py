"""What the mouse does on an image, in its dots."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widget import Widget

from tui_labeler.tui.graphicsapp import grid_of_app


class Pointable(Widget):
    """Says where the mouse points, to the middle of its cell; while a button is held, also beside the widget."""

    class Pointed(Message):
        """The mouse: `what` is "down", "move" (with the button down), "up" or "wheel" (`steps` in, or below 0 out)."""

        def __init__(self, what: str, dot_x: float, dot_y: float, steps: int = 0) -> None:
            super().__init__()
            self.what, self.dot_x, self.dot_y, self.steps = what, dot_x, dot_y, steps

    _held = False

    def _point(self, what: str, event: events.MouseEvent, steps: int = 0) -> None:
        grid = grid_of_app(self)
        self.post_message(self.Pointed(what, (event.x + 0.5) * grid.across, (event.y + 0.5) * grid.down, steps))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button == 1:
            self._held = True
            self.capture_mouse()
            self._point("down", event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held:
            self._point("move", event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._held:
            self._held = False
            self.release_mouse()
            self._point("up", event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._point("wheel", event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._point("wheel", event, -1)
