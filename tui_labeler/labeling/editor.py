"""Drawing on one image: keys go to a tool or a command, and change the draft. No screen, no disk."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from tui_labeler.labeling import shaping
from tui_labeler.labeling.classcodes import ClassPicker
from tui_labeler.labeling.commands import HANDLERS
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.keys import key_text
from tui_labeler.labeling.reaction import Reaction
from tui_labeler.labeling.sizes import KnownSizes
from tui_labeler.labeling.tools.gridjump import GridJump, is_letter
from tui_labeler.labeling.tools.polygon import Polygon
from tui_labeler.labeling.tools.proposals import Proposals
from tui_labeler.labeling.tools.rectangle import Rectangle, Template
from tui_labeler.labeling.tools.tool import ARROWS, Outcome, Scene, Tool
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

# They add a point to a polygon, and take one away.
_POINT_KEYS = ("plus", "equals_sign", "delete")
_FOR_POLYGONS = frozenset({"polygon", "points"})
_FOR_BOXES = frozenset({"grid", "rectangle", "template"})
_OF_REGIONS = ("regions", "select_next", "select_previous", "edge", "delete", "delete_all", "copy", "lock", "background",
               "hide", "hide_class", "zoom_selection")  # fmt: skip
_FOR_SHEETS = ("select_all", "layout")
_OF_PROPOSALS = frozenset({"proposals", "accept_all"})
# What would lose the points of a polygon that is not closed.
_LEAVING = frozenset(
    {"submit", "skip", "previous", "next", "resume", "select_next", "select_previous", "regions", "points", "proposals"}
)
_FOR_REGIONS = _FOR_POLYGONS | _FOR_BOXES | frozenset(_OF_REGIONS)


@dataclass
class Editor:
    """One image under work. `keymap`: key -> command."""

    kind: TaskType
    names: tuple[str, ...]
    keymap: dict[str, str]
    sizes: KnownSizes = field(default_factory=KnownSizes)

    def __post_init__(self) -> None:
        self.chosen = 0
        self.picker = ClassPicker(self.names)
        self.size = Size(1, 1)
        self.draft = Draft()
        self.selected = -1
        self.point = -1
        self.edges = ""
        self.filled = False
        self.hidden = False
        self.hidden_classes: set[str] = set()
        self.warned = False  # that proposals are about to be passed over
        self.locked = 0  # how many regions, from the first, cannot be changed
        self.proposals = Proposals(lambda: self.draft)
        tools: tuple[Tool, ...] = (GridJump(), Rectangle(), Template(), Polygon(), self.proposals)
        self.tools = {tool.name: tool for tool in tools}
        self.mode = self.first_mode

    @property
    def first_mode(self) -> str:
        if not self.kind.has_regions:
            return "tags"
        return "polygon" if self.kind is TaskType.SEGMENTATION else "grid"

    def open(self, draft: Draft, size: Size, proposed: Labels | None = None) -> None:
        """Another image. With proposals on which nothing is decided, their tool comes first."""
        self.draft, self.size = draft, size
        self.selected = self.point = -1
        self.edges = ""
        self.locked = 0
        self.warned = False
        self.picker.close()
        for tool in self.tools.values():
            tool.reset()
        self.proposals.offer(proposed)
        if self.proposals.open:
            self.mode = "proposals"
        elif self.mode in ("regions", "points", "proposals"):
            self.mode = self.first_mode

    @property
    def tool(self) -> Tool | None:
        return self.tools.get(self.mode)

    @property
    def name(self) -> str:
        """The chosen class."""
        return self.names[self.chosen] if self.chosen < len(self.names) else ""

    def scene(self, area: Box, dot: float, now: float) -> Scene:
        return Scene(self.size, area, dot, self.sizes.of(self.name, self.draft.regions), now)

    # Keys

    letter_modes = frozenset({"grid", "polygon", "proposals"})

    def takes(self, key: str) -> bool:
        """Whether the tool has a meaning of its own for this key, whatever command it is otherwise."""
        if self.mode == "proposals":
            return key == "space" or (len(key) == 1 and key.isalpha())
        return (self.mode in self.letter_modes and is_letter(key)) or (self.mode == "points" and key in _POINT_KEYS)

    def offers(self, command: str) -> bool:
        """Whether a command makes sense for this kind of task."""
        if command == "class_code":
            return self.picker.is_needed
        if command in _OF_PROPOSALS:
            return self.kind.has_regions and bool(self.proposals.open)
        if not self.kind.has_regions:
            return command not in _FOR_REGIONS and command != "select_all"  # that is the sheet's
        return command not in _FOR_SHEETS and command not in (
            _FOR_POLYGONS if self.kind is TaskType.DETECTION else _FOR_BOXES
        )

    def key(self, command: str) -> str:
        """The key that does a command now, as a person reads it; else one of its keys, else its title."""
        keys = [key for key, name in self.keymap.items() if name == command]
        free = [key for key in keys if not self.takes(key)]
        return key_text((free or keys or [command])[0])

    def press(self, key: str, scene: Scene) -> Reaction:
        """One key, as Textual names it."""
        if self.picker.is_open:
            place, reaction = self.picker.press(key)
            return self.choose(place) if place >= 0 else reaction
        if len(key) == 1 and key.isdigit() and key != "0":
            return self.choose(int(key) - 1)
        if self.mode == "tags" and self.proposals.tags and not self.draft.tags:
            command = self.keymap.get(key, "")
            if key == "space" or command == "submit":
                self.draft = self.draft.tagged(self.proposals.tags)
                return Reaction(command)
        if self.mode in ("regions", "points") and key.removeprefix("shift+") in ARROWS:
            return self._push(key)
        if self.mode == "points" and key in _POINT_KEYS:
            return self._change_points(key)
        if self.tool is not None:
            done = self.tool.press(key, scene)
            if done.taken:
                return self.finish(done)
        return self.command(self.keymap.get(key, ""))

    def command(self, command: str) -> Reaction:
        """A command of the key table by its name, whatever keys a tool takes now."""
        self.picker.close()
        if command in _LEAVING and isinstance(self.tool, Polygon) and self.tool.points:
            drop = self.key("delete")
            return Reaction(message=f"The polygon is not closed: Enter closes it, {drop} drops it.")
        handler = HANDLERS.get(command)
        return handler(self) if handler is not None else Reaction(command)

    def finish(self, done: Outcome) -> Reaction:
        """Takes what a tool has made."""
        if done.message:
            return Reaction(message=done.message)
        if done.box is not None and done.again and self.draft.regions:
            last = len(self.draft.regions) - 1
            box = done.box.clipped(self.size)
            self.draft = self.draft.replaced(
                last, msgspec.structs.replace(self.draft.regions[last], box=box), "correct"
            )
        elif done.box is not None:
            self.add_box(done.box)
        elif done.polygon:
            self.draft = self.draft.added(Region(self.name, points=done.polygon))
        elif done.take or done.refuse:
            self.draft = self.draft.taken(done.take) if done.refuse is None else self.draft.refused(done.refuse)
            if not self.proposals.open:
                self.mode = self.first_mode
        return Reaction()

    def add_box(self, box: Box) -> None:
        """A new box of the chosen class."""
        box = box.clipped(self.size)
        if box.area > 0:
            self.draft = self.draft.added(Region(self.name, box))
            template = self.tools["template"]
            assert isinstance(template, Template)
            template.extent = (box.width, box.height)

    def choose(self, place: int) -> Reaction:
        """A class: for what comes next, for the selected region, or as the image's tag."""
        if place >= len(self.names):
            return Reaction(message=f"There is no class {place + 1}: the project has {len(self.names)}.")
        self.picker.close()
        self.chosen = place
        name = self.names[place]
        if self.kind is TaskType.CLASSIFICATION:
            self.draft = self.draft.tagged(() if self.draft.tags == (name,) else (name,))
        elif self.kind is TaskType.MULTILABEL:
            tags = self.draft.tags
            kept = tuple(tag for tag in tags if tag != name) if name in tags else (*tags, name)
            self.draft = self.draft.tagged(kept)
        elif self.can_change():
            region = self.draft.regions[self.selected]
            self.draft = self.draft.replaced(self.selected, msgspec.structs.replace(region, name=name))
        return Reaction()

    def can_change(self) -> bool:
        """Whether there is a selected region that is not locked."""
        return self.selected >= self.locked and self.selected < len(self.draft.regions)

    def _push(self, key: str) -> Reaction:
        """Arrows move the selected region, edge or point by one image pixel; with Shift by ten."""
        if not self.can_change():
            unlock = f"That region is locked: {self.key('lock')} unlocks all."
            return Reaction(message=unlock if self.selected >= 0 else f"{self.key('select_next')} selects a region.")
        far = 10.0 if key.startswith("shift+") else 1.0
        dx, dy = (far * step for step in ARROWS[key.removeprefix("shift+")])
        region = self.draft.regions[self.selected]
        if self.mode == "points" and region.points:
            place = max(self.point, 0)
            new = shaping.point_moved(region, place, dx, dy, self.size)
            self.draft = self.draft.replaced(self.selected, new, f"point{place}-")
        else:
            new = shaping.moved(region, dx, dy, self.edges, self.size)
            self.draft = self.draft.replaced(self.selected, new, f"push{self.edges}-")
        return Reaction()

    def _change_points(self, key: str) -> Reaction:
        region = self.draft.regions[self.selected] if self.can_change() else None
        if region is None or not region.points:
            return Reaction(message=f"{self.key('select_next')} selects a polygon.")
        place = max(self.point, 0)
        if key == "delete":
            fewer = shaping.point_removed(region, place)
            if fewer is None:
                return Reaction(message="A polygon has at least three points.")
            self.draft = self.draft.replaced(self.selected, fewer)
            self.point = place % len(fewer.points)
        else:
            self.draft = self.draft.replaced(self.selected, shaping.point_added(region, place))
            self.point = place + 1
        return Reaction()
