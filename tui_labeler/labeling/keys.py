"""The keys of the labeling screen: one table feeds the bindings, the panel and the help, and people can change it.

Letters are the retired service's where it had one (1-9, R, T, M, L, P, U, D, B, + and -, Tab, Delete). While grid jump
takes letters for places, commands are reached by their other keys, or after Escape.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tui_labeler.model.errors import BadInput


@dataclass(frozen=True)
class Command:
    """`name` is what the configuration calls it; `keys` as Textual names them."""

    name: str
    keys: tuple[str, ...]
    title: str
    help: str
    group: str


COMMANDS: tuple[Command, ...] = (
    Command("submit", ("enter",), "Submit", "Submit these labels and go to the next task", "Tasks"),
    Command("skip", ("s", "f6"), "Skip", "Leave this image without labels", "Tasks"),
    Command(
        "previous", ("pageup", "left_square_bracket"), "Previous", "The task before, to look at or correct", "Tasks"
    ),
    Command("next", ("pagedown", "right_square_bracket"), "Next", "The task after", "Tasks"),
    Command("resume", ("home", "end"), "Resume", "Back to the first open task", "Tasks"),
    Command("undo", ("backspace", "z", "ctrl+z"), "Undo", "Take back the last change; there is no limit", "Tasks"),
    Command("redo", ("y", "ctrl+y"), "Redo", "Do again what was taken back", "Tasks"),
    Command("grid", ("g",), "Grid jump", "Letters over the image: three keys place a corner", "Tools"),
    Command("rectangle", ("r",), "Rectangle", "A box by the arrow keys", "Tools"),
    Command("template", ("t",), "Template", "A box of the last one's size", "Tools"),
    Command("polygon", ("p",), "Polygon", "A polygon, point by point", "Tools"),
    Command("regions", ("m",), "Regions", "Select, move and resize regions", "Tools"),
    Command("points", ("u",), "Points", "Move, add (+) and remove (Del) points of a polygon", "Tools"),
    Command("select_next", ("tab",), "Select", "The next region", "Regions"),
    Command("select_previous", ("shift+tab",), "Select back", "The region before", "Regions"),
    Command("edge", ("e",), "Edge", "What the arrows move: the whole region, or one edge", "Regions"),
    Command("delete", ("delete",), "Delete", "Delete the selected region, else the last one", "Regions"),
    Command("delete_all", ("d",), "Delete all", "Delete all regions of this image", "Regions"),
    Command("copy", ("c",), "Copy", "A second region like the selected one", "Regions"),
    Command("lock", ("l",), "Lock", "Lock regions that are there: only new ones can be changed", "Regions"),
    Command("background", ("b",), "Background", "Fill regions with their colour, or not", "Regions"),
    Command("hide", ("h",), "Hide", "Hide the regions, or show them", "Regions"),
    Command("select_all", ("a", "ctrl+a"), "Select all", "All images of the sheet, or none", "Classes"),
    Command("hide_class", ("x",), "Hide class", "Hide the chosen class's regions, or show them", "Classes"),
    Command("find_class", ("slash",), "Find class", "Search all classes by name", "Classes"),
    Command(
        "class_code",
        ("apostrophe", "number_sign"),
        "Class by code",
        "Choose a class beyond the ninth by its code, the letters beside its name",
        "Classes",
    ),
    Command("layout", ("w",), "Layout", "One image, or a sheet of 4, 6 or 9 at a time", "View"),
    Command("accept_all", ("f4",), "Take all", "Take all of the model's proposals", "Proposals"),
    Command("proposals", ("f3",), "Proposals", "Letters on the proposals: take or refuse one by one", "Proposals"),
    Command("zoom_in", ("plus", "equals_sign"), "Zoom in", "Nearer, around the cursor", "View"),
    Command("zoom_out", ("minus",), "Zoom out", "Farther", "View"),
    Command("fit", ("f",), "Fit", "The whole image", "View"),
    Command("actual", ("o",), "1:1", "One image pixel a dot", "View"),
    Command("zoom_selection", ("v",), "Zoom to it", "As near as the selected region fills the view", "View"),
    Command("pan_left", ("H", "ctrl+left"), "Pan left", "Move the view", "View"),
    Command("pan_right", ("L", "ctrl+right"), "Pan right", "Move the view", "View"),
    Command("pan_up", ("K", "ctrl+up"), "Pan up", "Move the view", "View"),
    Command("pan_down", ("J", "ctrl+down"), "Pan down", "Move the view", "View"),
    Command("brighter", ("greater_than_sign",), "Brighter", "Brightness up", "View"),
    Command("darker", ("less_than_sign",), "Darker", "Brightness down", "View"),
    Command("more_contrast", ("right_curly_bracket",), "More contrast", "Contrast up", "View"),
    Command("less_contrast", ("left_curly_bracket",), "Less contrast", "Contrast down", "View"),
    Command("reset_tone", ("backslash",), "Reset tone", "Brightness and contrast as the image has them", "View"),
    Command("instructions", ("i", "f2"), "Instructions", "What the project's owner wrote for labelers", "Help"),
    Command("help", ("question_mark", "f1"), "Keys", "Every key", "Help"),
    Command("back", ("escape", "q"), "Leave", "Leave; the draft is kept", "Help"),
)


def key_text(key: str) -> str:
    """A key of Textual's as a person reads it."""
    if key in _KEY_TEXTS:
        return _KEY_TEXTS[key]
    modifier, plus, plain = key.rpartition("+")
    marks = {"shift": "⇧", "ctrl": "Ctrl+", "alt": "Alt+"}
    if not plus or modifier not in marks:
        return f"⇧{key}" if len(key) == 1 and key.isupper() else key
    return marks[modifier] + (plain.upper() if len(plain) == 1 else _KEY_TEXTS.get(plain, plain))


