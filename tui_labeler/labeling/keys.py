"""The keys of the labeling screen: one table feeds the bindings, the panel and the help, and people can change it.

Letters are the retired service's where it had one (1-9, R, T, M, L, P, U, D, B, + and -, Tab, Delete). While grid jump
takes letters for places, commands are reached by their other keys, or after Escape.
"""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from tui_labeler.model.errors import BadInput
from tui_labeler.wholefiles import read_small_file


class Command(StrEnum):
    """What a key can do; the values are the names that keys.toml knows."""

    SUBMIT = "submit"
    SKIP = "skip"
    PREVIOUS = "previous"
    NEXT = "next"
    RESUME = "resume"
    GO_TO = "go_to"
    UNDO = "undo"
    REDO = "redo"
    GRID = "grid"
    POINT = "point"
    RECTANGLE = "rectangle"
    TEMPLATE = "template"
    POLYGON = "polygon"
    REGIONS = "regions"
    POINTS = "points"
    SELECT_NEXT = "select_next"
    SELECT_PREVIOUS = "select_previous"
    EDGE = "edge"
    DELETE = "delete"
    DELETE_ALL = "delete_all"
    COPY = "copy"
    LOCK = "lock"
    BACKGROUND = "background"
    HIDE = "hide"
    SELECT_ALL = "select_all"
    HIDE_CLASS = "hide_class"
    FIND_CLASS = "find_class"
    CLASS_CODE = "class_code"
    LAYOUT = "layout"
    ACCEPT_ALL = "accept_all"
    PROPOSALS = "proposals"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    FIT = "fit"
    ACTUAL = "actual"
    ZOOM_SELECTION = "zoom_selection"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    PAN_UP = "pan_up"
    PAN_DOWN = "pan_down"
    BRIGHTER = "brighter"
    DARKER = "darker"
    MORE_CONTRAST = "more_contrast"
    LESS_CONTRAST = "less_contrast"
    RESET_TONE = "reset_tone"
    PANEL = "panel"
    INSTRUCTIONS = "instructions"
    HELP = "help"
    BACK = "back"


@dataclass(frozen=True)
class CommandInfo:
    """A command with its `keys`, as Textual names them, before anyone changes them, and the words for it."""

    name: Command
    keys: tuple[str, ...]
    title: str
    help: str
    group: str


