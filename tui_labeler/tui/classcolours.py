"""Class colours as variables of the theme, so that what is on the screen follows when another theme is chosen."""

from __future__ import annotations

from tui_labeler.imaging.colours import colour_number, hex_colour

# Classes beyond these have a colour that is the same in every theme of as many colours; it needs no name.
_NAMED = 32


def class_variables() -> dict[str, str]:
    """The variables `class-none`, `class-0` … of the theme whose inks are in force: name -> #rrggbb."""
    return {number_variable(number): hex_colour(number) for number in range(-1, _NAMED)}


def class_variable(class_index: int) -> str:
    """The variable's name for the class at `class_index` (from 0; -1: of no class), or its #rrggbb where it has none."""
    return number_variable(colour_number(class_index))


def number_variable(number: int) -> str:
    """The same for the colour `number` (from 0)."""
    if number < 0:
        return "class-none"
    return f"class-{number}" if number < _NAMED else hex_colour(number)


def class_style(class_index: int) -> str:
    """The colour of the class at `class_index` as a style for `Content`."""
    return number_style(colour_number(class_index))


def number_style(number: int) -> str:
    """The same for the colour `number` (from 0)."""
    variable = number_variable(number)
    return variable if variable.startswith("#") else f"${variable}"
