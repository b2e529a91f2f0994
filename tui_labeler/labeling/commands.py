"""The commands of an editor, by the names of the key table; every other command is the screen's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tui_labeler.labeling import shaping
from tui_labeler.labeling.draft import change_words
from tui_labeler.labeling.reaction import Reaction
from tui_labeler.labeling.tools.tool import Outcome
from tui_labeler.model.prelabels import confirmed
from tui_labeler.model.project import TaskType
from tui_labeler.model.text import plural

if TYPE_CHECKING:
    from tui_labeler.labeling.editor import Editor

_MODES = ("grid", "rectangle", "template", "polygon", "regions", "points")


def _submit(editor: Editor) -> Reaction:
    """An image whose only boxes are proposals is not submitted as empty by one key."""
    unseen = editor.proposals.open
    if unseen and not editor.draft.regions and not editor.warned:
        editor.warned = True
        return Reaction(message="Nothing is taken yet: Space takes all proposals, Enter again submits none.")
    return Reaction("submit")


def _proposals(editor: Editor) -> Reaction:
    if not editor.proposals.open:
        return Reaction(message="There is no proposal left.")
    if editor.tool is not None:
        editor.tool.reset()
    editor.mode, editor.selected, editor.point = "proposals", -1, -1
    return Reaction()


def _accept_all(editor: Editor) -> Reaction:
    regions = tuple(map(confirmed, editor.proposals.open))
    if not regions:
        return Reaction(message="There is no proposal left.")
    return editor.finish(Outcome(take=regions))


def _enter(editor: Editor, mode: str) -> Reaction:
    if not editor.kind.has_regions:
        return Reaction(message="This project takes tags for the whole image: press a digit.")
    if mode in ("grid", "rectangle", "template") and editor.kind is TaskType.SEGMENTATION:
        return Reaction(message=f"This project takes polygons: {editor.key('polygon')} draws one.")
    if mode in ("polygon", "points") and editor.kind is TaskType.DETECTION:
        keys = f"{editor.key('grid')} or {editor.key('rectangle')}"
        return Reaction(message=f"This project takes boxes: {keys} draws one.")
    editor.mode = mode
    if mode not in ("regions", "points"):
        editor.selected = editor.point = -1
    elif editor.selected < 0 and editor.draft.regions:
        editor.selected = len(editor.draft.regions) - 1
    if mode == "points":
        editor.point = 0
    return Reaction()


def _select(editor: Editor, step: int) -> Reaction:
    """The next region; in the points tool, the next point of the polygon. The regions tool comes with it."""
    count = len(editor.draft.regions)
    if not count:
        return Reaction(message="There is no region yet.")
    if editor.mode == "points" and editor.selected >= 0 and editor.draft.regions[editor.selected].points:
        editor.point = (editor.point + step) % len(editor.draft.regions[editor.selected].points)
        return Reaction()
    if editor.tool is not None:
        editor.tool.reset()
    editor.mode = "regions"
    editor.selected = (editor.selected + step) % count if editor.selected >= 0 else (0 if step > 0 else count - 1)
    editor.edges = ""
    return Reaction()


def _edge(editor: Editor) -> Reaction:
    if not editor.can_change():
        return Reaction(message=f"{editor.key('select_next')} selects a region.")
    editor.edges = shaping.EDGES[(shaping.EDGES.index(editor.edges) + 1) % len(shaping.EDGES)]
    return Reaction()


def _delete(editor: Editor) -> Reaction:
    """What is begun is dropped; else the selected region goes, or the last one."""
    if editor.tool is not None and editor.tool.reset():
        return Reaction(message="What was begun is dropped.")
    place = editor.selected if editor.selected >= 0 else len(editor.draft.regions) - 1
    if place < editor.locked:
        locked = f"That region is locked: {editor.key('lock')} unlocks all."
        return Reaction(message=locked if editor.draft.regions else "There is no region to delete.")
    gone = editor.draft.regions[place]
    editor.draft = editor.draft.removed((place,))
    editor.selected = min(editor.selected, len(editor.draft.regions) - 1)
    return Reaction(message=f"Deleted: {gone.words}. {editor.key('undo')} brings it back.")


def _delete_all(editor: Editor) -> Reaction:
    places = tuple(range(editor.locked, len(editor.draft.regions)))
    if not places:
        return Reaction(message="There is no region to delete.")
    editor.draft = editor.draft.removed(places)
    editor.selected = -1
    them = "it" if len(places) == 1 else "them"
    return Reaction(message=f"{plural(len(places), 'region')} deleted. {editor.key('undo')} brings {them} back.")


def _copy(editor: Editor) -> Reaction:
    place = editor.selected if editor.selected >= 0 else len(editor.draft.regions) - 1
    if place < 0:
        return Reaction(message="There is no region to copy.")
    editor.draft = editor.draft.added(shaping.copied(editor.draft.regions[place], editor.size))
    editor.mode, editor.selected, editor.edges = "regions", len(editor.draft.regions) - 1, ""
    return Reaction()


def _lock(editor: Editor) -> Reaction:
    editor.locked = 0 if editor.locked else len(editor.draft.regions)
    return Reaction(message=f"{plural(editor.locked, 'region')} locked." if editor.locked else "Nothing is locked.")


def _background(editor: Editor) -> Reaction:
    editor.filled = not editor.filled
    return Reaction()


def _hide(editor: Editor) -> Reaction:
    editor.hidden = not editor.hidden
    return Reaction(message="Regions are hidden." if editor.hidden else "")


def _hide_class(editor: Editor) -> Reaction:
    editor.hidden_classes ^= {editor.name}
    return Reaction()


def _undo(editor: Editor) -> Reaction:
    """The last step of what is begun; where nothing is, the last change of the draft."""
    if editor.tool is not None and editor.tool.take_back():
        return Reaction()
    if not editor.draft.done:
        return Reaction(message="Nothing to undo.")
    undone = change_words(editor.draft.done[-1])
    editor.draft = editor.draft.undo()
    _after_history(editor)
    return Reaction(message=f"Undone: {undone}. {editor.key('redo')} does it again.")


def _redo(editor: Editor) -> Reaction:
    if not editor.draft.undone:
        return Reaction(message="Nothing to redo.")
    redone = change_words(editor.draft.undone[-1])
    editor.draft = editor.draft.redo()
    _after_history(editor)
    return Reaction(message=f"Done again: {redone}.")


def _after_history(editor: Editor) -> None:
    editor.selected = min(editor.selected, len(editor.draft.regions) - 1)
    if editor.selected < 0 or editor.point >= len(editor.draft.regions[editor.selected].points):
        editor.point = 0 if editor.mode == "points" else -1


def _back(editor: Editor) -> Reaction:
    """Escape goes from a tool to the regions, and from there out."""
    if editor.tool is not None and editor.tool.reset():
        return Reaction()
    if editor.mode == "proposals":
        return _enter(editor, editor.first_mode)
    if editor.mode in editor.tools and editor.kind.has_regions:
        _enter(editor, "regions")
        return Reaction()
    if editor.mode == "points":
        return _enter(editor, "regions")
    return Reaction("back")


def _class_code(editor: Editor) -> Reaction:
    return editor.picker.open(editor.chosen)


HANDLERS: dict[str, Callable[[Editor], Reaction]] = {
    **{mode: partial(_enter, mode=mode) for mode in _MODES},
    "select_next": partial(_select, step=1),
    "select_previous": partial(_select, step=-1),
    "submit": _submit,
    "proposals": _proposals,
    "accept_all": _accept_all,
    "edge": _edge,
    "delete": _delete,
    "delete_all": _delete_all,
    "copy": _copy,
    "lock": _lock,
    "background": _background,
    "hide": _hide,
    "hide_class": _hide_class,
    "class_code": _class_code,
    "undo": _undo,
    "redo": _redo,
    "back": _back,
}
