"""The line below the canvas: what to do next."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.widgets import Static


class PromptLine(Static):
    """One line of text, which the screen makes safe."""

    def show(self, text: str) -> None:
        """Written at every key, at least a cell: the screen then paints the canvas before it calls that painted."""
        if isinstance(self.content, Content) and self.content.plain == text:
            self.refresh(Region(0, 0, 1, 1))
        else:
            self.update(Content(text), layout=False)
