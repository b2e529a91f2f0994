"""What commands do to an editor's state; every command that is not here is the screen's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tui_labeler.labeling import region_ops
from tui_labeler.labeling.draft import change_words
from tui_labeler.labeling.editor_state import EditorState
from tui_labeler.labeling.key_result import KeyResult
from tui_labeler.labeling.keys import Command
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools.tool import Outcome
from tui_labeler.model.prelabels import confirmed
from tui_labeler.model.text import plural

# The modes that a command of the same name enters.
_ENTERED = {
    Command.GRID: Mode.GRID,
    Command.POINT: Mode.POINT,
    Command.RECTANGLE: Mode.RECTANGLE,
    Command.TEMPLATE: Mode.TEMPLATE,
    Command.POLYGON: Mode.POLYGON,
    Command.REGIONS: Mode.REGIONS,
    Command.POINTS: Mode.POINTS,
}


def _submit(state: EditorState) -> KeyResult:
    """An image whose only boxes are proposals is not submitted as empty by one key, and none without what was begun."""
    if state.has_dropped:
        state.has_dropped = False
        again = state.key(Command.SUBMIT)
        return KeyResult(
            message=f"The {state.point_box.noun} that was begun is dropped: {again} again submits without it."
        )
    unseen = state.proposals.open
    if unseen and not state.draft.regions and not state.warned:
        state.warned = True
        return KeyResult(message="Nothing is taken yet: Space takes all proposals, Enter again submits none.")
    return KeyResult(Command.SUBMIT)


def _proposals(state: EditorState) -> KeyResult:
    if not state.proposals.open:
        return KeyResult(message="There is no proposal left.")
    if state.tool is not None:
        state.tool.reset()
    state.mode, state.selected, state.point = Mode.PROPOSALS, -1, -1
    return KeyResult()


def _accept_all(state: EditorState) -> KeyResult:
    regions = tuple(map(confirmed, state.proposals.open))
    if not regions:
        return KeyResult(message="There is no proposal left.")
    return state.finish(Outcome(take=regions))


def _enter(state: EditorState, mode: Mode) -> KeyResult:
    refusal = state.kind.refusal(mode, state.key)
    if refusal and not (mode is Mode.POINT and state.outlines(Command.POINT)):
        return KeyResult(message=refusal)
    state.mode = mode
    if mode in (Mode.GRID, Mode.POINT, Mode.POLYGON):
        state.drawing = mode
    if mode not in (Mode.REGIONS, Mode.POINTS):
        state.selected = state.point = -1
    elif state.selected < 0 and state.draft.regions:
        state.selected = len(state.draft.regions) - 1
    if mode == Mode.POINTS:
        state.point = 0
    return KeyResult()


def _select(state: EditorState, step: int) -> KeyResult:
    """The next region; in the points tool, the next point of the polygon. The regions tool comes with it."""
    count = len(state.draft.regions)
    if not count:
        return KeyResult(message="There is no region yet.")
    if state.mode == Mode.POINTS and state.selected >= 0 and state.draft.regions[state.selected].points:
        state.point = (state.point + step) % len(state.draft.regions[state.selected].points)
        return KeyResult()
    if state.tool is not None:
        state.tool.reset()
    state.mode = Mode.REGIONS
    state.selected = (state.selected + step) % count if state.selected >= 0 else (0 if step > 0 else count - 1)
    state.edges = ""
    return KeyResult()


def _edge(state: EditorState) -> KeyResult:
    if not state.can_change():
        return KeyResult(message=f"{state.key(Command.SELECT_NEXT)} selects a region.")
    state.edges = region_ops.EDGES[(region_ops.EDGES.index(state.edges) + 1) % len(region_ops.EDGES)]
    return KeyResult()


def _delete(state: EditorState) -> KeyResult:
    """What is begun is dropped; else the selected region goes, or the last one."""
    if state.tool is not None and state.tool.reset():
        state.follow()
        state.has_dropped = False  # by the key that means it, and it is said
        return KeyResult(message="What was begun is dropped.")
    index = state.selected if state.selected >= 0 else len(state.draft.regions) - 1
    if index < state.locked:
        locked = f"That region is locked: {state.key(Command.LOCK)} unlocks all."
        return KeyResult(message=locked if state.draft.regions else "There is no region to delete.")
    gone = state.draft.regions[index]
    state.draft = state.draft.removed((index,))
    state.selected = min(state.selected, len(state.draft.regions) - 1)
    return KeyResult(message=f"Deleted: {gone.words}. {state.key(Command.UNDO)} brings it back.")


def _delete_all(state: EditorState) -> KeyResult:
    indices = tuple(range(state.locked, len(state.draft.regions)))
    if not indices:
        return KeyResult(message="There is no region to delete.")
    state.draft = state.draft.removed(indices)
    state.selected = -1
    them = "it" if len(indices) == 1 else "them"
    return KeyResult(message=f"{plural(len(indices), 'region')} deleted. {state.key(Command.UNDO)} brings {them} back.")


def _copy(state: EditorState) -> KeyResult:
    index = state.selected if state.selected >= 0 else len(state.draft.regions) - 1
    if index < 0:
        return KeyResult(message="There is no region to copy.")
    state.draft = state.draft.added(region_ops.copied(state.draft.regions[index], state.size))
    state.mode, state.selected, state.edges = Mode.REGIONS, len(state.draft.regions) - 1, ""
    return KeyResult()


def _lock(state: EditorState) -> KeyResult:
    state.locked = 0 if state.locked else len(state.draft.regions)
    return KeyResult(message=f"{plural(state.locked, 'region')} locked." if state.locked else "Nothing is locked.")


def _background(state: EditorState) -> KeyResult:
    state.filled = not state.filled
    return KeyResult()


def _hide(state: EditorState) -> KeyResult:
    state.hidden = not state.hidden
    return KeyResult(message="Regions are hidden." if state.hidden else "")


def _hide_class(state: EditorState) -> KeyResult:
    state.hidden_classes ^= {state.name}
    return KeyResult()


def _undo(state: EditorState) -> KeyResult:
    """The last step of what is begun; where nothing is, the last change of the draft."""
    if state.tool is not None and state.tool.take_back():
        return KeyResult()
    if not state.draft.done:
        return KeyResult(message="Nothing to undo.")
    undone = change_words(state.draft.done[-1])
    state.draft = state.draft.undo()
    _after_history(state)
    return KeyResult(message=f"Undone: {undone}. {state.key(Command.REDO)} does it again.")


def _redo(state: EditorState) -> KeyResult:
    if not state.draft.undone:
        return KeyResult(message="Nothing to redo.")
    redone = change_words(state.draft.undone[-1])
    state.draft = state.draft.redo()
    _after_history(state)
    return KeyResult(message=f"Done again: {redone}.")


def _after_history(state: EditorState) -> None:
    state.selected = min(state.selected, len(state.draft.regions) - 1)
    if state.selected < 0 or state.point >= len(state.draft.regions[state.selected].points):
        state.point = 0 if state.mode == Mode.POINTS else -1


def _back(state: EditorState) -> KeyResult:
    """Escape goes from a tool to the regions, and from there out."""
    if state.tool is not None and state.tool.reset():
        return KeyResult()
    if state.mode == Mode.PROPOSALS:
        return _enter(state, state.first_mode)
    if state.mode in state.tools and state.kind.has_regions:
        _enter(state, Mode.REGIONS)
        return KeyResult()
    if state.mode == Mode.POINTS:
        return _enter(state, Mode.REGIONS)
    return KeyResult(Command.BACK)


def _class_code(state: EditorState) -> KeyResult:
    return state.picker.open(state.chosen)


# By a command's name: a Command is a str.
HANDLERS: Mapping[str, Callable[[EditorState], KeyResult]] = {
    **{command: partial(_enter, mode=mode) for command, mode in _ENTERED.items()},
    Command.SELECT_NEXT: partial(_select, step=1),
    Command.SELECT_PREVIOUS: partial(_select, step=-1),
    Command.SUBMIT: _submit,
    Command.PROPOSALS: _proposals,
    Command.ACCEPT_ALL: _accept_all,
    Command.EDGE: _edge,
    Command.DELETE: _delete,
    Command.DELETE_ALL: _delete_all,
    Command.COPY: _copy,
    Command.LOCK: _lock,
    Command.BACKGROUND: _background,
    Command.HIDE: _hide,
    Command.HIDE_CLASS: _hide_class,
    Command.CLASS_CODE: _class_code,
    Command.UNDO: _undo,
    Command.REDO: _redo,
    Command.BACK: _back,
}
