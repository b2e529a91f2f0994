"""The labeling screen's keys as its last line and its help show them."""

from __future__ import annotations

from tui_labeler.labeling.keys import COMMANDS
from tui_labeler.tui.actions import Action

HELP_TEXT = (
    "**Grid jump**: letters stand over the image. Type one to choose a cell, which gets letters of its own; three "
    "letters place the upper left corner, three more the opposite one. Once a class has five boxes, two are enough "
    "for the opposite corner. Digits choose the class, **Enter** submits, **Esc** leads from letters to commands."
)
_SHOWN = ("submit", "skip", "undo", "grid", "rectangle", "select_next", "zoom_in", "help", "back")
_TEXTS = {"submit": "⏎", "undo": "⌫", "select_next": "Tab", "zoom_in": "+ −", "help": "?", "back": "Esc"}


def footer() -> tuple[Action, ...]:
    """The commands that the last line shows."""
    known = {command.name: command for command in COMMANDS}
    return tuple(
        Action(name, ",".join(known[name].keys), known[name].title, known[name].help, shown=_TEXTS.get(name, ""))
        for name in _SHOWN
    )


def help_rows(keymap: dict[str, str]) -> tuple[Action, ...]:
    """Every command, with the keys that it has now."""
    rows = [
        Action("choose", "1-9", "Class", "Choose the class; with a region selected, change its class"),
        Action("move", "left,up,down,right", "Move", "Move the cursor, the selected region or its edge; with ⇧ by ten"),
    ]
    for one in COMMANDS:
        keys = [key for key, name in keymap.items() if name == one.name]
        rows.append(Action(one.name, ",".join(keys), one.title, f"{one.title}: {one.help}"))
    return tuple(rows)
