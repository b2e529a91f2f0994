"""What an editor knows of the image under work, and the changes that commands, tools and the mouse share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import msgspec

from tui_labeler.labeling.candidates import Objects, boxes_at
from tui_labeler.labeling.classcodes import ClassPicker
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.key_result import KeyResult
from tui_labeler.labeling.keys import Command, key_text
from tui_labeler.labeling.kinds import LABEL_KINDS
from tui_labeler.labeling.kinds.kind import LabelKind
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.sizes import KnownSizes
from tui_labeler.labeling.tools.gridjump import GridJump, is_letter
from tui_labeler.labeling.tools.pointbox import PointBox
from tui_labeler.labeling.tools.polygon import Polygon
from tui_labeler.labeling.tools.proposals import Proposals
from tui_labeler.labeling.tools.rectangle import Rectangle, Template
from tui_labeler.labeling.tools.tool import Outcome, Scene, Tool
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.outlines import Outline
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

# They add a point to a polygon, and take one away.
POINT_KEYS = ("plus", "equals_sign", "delete")
_OF_PROPOSALS = frozenset({Command.PROPOSALS, Command.ACCEPT_ALL})


@dataclass
class EditorState:
    """One image under work. `keymap`: key -> command; `chosen` is the place of the class for what comes next; `selected`,
    `point` and `edges` are the region, the point of it (-1: none) and the edges of it that the arrows move; the first
    `locked` regions cannot be changed."""

    task_type: TaskType
    names: tuple[str, ...]
    keymap: dict[str, Command]
    sizes: KnownSizes = field(default_factory=KnownSizes)
    kind: LabelKind = field(init=False)
    draft: Draft = field(default_factory=Draft, init=False)
    size: Size = field(default=Size(1, 1), init=False)
    mode: Mode = field(init=False)
    chosen: int = field(default=0, init=False)
    selected: int = field(default=-1, init=False)
    point: int = field(default=-1, init=False)
    # The tool that draws boxes by letters: two corners, or a point.
    drawing: Mode = field(init=False)
    edges: str = field(default="", init=False)
    locked: int = field(default=0, init=False)
    filled: bool = field(default=False, init=False)
    hidden: bool = field(default=False, init=False)
    hidden_classes: set[str] = field(default_factory=set, init=False)
    # Whether it was said that proposals are about to be passed over.
    warned: bool = field(default=False, init=False)
    # Whether something was begun and taken back, and nothing drawn since: who submits then may think that it counts.
    has_dropped: bool = field(default=False, init=False)
    # As it stood after the last key.
    _was_begun: bool = field(default=False, init=False)
    _draft_before: Draft = field(default_factory=Draft, init=False)
    picker: ClassPicker = field(init=False)
    proposals: Proposals = field(init=False)
    # What the open image shows, once that was asked for; see `needs_objects`.
    objects: Objects | None = field(default=None, init=False)
    _candidates: tuple[Box, ...] = field(default=(), init=False)
    # Whether a segmentation model outlines what is pointed at.
    has_segmenter: bool = field(init=False)
    point_box: PointBox = field(default_factory=PointBox, init=False)
    template: Template = field(default_factory=Template, init=False)
    tools: dict[Mode, Tool] = field(init=False)

    letter_modes: ClassVar = frozenset({Mode.GRID, Mode.POINT, Mode.POLYGON, Mode.PROPOSALS})

    def __post_init__(self) -> None:
        """The fields that follow from those given."""
        self.kind = LABEL_KINDS[self.task_type]
        self.drawing = Mode.GRID
        self.has_segmenter = False
        self.mode = self.first_mode
        self.picker = ClassPicker(self.names)
        self.proposals = Proposals(lambda: self.draft)
        self.point_box.draws_polygons = not self.kind.draws_boxes
        tools: tuple[Tool, ...] = (GridJump(), self.point_box, Rectangle(), self.template, Polygon(), self.proposals)
        self.tools = {tool.mode: tool for tool in tools}

    def use_classes(self, names: tuple[str, ...], became: Mapping[str, str]) -> None:
        """Other classes, before another image is opened; `became` says what became of the names of those before."""
        chosen = became.get(self.name, self.name)
        self.names, self.picker = names, ClassPicker(names)
        self.chosen = names.index(chosen) if chosen in names else 0
        self.sizes.rename(became)
        self.hidden_classes = {became.get(name, name) for name in self.hidden_classes}

    @property
    def first_mode(self) -> Mode:
        return self.kind.first_mode(self.drawing)

    def open(self, draft: Draft, size: Size, proposed: Labels | None = None, candidates: tuple[Box, ...] = ()) -> None:
        """Another image. With proposals on which nothing is decided, their tool comes first. A point may stand for one of
        the `candidates`."""
        self._candidates = candidates
        self.draft, self.size, self.objects = draft, size, None
        self.selected = self.point = -1
        self.edges = ""
        self.locked = 0
        self.warned = self.has_dropped = self._was_begun = False
        self._draft_before = draft
        self.picker.close()
        for tool in self.tools.values():
            tool.reset()
        self.proposals.offer(proposed)
        if self.proposals.open:
            self.mode = Mode.PROPOSALS
        elif self.mode in (Mode.REGIONS, Mode.POINTS, Mode.PROPOSALS):
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

    def search(self, outlines: tuple[Outline, ...] = ()) -> Callable[[], tuple[Box, ...]] | None:
        """What finds the boxes that the tool in use asks for, in any thread; None where it asks for none. `outlines` are
        what a segmentation model sees there."""
        prompt = self.point_box.asked
        if prompt is None or prompt.point is None or not self.kind.draws_boxes:
            return None
        sizes = self.sizes.of(self.name, self.draft.regions)
        proposed = [*(region.extent for region in self.proposals.open), *self._candidates]
        drawn = [region.extent for region in self.draft.regions]
        outlined = [outline.box for outline in outlines]
        return partial(boxes_at, prompt.point, self.size, sizes, proposed, drawn, self.objects, outlined)

    @property
    def needs_objects(self) -> bool:
        """Whether the tool in use asks what the image shows, and nobody has looked yet."""
        return self.mode == Mode.POINT and self.objects is None and self.kind.draws_boxes

    @property
    def is_begun(self) -> bool:
        """Whether something was begun, or is shown, that is no region yet."""
        return self.point_box.is_shown or self.begun_tool is not None

    @property
    def begun_tool(self) -> Tool | None:
        """The tool in which something is begun: the one in use, if it is more than one."""
        tools = self.tools.values() if self.tool is None else (self.tool, *self.tools.values())
        return next((tool for tool in tools if tool.is_begun), None)

    def follow(self) -> None:
        """Before and after each key: notices what was begun and is no more, by whatever it went."""
        begun = self.is_begun
        if begun or self.draft is not self._draft_before:
            self.has_dropped = False
        elif self._was_begun:
            self.has_dropped = True
        self._was_begun, self._draft_before = begun, self.draft

    # Keys

    def takes(self, key: str) -> bool:
        """Whether the tool has a meaning of its own for this key, whatever command it is otherwise."""
        if self.mode == Mode.PROPOSALS:
            return key == "space" or (len(key) == 1 and key.isalpha())
        if self.mode == Mode.POINT and self.point_box.candidate is not None and key in ("tab", "shift+tab"):
            return True
        return (self.mode in self.letter_modes and is_letter(key)) or (self.mode == Mode.POINTS and key in POINT_KEYS)

    def offers(self, command: str) -> bool:
        """Whether a command makes sense for this kind of task."""
        if command == Command.CLASS_CODE:
            return self.picker.is_needed
        if command in _OF_PROPOSALS:
            return self.kind.has_regions and bool(self.proposals.open)
        return self.kind.offers(command) or self.outlines(command)

    def outlines(self, command: str) -> bool:
        """Whether this is the command that points at objects, in a project of polygons with a model that outlines them."""
        return command == Command.POINT and self.kind.has_regions and self.has_segmenter

    def key(self, command: str) -> str:
        """The key that does a command now, as a person reads it; else one of its keys, else its title."""
        keys = [key for key, name in self.keymap.items() if name == command]
        free = [key for key in keys if not self.takes(key)]
        return key_text((free or keys or [command])[0])

    # Changes

    def finish(self, done: Outcome) -> KeyResult:
        """Takes what a tool has made."""
        if done.message:
            return KeyResult(message=done.message)
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
        return KeyResult()

    def add_box(self, box: Box) -> None:
        """A new box of the chosen class."""
        box = box.clipped(self.size)
        if box.area > 0:
            self.draft = self.draft.added(Region(self.name, box))
            self.template.extent = (box.width, box.height)

    def select(self, index: int) -> None:
        """This region of the draft, in the tool that changes regions."""
        if not 0 <= index < len(self.draft.regions):
            return
        if self.tool is not None:
            self.tool.reset()
        self.mode, self.selected, self.edges, self.point = Mode.REGIONS, index, "", -1

    def can_change(self) -> bool:
        """Whether there is a selected region that is not locked."""
        return self.selected >= self.locked and self.selected < len(self.draft.regions)
