"""The labeling screen's keys as its last line, its panel and its help show them: those that work now, and the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import COMMANDS, Command
from tui_labeler.tui.actions import Action, key_text

HELP_TEXT = (
    "**Grid jump**: letters stand over the image. Type one to choose a cell, which gets letters of its own; three "
    "letters place the upper left corner, three more the opposite one. Once a class has five boxes, two are enough "
    "for the opposite corner. Digits choose the class, **Enter** submits, **Esc** leads from letters to commands."
)
_FOOTER = (
    "submit",
    "skip",
    "accept_all",
    "undo",
    "grid",
    "rectangle",
    "polygon",
    "select_next",
    "zoom_in",
    "help",
    "back",
)
_SHEET = ("submit", "skip", "undo", "redo", "select_all", "layout", "help", "back")
# What the panel need not name: it stands elsewhere on the screen.
_ELSEWHERE = frozenset({"help", "instructions", "find_class"})
SHEET_HELP = (
    "A **sheet** classifies several images at a time. Digits tag the image with the focus, which then moves on; **Space** "
    "selects images, and a digit tags all that are selected. **Enter** submits the sheet once each image has a tag."
)
# Instead of a command, where Enter is the tool's: what was begun is finished by it.
ENTER = "enter"
_FIRST_GROUPS = {"regions": "Regions", "points": "Regions", "tags": "Classes"}


@dataclass(frozen=True)
class KeyRow:
    """A command with its key. `ready`: the key works now; else the tool takes it for a place, and Esc comes first."""

    command: str
    key: str
    title: str
    ready: bool


def key_rows(editor: Editor) -> tuple[KeyRow, ...]:
    """Every command that makes sense for this kind of task; those whose keys work now come first."""
    first = _FIRST_GROUPS.get(editor.mode)
    known = sorted((one for one in COMMANDS if one.name not in _ELSEWHERE), key=lambda one: one.group != first)
    rows = [_row(editor, one) for one in known if editor.offers(one.name)]
    return tuple(sorted(rows, key=lambda row: not row.ready))


def _row(editor: Editor, command: Command) -> KeyRow:
    keys = _keys(editor.keymap, command.name)
    free = [key for key in keys if not editor.takes(key)]
    title = "Commands" if command.name == "back" and editor.mode in editor.letter_modes else command.title
    if "enter" in keys and editor.tool is not None and editor.tool.enter:
        return KeyRow(ENTER, key_text("enter"), editor.tool.enter, True)
    return KeyRow(command.name, key_text((free or keys or ("",))[0]), title, bool(free))


def sheet_rows(keymap: Mapping[str, str]) -> tuple[KeyRow, ...]:
    """The commands of a sheet; each of its keys works always."""
    return tuple(
        KeyRow(one.name, key_text(_keys(keymap, one.name)[0]), one.title, True)
        for one in COMMANDS
        if one.name in _SHEET and _keys(keymap, one.name)
    )


def _keys(keymap: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(key for key, command in keymap.items() if command == name)


def footer(editor: Editor | None) -> tuple[Action, ...]:
    """What the last line shows: the commands that one needs most, with the keys that work now."""
    if editor is None:
        back = next(one for one in COMMANDS if one.name == "back")
        return (Action("back", back.keys[0], back.title, back.help),)
    known = {one.name: one for one in COMMANDS}
    rows = [_row(editor, known[name]) for name in _FOOTER if editor.offers(name)]
    return tuple(
        Action(row.command, "", row.title, known[row.command].help if row.command in known else "", shown=row.key)
        for row in rows
        if row.ready
    )


def sheet_footer(keymap: Mapping[str, str]) -> tuple[Action, ...]:
    """What the last line shows at a sheet."""
    known = {one.name: one for one in COMMANDS}
    rows = {row.command: row for row in sheet_rows(keymap)}
    return tuple(
        Action(name, "", known[name].title, known[name].help, shown=rows[name].key) for name in _SHEET if name in rows
    )


def help_rows(keymap: Mapping[str, str]) -> tuple[Action, ...]:
    """Every command, with the keys that it has now."""
    rows = [
        Action("choose", "1-9", "Class", "Choose the class; with a region selected, change its class"),
        Action("move", "left,up,down,right", "Move", "Move the cursor, the selected region or its edge; with ⇧ by ten"),
    ]
    for one in COMMANDS:
        rows.append(Action(one.name, ",".join(_keys(keymap, one.name)), one.title, f"{one.title}: {one.help}"))
    return tuple(rows)
