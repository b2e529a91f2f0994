"""Where Enter goes on in a form."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Input, TextArea

from tui_labeler.tui.screens.base import is_shown
from tui_labeler.tui.widgets.choices import Choices

_FIELDS = (Input, TextArea)


def field_after(form: Widget, field: Widget) -> Widget | None:
    """The field that a form shows after this one; None where it is the last. After an input come inputs alone: what can
    only be chosen has an answer already."""
    kinds = (*_FIELDS, Choices) if isinstance(field, Choices) else _FIELDS
    fields = [
        widget
        for widget in form.query("*")
        if widget is field or (isinstance(widget, kinds) and widget.focusable and is_shown(widget))
    ]
    place = fields.index(field) + 1 if field in fields else len(fields)
    return fields[place] if place < len(fields) else None
