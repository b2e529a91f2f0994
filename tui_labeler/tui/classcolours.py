"""Class colours as variables of the theme, so that what is on the screen follows when another theme is chosen."""

from __future__ import annotations

from tui_labeler.imaging.colours import hex_colour

# Classes beyond these have a colour that is the same in every theme of as many colours; it needs no name.
_NAMED = 32


def class_variables() -> dict[str, str]:
    """The variables `class-none`, `class-0` … of the theme whose inks are in force: name -> #rrggbb."""
    return {class_variable(class_index): hex_colour(class_index) for class_index in range(-1, _NAMED)}


def class_variable(class_index: int) -> str:
    """The variable's name for the class at `class_index` (from 0; -1: no class), or its #rrggbb where it has none."""
    if class_index < 0:
        return "class-none"
    return f"class-{class_index}" if class_index < _NAMED else hex_colour(class_index)


def class_style(class_index: int) -> str:
    """The same as a style for `Content`."""
    variable = class_variable(class_index)
    return variable if variable.startswith("#") else f"${variable}"
