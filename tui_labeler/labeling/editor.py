"""Drawing on one image: keys go to a tool or a command, and change the draft. No screen, no disk."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from tui_labeler.labeling import region_ops
from tui_labeler.labeling.commands import HANDLERS
from tui_labeler.labeling.editor_state import POINT_KEYS, EditorState
from tui_labeler.labeling.key_result import KeyResult
from tui_labeler.labeling.keys import Command, key_text
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools.polygon import Polygon
from tui_labeler.labeling.tools.tool import ARROWS, Scene

# What opens another image, and would lose whatever is begun on this one.
_LEAVING_IMAGE = frozenset(
    {Command.SUBMIT, Command.SKIP, Command.PREVIOUS, Command.NEXT, Command.RESUME, Command.GO_TO}
)
# What would lose the points of a polygon that is not closed.
_LEAVING = _LEAVING_IMAGE | {
    Command.SELECT_NEXT,
    Command.SELECT_PREVIOUS,
    Command.REGIONS,
    Command.POINTS,
    Command.PROPOSALS,
}
# What would lose a box that is shown and not taken.
_LEAVING_BOX = _LEAVING | {Command.GRID, Command.POINT, Command.RECTANGLE, Command.TEMPLATE, Command.COPY}


@dataclass
class Editor(EditorState):
    """Gives each key to what it is meant for now: the class picker, a tool, or a command."""

    def press(self, key: str, scene: Scene) -> KeyResult:
        """One key, as Textual names it."""
        self.follow()
        result = self._press(key, scene)
        self.follow()
        return result

    def _press(self, key: str, scene: Scene) -> KeyResult:
        if self.picker.is_open:
            class_index, key_result = self.picker.press(key)
            return self.choose(class_index) if class_index >= 0 else key_result
        if len(key) == 1 and key.isdigit() and key != "0":
            return self.choose(int(key) - 1)
        if self.mode == Mode.TAGS and self.proposals.tags and not self.draft.tags:
            command = self.keymap.get(key, "")
            if key == "space" or command == Command.SUBMIT:
                self.draft = self.draft.tagged(self.proposals.tags)
                return KeyResult(command)
        if self.mode in (Mode.REGIONS, Mode.POINTS) and key.removeprefix("shift+") in ARROWS:
            return self._push(key)
        if self.mode == Mode.POINTS and key in POINT_KEYS:
            return self._change_points(key)
        if self.tool is not None:
            done = self.tool.press(key, scene)
            if done.taken:
                return self.finish(done)
        return self._command(self.keymap.get(key, ""), scene)

    def command(self, command: str, scene: Scene) -> KeyResult:
        """A command of the key table by its name, whatever keys a tool takes now."""
        self.follow()
        result = self._command(command, scene)
        self.follow()
        return result

    def _command(self, command: str, scene: Scene) -> KeyResult:
        self.picker.close()
        if command in _LEAVING_IMAGE and self.tool is not None and (placed := self.tool.as_placed(scene)).taken:
            self.finish(placed)
        if command in _LEAVING and isinstance(self.tool, Polygon) and self.tool.points:
            drop = self.key(Command.DELETE)
            return KeyResult(message=f"The polygon is not closed: Enter closes it, {drop} drops it.")
        if command in _LEAVING_BOX and self.point_box.candidate is not None:
            take, refuse = key_text("enter"), key_text("escape")
            return KeyResult(
                message=f"The {self.point_box.noun} is not taken yet: {take} takes it, {refuse} refuses it."
            )
        if command in _LEAVING_IMAGE and (begun := self.begun_tool) is not None:
            self.mode = begun.mode  # the mouse may have led elsewhere meanwhile
            back, drop = key_text("escape"), self.key(Command.DELETE)
            return KeyResult(
                message=f"The {self.point_box.noun} is not finished: {back} takes a step back, {drop} drops it."
            )
        handler = HANDLERS.get(command)
        return handler(self) if handler is not None else KeyResult(command)

    def choose(self, class_index: int) -> KeyResult:
        """A class: for what comes next, for the selected region, or as the image's tag."""
        if class_index >= len(self.names):
            return KeyResult(message=f"There is no class {class_index + 1}: the project has {len(self.names)}.")
        self.picker.close()
        self.finish(self.point_box.settle())  # of the class that was chosen when it was pointed at
        self.chosen = class_index
        name = self.names[class_index]
        if not self.kind.has_regions:
            self.draft = self.draft.tagged(self.kind.tags_with(self.draft.tags, name))
        elif self.mode == Mode.PROPOSALS:
            self.proposals.name_next(name)
        elif self.can_change():
            region = self.draft.regions[self.selected]
            self.draft = self.draft.replaced(self.selected, msgspec.structs.replace(region, name=name))
        return KeyResult()

    def _push(self, key: str) -> KeyResult:
        """Arrows move the selected region, edge or point by one image pixel; with Shift by ten."""
        if not self.can_change():
            unlock = f"That region is locked: {self.key(Command.LOCK)} unlocks all."
            return KeyResult(
                message=unlock if self.selected >= 0 else f"{self.key(Command.SELECT_NEXT)} selects a region."
            )
        far = 10.0 if key.startswith("shift+") else 1.0
        dx, dy = (far * step for step in ARROWS[key.removeprefix("shift+")])
        region = self.draft.regions[self.selected]
        if self.mode == Mode.POINTS and region.points:
            point_index = max(self.point, 0)
            new = region_ops.point_moved(region, point_index, dx, dy, self.size)
            self.draft = self.draft.replaced(self.selected, new, f"point{point_index}-")
        else:
            new = region_ops.moved(region, dx, dy, self.edges, self.size)
            self.draft = self.draft.replaced(self.selected, new, f"push{self.edges}-")
        return KeyResult()

    def _change_points(self, key: str) -> KeyResult:
        region = self.draft.regions[self.selected] if self.can_change() else None
        if region is None or not region.points:
            return KeyResult(message=f"{self.key(Command.SELECT_NEXT)} selects a polygon.")
        point_index = max(self.point, 0)
        if key == "delete":
            fewer = region_ops.point_removed(region, point_index)
            if fewer is None:
                return KeyResult(message="A polygon has at least three points.")
            self.draft = self.draft.replaced(self.selected, fewer)
            self.point = point_index % len(fewer.points)
        else:
            self.draft = self.draft.replaced(self.selected, region_ops.point_added(region, point_index))
            self.point = point_index + 1
        return KeyResult()
