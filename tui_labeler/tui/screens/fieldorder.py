"""Where Enter goes on in a form."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Button, Input, Select, TextArea

from tui_labeler.tui.screens.base import is_shown
from tui_labeler.tui.widgets.choices import Choices

_FIELDS = (Input, TextArea)
NEEDED = "-needed"
"""The class of a button without which the form cannot be filled."""
UNANSWERABLE = "-unanswerable"
"""The class of a list that has nothing to choose."""


def field_after(form: Widget, field: Widget) -> Widget | None:
    """The field that a form shows after this one; None where it is the last. After an input come inputs, and what has no
    answer yet: what can only be chosen has one mostly."""
    fields = [
        widget
        for widget in form.query("*")
        if widget is field or (widget.focusable and is_shown(widget) and _is_next(widget, field))
    ]
    place = fields.index(field) + 1 if field in fields else len(fields)
    return fields[place] if place < len(fields) else None


def _is_next(widget: Widget, field: Widget) -> bool:
    if isinstance(widget, Select):
        return widget.selection is None and not widget.has_class(UNANSWERABLE)
    if isinstance(widget, Button):
        return widget.has_class(NEEDED)
    return isinstance(widget, _FIELDS) or (isinstance(widget, Choices) and isinstance(field, Choices))