COMMANDS: tuple[CommandInfo, ...] = (
    CommandInfo(Command.SUBMIT, ("enter",), "Submit", "Submit these labels and go to the next task", "Tasks"),
    CommandInfo(Command.SKIP, ("s", "f6"), "Skip", "Leave this image without labels", "Tasks"),
    CommandInfo(
        Command.PREVIOUS,
        ("pageup", "left_square_bracket"),
        "Previous",
        "The task before, to look at or correct",
        "Tasks",
    ),
    CommandInfo(
        Command.NEXT,
        ("pagedown", "right_square_bracket"),
        "Next",
        "The task after, open or not; nothing is submitted",
        "Tasks",
    ),
    CommandInfo(Command.RESUME, ("home", "end"), "Resume", "Back to the first open task", "Tasks"),
    CommandInfo(Command.GO_TO, ("f8",), "Go to", "Any image, by its number or a part of its name", "Tasks"),
    CommandInfo(
        Command.UNDO, ("backspace", "z", "ctrl+z"), "Undo", "Take back the last change; there is no limit", "Tasks"
    ),
    CommandInfo(Command.REDO, ("y", "ctrl+y"), "Redo", "Do again what was taken back", "Tasks"),
    CommandInfo(Command.GRID, ("g",), "Grid jump", "Letters over the image: three keys place a corner", "Tools"),
    CommandInfo(
        Command.POINT,
        ("k", "ctrl+k"),
        "Point to box",
        "Letters at the middle of an object: the best one there, to take or refuse",
        "Tools",
    ),
    CommandInfo(Command.RECTANGLE, ("r",), "Rectangle", "A box by the arrow keys", "Tools"),
    CommandInfo(Command.TEMPLATE, ("t",), "Template", "A box of the last one's size", "Tools"),
    CommandInfo(Command.POLYGON, ("p",), "Polygon", "A polygon, point by point", "Tools"),
    CommandInfo(Command.REGIONS, ("m",), "Regions", "Select, move and resize regions", "Tools"),
    CommandInfo(Command.POINTS, ("u",), "Points", "Move, add (+) and remove (Del) points of a polygon", "Tools"),
    CommandInfo(Command.SELECT_NEXT, ("tab",), "Select", "The next region", "Regions"),
    CommandInfo(Command.SELECT_PREVIOUS, ("shift+tab",), "Select back", "The region before", "Regions"),
    CommandInfo(Command.EDGE, ("e",), "Edge", "What the arrows move: the whole region, or one edge", "Regions"),
    CommandInfo(Command.DELETE, ("delete",), "Delete", "Delete the selected region, else the last one", "Regions"),
    CommandInfo(Command.DELETE_ALL, ("d",), "Delete all", "Delete all regions of this image", "Regions"),
    CommandInfo(Command.COPY, ("c",), "Copy", "A second region like the selected one", "Regions"),
    CommandInfo(Command.LOCK, ("l",), "Lock", "Lock regions that are there: only new ones can be changed", "Regions"),
    CommandInfo(Command.BACKGROUND, ("b",), "Background", "Fill regions with their colour, or not", "Regions"),
    CommandInfo(Command.HIDE, ("h",), "Hide", "Hide the regions, or show them", "Regions"),
    CommandInfo(Command.SELECT_ALL, ("a", "ctrl+a"), "Select all", "All images of the sheet, or none", "Classes"),
    CommandInfo(Command.HIDE_CLASS, ("x",), "Hide class", "Hide the chosen class's regions, or show them", "Classes"),
    CommandInfo(Command.FIND_CLASS, ("slash",), "Find class", "Search all classes by name", "Classes"),
    CommandInfo(
        Command.CLASS_CODE,
        ("apostrophe", "number_sign"),
        "Class by code",
        "Choose a class beyond the ninth by its code, the letters beside its name",
        "Classes",
    ),
    CommandInfo(Command.LAYOUT, ("w",), "Layout", "One image, or a sheet of 4, 6 or 9 at a time", "View"),
    CommandInfo(Command.ACCEPT_ALL, ("f4",), "Take all", "Take all of the model's proposals", "Proposals"),
    CommandInfo(
        Command.PROPOSALS, ("f3",), "Proposals", "Letters on the proposals: take or refuse one by one", "Proposals"
    ),
    CommandInfo(Command.ZOOM_IN, ("plus", "equals_sign"), "Zoom in", "Nearer, around the cursor", "View"),
    CommandInfo(Command.ZOOM_OUT, ("minus",), "Zoom out", "Farther", "View"),
    CommandInfo(Command.FIT, ("f",), "Fit", "The whole image", "View"),
    CommandInfo(Command.ACTUAL, ("o",), "1:1", "One image pixel a dot", "View"),
    CommandInfo(Command.ZOOM_SELECTION, ("v",), "Zoom to it", "As near as the selected region fills the view", "View"),
    CommandInfo(Command.PAN_LEFT, ("H", "ctrl+left"), "Pan left", "Move the view", "View"),
    CommandInfo(Command.PAN_RIGHT, ("L", "ctrl+right"), "Pan right", "Move the view", "View"),
    CommandInfo(Command.PAN_UP, ("K", "ctrl+up"), "Pan up", "Move the view", "View"),
    CommandInfo(Command.PAN_DOWN, ("J", "ctrl+down"), "Pan down", "Move the view", "View"),
    CommandInfo(Command.BRIGHTER, ("greater_than_sign",), "Brighter", "Brightness up", "View"),
    CommandInfo(Command.DARKER, ("less_than_sign",), "Darker", "Brightness down", "View"),
    CommandInfo(Command.MORE_CONTRAST, ("right_curly_bracket",), "More contrast", "Contrast up", "View"),
    CommandInfo(Command.LESS_CONTRAST, ("left_curly_bracket",), "Less contrast", "Contrast down", "View"),
    CommandInfo(
        Command.RESET_TONE, ("backslash",), "Reset tone", "Brightness and contrast as the image has them", "View"
    ),
    CommandInfo(Command.PANEL, ("f5",), "Panel", "Show or hide the panel beside the image", "View"),
    CommandInfo(
        Command.INSTRUCTIONS, ("i", "f2"), "Instructions", "What the project's owner wrote for labelers", "Help"
    ),
    CommandInfo(Command.HELP, ("question_mark", "f1"), "Keys", "Every key", "Help"),
    CommandInfo(Command.BACK, ("escape", "q"), "Leave", "Leave; the draft is kept", "Help"),
)


