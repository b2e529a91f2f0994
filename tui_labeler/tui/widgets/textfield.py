"""Textual's field for several lines, made safe as `Field` is."""

from __future__ import annotations

from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tui_labeler.model.text import safe_lines


class TextField(TextArea):
    """Several lines."""

    def __init__(self, text: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(safe_lines(text), language=None, tab_behavior="focus", placeholder=placeholder, id=id)

    def load_text(self, text: str) -> None:
        super().load_text(safe_lines(text))

    def edit(self, edit: Edit) -> EditResult:
        edit.text = safe_lines(edit.text)
        return super().edit(edit)
