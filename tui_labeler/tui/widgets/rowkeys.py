"""Keys in the rows of a list, as lines and as pictures."""

from __future__ import annotations

from textual.binding import Binding, BindingType

# What moves the cursor in the rows and selects some of them, as lines and as pictures.
ROW_KEYS: list[BindingType] = [
    Binding("up,k", "line(-1)", show=False),
    Binding("down,j", "line(1)", show=False),
    Binding("pageup", "page(-1)", show=False),
    Binding("pagedown", "page(1)", show=False),
    Binding("home,g", "end(-1)", show=False),
    Binding("end,G", "end(1)", show=False),
    Binding("enter", "choose", show=False),
    Binding("space", "select", show=False),
    Binding("shift+up", "extend_line(-1)", show=False),
    Binding("shift+down", "extend_line(1)", show=False),
]
