"""What an editor shows: the overlay of the canvas, the line that says what to do next, the point to zoom around."""

from __future__ import annotations

import msgspec

from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.labeling.editor_state import EditorState
from tui_labeler.labeling.keys import Command
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools.tool import Scene
from tui_labeler.model.geometry import Point
from tui_labeler.model.regions import Region


def overlay(editor: EditorState, scene: Scene) -> Overlay:
    def is_hidden(region: Region) -> bool:
        return editor.hidden or region.name in editor.hidden_classes

    marks = editor.proposals.marks(editor.mode == Mode.PROPOSALS, is_hidden) + tuple(
        Mark(
            region,
            selected=index == editor.selected,
            locked=index < editor.locked,
            hidden=is_hidden(region),
            edges=editor.edges if index == editor.selected else "",
            point=editor.point if index == editor.selected else -1,
        )
        for index, region in enumerate(editor.draft.regions)
    )
    if editor.tool is None:
        return Overlay(marks, name=editor.name, filled=editor.filled)
    sketch = editor.tool.sketch(scene)
    shape = editor.point_box.shape if editor.tool is editor.point_box else None
    if shape is not None and shape.points:
        marks += (Mark(msgspec.structs.replace(shape, name=editor.name), selected=True),)
    return Overlay(
        marks,
        sketch.cursor,
        sketch.band,
        sketch.path,
        sketch.letters,
        sketch.focus,
        name=editor.name,
        filled=editor.filled,
    )


def prompt(editor: EditorState, scene: Scene) -> str:
    """What to do next, in a few words: parts with " · " between them, the most important first, so that a narrow window
    can leave the last ones out."""
    if editor.picker.is_open:
        return editor.picker.prompt()
    if editor.tool is not None:
        return editor.tool.prompt(scene)
    key, enter = editor.key, editor.key(Command.SUBMIT)
    if editor.mode == Mode.TAGS:
        if editor.proposals.tags and not editor.draft.tags:
            proposed = ", ".join(f"{tag} {sure:.0%}" for tag, sure in editor.proposals.sure_tags)
            return f"Proposed: {proposed} · {enter} takes it and submits · digits choose another"
        return editor.kind.idle_prompt(key)
    if editor.selected < 0 or not editor.draft.regions:
        selects = f" · {key(Command.SELECT_NEXT)} selects" if editor.draft.regions else ""
        return editor.kind.idle_prompt(key) + selects
    if editor.mode == Mode.POINTS:
        tab = key(Command.SELECT_NEXT)
        return f"Point {editor.point + 1}: arrows move it · {tab} the next · + adds one · Del removes it"
    what = {"": "region", "l": "left edge", "t": "upper edge", "r": "right edge", "b": "lower edge"}[editor.edges]
    edge = "" if editor.draft.regions[editor.selected].points else f" · {key(Command.EDGE)} another edge"
    return f"Arrows move the {what} (⇧ by 10){edge} · digits change its class"


def focus_point(editor: EditorState, scene: Scene) -> Point:
    """Where zooming should go: the selected region, the cursor, or the middle of the view."""
    if 0 <= editor.selected < len(editor.draft.regions):
        box = editor.draft.regions[editor.selected].extent
        return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    sketch = editor.tool.sketch(scene) if editor.tool else None
    if sketch and sketch.cursor:
        return sketch.cursor
    focus = sketch.focus if sketch and sketch.focus else scene.area
    return (focus.x0 + focus.x1) / 2, (focus.y0 + focus.y1) / 2