def key_text(key: str) -> str:
    """A key of Textual's as a person reads it."""
    if text := _KEY_TEXTS.get(key) or _signs().get(key):
        return text
    modifier, plus, plain = key.rpartition("+")
    marks = {"shift": "⇧", "ctrl": "Ctrl+", "alt": "Alt+"}
    if not plus or modifier not in marks:
        return f"⇧{key}" if len(key) == 1 and key.isupper() else key
    return marks[modifier] + (plain.upper() if len(plain) == 1 else key_text(plain))


@cache
def _signs() -> dict[str, str]:
    """Textual's names of the signs that a keyboard has: those of Unicode, but for a few."""
    exceptions = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "low_line": "underscore"}
    names = {re.sub("[ -]", "_", unicodedata.name(sign).lower()): sign for sign in string.punctuation}
    return {exceptions.get(name, name): sign for name, sign in names.items()}


_KEY_TEXTS = {
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "shift+up": "⇧↑",
    "shift+down": "⇧↓",
    "f4": "F4",
    "f8": "F8",
    "enter": "⏎",
    "escape": "Esc",
    "delete": "Del",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "tab": "Tab",
    "shift+tab": "⇧Tab",
    "space": "Space",
    "plus": "+",
    "minus": "−",
    "backspace": "⌫",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}


# A key as Textual names it.
_KEY = re.compile(r"((ctrl|alt|shift)\+)*([a-z0-9_]+|[A-Z])")
_FIXED = frozenset({"up", "down", "left", "right", "space", *"123456789"})


def default_keymap() -> dict[str, Command]:
    """key -> command."""
    return {key: command.name for command in COMMANDS for key in command.keys}


def load_keymap(path: Path) -> dict[str, Command]:
    """The default keys, changed by the table `[label]` of a TOML file (command = "key" or a list of keys), if the file is
    there. Raises BadInput with the file and the line for an unknown command, a key that is none, or a clash."""
    if not path.exists():
        return default_keymap()
    try:
        text = read_small_file(path).decode()
        document = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise BadInput(f"The key file {path}: {error}.", "Correct it, or move it away.") from None
    table = document.get("label", {})
    if set(document) - {"label"} or not isinstance(table, dict):
        raise BadInput(f"The key file {path}: it has one table, [label].")
    return _merged(path, text, table)


def _merged(path: Path, text: str, table: Mapping[str, object]) -> dict[str, Command]:
    known = frozenset[str](command.name for command in COMMANDS)
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in table.items():
        keys = [value] if isinstance(value, str) else value
        if name not in known:
            raise BadInput(f"{_line(path, text, name)}: there is no command “{name[:40]}”.", "See the keys with ?.")
        if not isinstance(keys, list) or not all(isinstance(key, str) and _KEY.fullmatch(key) for key in keys):
            raise BadInput(f'{_line(path, text, name)}: “{name}” wants a key, for example "s" or "ctrl+s".')
        chosen[name] = tuple(keys)
    keymap: dict[str, Command] = {}
    for command in COMMANDS:
        for key in chosen.get(command.name, command.keys):
            if key in _FIXED:
                raise BadInput(
                    f"{_line(path, text, command.name)}: the key “{key}” has a meaning that cannot be changed."
                )
            if key in keymap:
                at = command.name if command.name in chosen else keymap[key]
                raise BadInput(f"{_line(path, text, at)}: the key “{key}” is both {keymap[key]} and {command.name}.")
            keymap[key] = command.name
    if Command.BACK not in keymap.values():
        raise BadInput(f"{_line(path, text, 'back')}: “back” needs a key, or nobody finds the way out.")
    return keymap


def _line(path: Path, text: str, name: str) -> str:
    number = next((n for n, line in enumerate(text.splitlines(), 1) if line.split("=")[0].strip() == name), 1)
    return f"The key file {path}, line {number}"
