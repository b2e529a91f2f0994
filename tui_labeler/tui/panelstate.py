"""What the panel beside the canvas shows, for one image and for a sheet of images."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.sheet import Sheet
from tui_labeler.model.project import TaskType
from tui_labeler.tui.labelkeys import KeyRow, key_rows, sheet_rows


@dataclass(frozen=True)
class PanelState:
    """`chosen` is the class for what comes next (-1: none); `ticked` are the tags of what one looks at; `counts` how often
    each class is on the screen; `facts` are lines of (name, value)."""

    kind: TaskType
    names: tuple[str, ...]
    chosen: int
    counts: dict[str, int]
    ticked: frozenset[str]
    hidden: frozenset[str]
    facts: tuple[tuple[str, str], ...]
    keys: tuple[KeyRow, ...]


def of_editor(editor: Editor, path: str, zoom: float) -> PanelState:
    """`path` is the image's, `zoom` dots of the canvas for an image pixel."""
    size = f"{editor.size.width}×{editor.size.height}"
    facts = (("Tool", editor.mode), ("File", path), ("Size", size), ("Zoom", f"{zoom * 100:.0f}%"))
    tags = editor.draft.tags
    counts = _counted((*(region.name for region in editor.draft.regions), *tags))
    hidden = frozenset(editor.hidden_classes)
    chosen = editor.chosen
    return PanelState(editor.kind, editor.names, chosen, counts, frozenset(tags), hidden, facts, key_rows(editor))


def of_sheet(sheet: Sheet, facts: tuple[tuple[str, str], ...]) -> PanelState:
    """A class is ticked where all images that a digit would go to have it."""
    drafts = [sheet.places[place].draft for place in sheet.chosen]
    ticked = frozenset.intersection(*(frozenset(draft.tags) for draft in drafts)) if drafts else frozenset()
    counts = _counted(tag for place in sheet.places for tag in place.draft.tags)
    keys = sheet_rows(sheet.keymap)
    return PanelState(sheet.kind, sheet.names, -1, counts, ticked, frozenset(), facts, keys)


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