_KEY_TEXTS = {
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "shift+up": "⇧↑",
    "shift+down": "⇧↓",
    "f4": "F4",
    "f8": "F8",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "equals_sign": "=",
    "enter": "⏎",
    "escape": "Esc",
    "slash": "/",
    "question_mark": "?",
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
    "apostrophe": "'",
    "number_sign": "#",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}


# A key as Textual names it.
_KEY = re.compile(r"((ctrl|alt|shift)\+)*([a-z0-9_]+|[A-Z])")
_FIXED = frozenset({"up", "down", "left", "right", "space", *"123456789"})


def default_keymap() -> dict[str, str]:
    """key -> command."""
    return {key: command.name for command in COMMANDS for key in command.keys}


def load_keymap(path: Path) -> dict[str, str]:
    """The default keys, changed by the table `[label]` of a TOML file (command = "key" or a list of keys), if the file is
    there. Raises BadInput with the file and the line for an unknown command, a key that is none, or a clash."""
    if not path.exists():
        return default_keymap()
    try:
        text = path.read_text("utf-8")
        found = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise BadInput(f"The key file {path}: {error}.", "Correct it, or move it away.") from None
    table = found.get("label", {})
    if set(found) - {"label"} or not isinstance(table, dict):
        raise BadInput(f"The key file {path}: it has one table, [label].")
    return _merged(path, text, table)


def _merged(path: Path, text: str, table: Mapping[str, object]) -> dict[str, str]:
    known = {command.name: command for command in COMMANDS}
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in table.items():
        keys = [value] if isinstance(value, str) else value
        if name not in known:
            raise BadInput(f"{_line(path, text, name)}: there is no command “{name[:40]}”.", "See the keys with ?.")
        if not isinstance(keys, list) or not all(isinstance(key, str) and _KEY.fullmatch(key) for key in keys):
            raise BadInput(f'{_line(path, text, name)}: “{name}” wants a key, for example "s" or "ctrl+s".')
        chosen[name] = tuple(keys)
    keymap: dict[str, str] = {}
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
    if "back" not in keymap.values():
        raise BadInput(f"{_line(path, text, 'back')}: “back” needs a key, or nobody finds the way out.")
    return keymap


def _line(path: Path, text: str, name: str) -> str:
    number = next((n for n, line in enumerate(text.splitlines(), 1) if line.split("=")[0].strip() == name), 1)
    return f"The key file {path}, line {number}"
