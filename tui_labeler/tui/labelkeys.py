"""The labeling screen's keys as its last line, its panel and its help show them: those that work now, and the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import COMMANDS, Command, CommandInfo, key_text
from tui_labeler.labeling.sheet import Sheet
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import ProjectState, Status
from tui_labeler.tui.actions import Action

HELP_TEXT = (
    "**Grid jump**: letters stand over the image. Type one to choose a cell, which gets letters of its own; three "
    "letters place the upper left corner, three more the opposite one. Once a class has five boxes, two are enough "
    "for the opposite corner. Digits choose the class, **Enter** submits, **Esc** leads from letters to commands."
)
_FOOTER = (
    "submit",
    "skip",
    "class_code",
    "accept_all",
    "undo",
    "grid",
    "rectangle",
    "polygon",
    "select_next",
    "go_to",
    "zoom_in",
    "panel",
    "help",
    "back",
)
_SHEET = ("submit", "skip", "class_code", "undo", "select_all", "layout", "redo", "panel", "help", "back")
GROUPS = ("Tasks", "Proposals", "Tools", "Regions", "Classes", "View", "Help")
# What the panel need not name: it stands elsewhere on the screen.
_ELSEWHERE = frozenset({"help", "instructions", "find_class", "class_code"})
SHEET_HELP = (
    "A **sheet** classifies several images at a time. Digits tag the image with the focus, which then moves on; **Space** "
    "selects images, and a digit tags all that are selected. **Enter** submits the sheet once each image has a tag."
)
# Keys that stand instead of a command, where what was begun takes them: a click presses them.
ENTER = "enter"
PRESSED = frozenset({ENTER, "escape", "slash"})
_FIRST_GROUPS = {"regions": "Regions", "points": "Regions", "tags": "Classes"}


@dataclass(frozen=True)
class KeyRow:
    """A command with its key. `ready`: the key works now; else the tool takes it for a place, and Esc comes first."""

    command: str
    key: str
    title: str
    ready: bool


def picker_rows() -> tuple[KeyRow, ...]:
    """What works while a class is chosen by its code."""
    words = (("enter", "Take this class"), ("slash", "Search by name"), ("escape", "Cancel"))
    return tuple(KeyRow(key, key_text(key), title, True) for key, title in words)


def _picker_footer() -> tuple[Action, ...]:
    return tuple(Action(row.command, "", row.title, "", shown=row.key) for row in picker_rows())


def key_rows(editor: Editor) -> tuple[KeyRow, ...]:
    """Every command that makes sense for this kind of task; those whose keys work now come first."""
    if editor.picker.is_open:
        return picker_rows()
    first = _FIRST_GROUPS.get(editor.mode)
    known = sorted(
        (command for command in COMMANDS if command.name not in _ELSEWHERE), key=lambda command: command.group != first
    )
    rows = [_row(editor, command) for command in known if editor.offers(command.name)]
    return tuple(sorted(rows, key=lambda row: not row.ready))


def _row(editor: Editor, command: CommandInfo) -> KeyRow:
    keys = _keys(editor.keymap, command.name)
    free = [key for key in keys if not editor.takes(key)]
    title = _title(command, editor.task_type)
    if command.name == "back" and editor.mode in editor.letter_modes:
        title = "Commands"
    if "enter" in keys and editor.tool is not None and editor.tool.enter:
        return KeyRow(ENTER, key_text("enter"), editor.tool.enter, True)
    return KeyRow(command.name, key_text((free or keys or ("",))[0]), title, bool(free))


def _title(command: CommandInfo, kind: TaskType) -> str:
    """What the command is called where labels are of this kind."""
    if command.name == Command.POINT and kind.has_polygons:
        return "Point to polygon"
    return command.title


def sheet_rows(sheet: Sheet) -> tuple[KeyRow, ...]:
    """The commands of a sheet; each of its keys works always."""
    if sheet.picker.is_open:
        return picker_rows()
    return tuple(
        KeyRow(command.name, sheet.key(command.name), command.title, True)
        for command in COMMANDS
        if command.name in _SHEET
        and _keys(sheet.keymap, command.name)
        and (command.name != "class_code" or sheet.picker.is_needed)
    )


def _keys(keymap: Mapping[str, Command], name: str) -> tuple[str, ...]:
    return tuple(key for key, command in keymap.items() if command == name)


def footer(editor: Editor | None) -> tuple[Action, ...]:
    """What the last line shows: the commands that one needs most, with the keys that work now."""
    if editor is None:
        back = next(command for command in COMMANDS if command.name == "back")
        return (Action("back", back.keys[0], back.title, back.help),)
    if editor.picker.is_open:
        return _picker_footer()
    known: dict[str, CommandInfo] = {command.name: command for command in COMMANDS}
    rows = [_row(editor, known[name]) for name in _FOOTER if editor.offers(name)]
    return tuple(
        Action(row.command, "", row.title, known[row.command].help if row.command in known else "", shown=row.key)
        for row in rows
        if row.ready
    )


def sheet_footer(sheet: Sheet) -> tuple[Action, ...]:
    """What the last line shows at a sheet."""
    if sheet.picker.is_open:
        return _picker_footer()
    known: dict[str, CommandInfo] = {command.name: command for command in COMMANDS}
    rows = {row.command: row for row in sheet_rows(sheet)}
    return tuple(
        Action(name, "", known[name].title, known[name].help, shown=rows[name].key) for name in _SHEET if name in rows
    )


def help_rows(
    keymap: Mapping[str, Command],
    takes: Callable[[str], bool] = lambda key: False,
    kind: TaskType = TaskType.DETECTION,
) -> tuple[Action, ...]:
    """Every command as it is called for labels of this `kind`, with the keys that it has now, under the heading of its
    group; those whose keys a tool takes for something else (`takes`) come last, under the key that gives them back."""
    now = "Regions and classes" if not takes("f") else "While letters are up"
    rows = [
        Action("choose", "1-9", "Class", "Choose the class; with a region selected, change its class", group=now),
        Action(
            "move",
            "left,up,down,right",
            "Move",
            "Move the cursor, the selected region or its edge; with ⇧ by ten",
            group=now,
        ),
    ]
    later: list[Action] = []
    for command in sorted(COMMANDS, key=lambda command: GROUPS.index(command.group)):
        keys = _keys(keymap, command.name)
        free = [key for key in keys if not takes(key)]
        group = command.group if free or not keys else "After Esc"
        title = _title(command, kind)
        row = Action(command.name, ",".join(free or keys), title, f"{title}: {command.help}", group=group)
        (rows if free or not keys else later).append(row)
    return (*rows, *later)


def broken_words(editor: Editor, path: str, why: str, is_away: bool) -> str:
    """What stands in the place of an image that cannot be shown; `is_away`: because none can be, so that skipping this one
    would not help."""
    if is_away:
        return f"{path}\n\n{why}"
    # Where no tool takes letters, a command has its plain key.
    skip = key_text(next((key for key, name in editor.keymap.items() if name == "skip"), "skip"))
    others = f"{editor.key('previous')} and {editor.key('next')} go to others"
    return f"{path}\n\n{why}\n\n{skip} skips this image · {others}"


def broken_offers(editor: Editor, is_away: bool) -> tuple[Action, ...]:
    """What can be done where the open image cannot be shown. No letter that would place a corner if it could leads out."""
    names = ("previous", "next", "help")
    without_letters = {key: command for key, command in editor.keymap.items() if not editor.takes(key)}
    offers = (_offer(editor.keymap, name) for name in (names if is_away else ("skip", *names)))
    return (*offers, _offer(without_letters, "back"))


def done_offers(keymap: Mapping[str, Command], status: Status) -> tuple[Action, ...]:
    """What can be done where no task is to be had."""
    offers = []
    if status.incomplete + status.stale and status.status is not ProjectState.PAUSED:
        offers.append(Action("resume", "enter", "Look again", "The next open task, if one has come back"))
    if status.completed:
        offers.append(Action("export", "e", "Export", "Write the labels as a dataset"))
    if status.skipped:
        offers.append(Action("review", "v", "Review skipped", "One skipped image after the other"))
    offers.append(Action("refresh", "r", "Find new images", "Whether images have come into the dataset"))
    if status.completed + status.skipped:
        offers.append(_offer(keymap, "previous"))
    return (*offers, _offer(keymap, "help"), _offer(keymap, "back"))


def _offer(keymap: Mapping[str, Command], name: str) -> Action:
    command = next(command for command in COMMANDS if command.name == name)
    keys = _keys(keymap, name)
    return Action(name, ",".join(keys), command.title, command.help, shown=key_text((keys or ("",))[0]))
