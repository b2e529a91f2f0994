"""Textual's field for one line, made safe: what is pasted into it, or read from a workspace, may hold anything.

Textual draws the value of a field as it is, escape sequences included. Nobody can type those, so here they become
visible when they enter. (TextField is another module: it takes long to import, and the first screen does without.)
"""

from __future__ import annotations

from textual.widgets import Input

from tui_labeler.model.text import safe_text


class Field(Input):
    """One line."""

    def validate_value(self, value: str) -> str:
        return safe_text(value)

    def watch_value(self, value: str) -> None:
        """Textual leaves a field's first text at its beginning, with the cursor out of sight at its end."""
        if value and self.cursor_position == len(value):
            self.scroll_to(x=self.virtual_size.width, animate=False, force=True, immediate=True)
