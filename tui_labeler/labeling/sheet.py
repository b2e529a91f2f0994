"""Classifying several images at once: which tags each has, and which are selected. No screen, no disk."""

from __future__ import annotations

import msgspec

from tui_labeler.labeling.classcodes import ClassPicker
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.key_result import KeyResult
from tui_labeler.labeling.keys import Command, key_text
from tui_labeler.labeling.kinds import LABEL_KINDS
from tui_labeler.labeling.tools.tool import ARROWS
from tui_labeler.model.project import TaskType
from tui_labeler.model.text import plural

# How many images stand beside each other and below each other, by how many there are.
LAYOUTS = {1: (1, 1), 4: (2, 2), 6: (3, 2), 9: (3, 3)}


def next_layout(count: int) -> int:
    """The layout after this one; one image after the largest."""
    known = list(LAYOUTS)
    return known[(known.index(count) + 1) % len(known)]


class Place(msgspec.Struct, frozen=True):
    """One image of the sheet. `problem` says why it cannot be shown: it can be skipped, but not tagged. `proposed` are the
    tags that a model proposes, each with its confidence; they count where a person gave none."""

    path: str
    draft: Draft = Draft()
    problem: str = ""
    proposed: tuple[tuple[str, float], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether what is proposed for it would be taken."""
        return bool(self.proposed) and not self.draft.tags and not self.draft.is_touched and not self.problem


class Sheet:
    """`places` in reading order; tags go to the selected ones, or to the one with the focus where none is selected."""

    def __init__(self, task_type: TaskType, names: tuple[str, ...], keymap: dict[str, Command], layout: int) -> None:
        self.task_type, self.names, self.keymap, self.layout = task_type, names, keymap, layout
        self.kind = LABEL_KINDS[task_type]
        self.picker = ClassPicker(names)
        self.open(())

    def use_classes(self, names: tuple[str, ...]) -> None:
        """Other classes, before other images are opened."""
        self.names, self.picker = names, ClassPicker(names)

    def open(self, places: tuple[Place, ...]) -> None:
        """Other images."""
        self.places = list(places)
        self.focus = 0
        self.selected: set[int] = set()
        self._done: list[tuple[int, ...]] = []
        self._undone: list[tuple[int, ...]] = []

    @property
    def untagged(self) -> tuple[int, ...]:
        """The indices of the images that still need a tag."""
        return tuple(
            n for n, image in enumerate(self.places) if not image.draft.tags and not image.problem and not image.is_open
        )

    @property
    def chosen(self) -> tuple[int, ...]:
        """The indices of the images that a digit goes to."""
        indices = sorted(self.selected) or ([self.focus] if self.places else [])
        return tuple(index for index in indices if not self.places[index].problem)

    # Keys

    def key(self, command: str) -> str:
        """The key of a command, as a person reads it."""
        return key_text(next((key for key, name in self.keymap.items() if name == command), command))

    def press(self, key: str) -> KeyResult:
        """One key, as Textual names it."""
        if self.picker.is_open:
            class_index, key_result = self.picker.press(key)
            return self.tag(class_index) if class_index >= 0 else key_result
        if len(key) == 1 and key.isdigit() and key != "0":
            return self.tag(int(key) - 1)
        if key in ARROWS:
            return self._move(*ARROWS[key])
        if key in ("tab", "shift+tab"):
            return self._step(1 if key == "tab" else -1)
        if key == "space":
            self.toggle(self.focus)
            return KeyResult()
        return self.command(self.keymap.get(key, ""))

    def command(self, command: str) -> KeyResult:
        """A command of the key table by its name."""
        self.picker.close()
        if command == Command.SELECT_ALL:
            everything = set(range(len(self.places)))
            self.selected = set() if self.selected == everything else everything
            return KeyResult()
        if command == Command.CLASS_CODE:
            return self.picker.open(0)
        if command == Command.UNDO:
            return self._back(self._done, self._undone, undo=True)
        if command == Command.REDO:
            return self._back(self._undone, self._done, undo=False)
        if command == Command.SUBMIT and not self.untagged:
            self._take_proposals()
        if command == Command.SUBMIT and self.untagged:
            self.focus = self.untagged[0]
            left = f"{len(self.untagged)} of {plural(len(self.places), 'image')} "
            left += "has no tag yet" if len(self.untagged) == 1 else "have no tag yet"
            return KeyResult(message=f"{left}: a digit gives one, {self.key(Command.SKIP)} skips the image.")
        if command == Command.BACK and self.selected:
            self.selected = set()
            return KeyResult()
        return KeyResult(command)

    def _take_proposals(self) -> None:
        """What was proposed, all of it on the screen, becomes what was given."""
        taken = tuple(n for n, image in enumerate(self.places) if image.is_open)
        for n in taken:
            self._put(n, self.places[n].draft.tagged(tuple(tag for tag, _ in self.places[n].proposed)))
        if taken:
            self._done.append(taken)
            self._undone.clear()

    def _move(self, dx: int, dy: int) -> KeyResult:
        across = LAYOUTS[self.layout][0]
        column, row = self.focus % across + dx, self.focus // across + dy
        index = row * across + column
        if 0 <= column < across and 0 <= index < len(self.places):
            self.focus = index
        return KeyResult()

    def _step(self, by: int) -> KeyResult:
        if self.places:
            self.focus = (self.focus + by) % len(self.places)
        return KeyResult()

    def toggle(self, index: int) -> None:
        """Selects an image, or no longer."""
        if 0 <= index < len(self.places):
            self.focus = index
            self.selected ^= {index}

    # Tags

    def tag(self, class_index: int) -> KeyResult:
        """A class: multi-class replaces, multi-label adds; what all of them have already is taken away."""
        if class_index >= len(self.names):
            return KeyResult(message=f"There is no class {class_index + 1}: the project has {len(self.names)}.")
        self.picker.close()
        name, targets = self.names[class_index], self.chosen
        if not targets:
            return KeyResult(message=f"This image cannot be shown: {self.key(Command.SKIP)} skips it.")
        drafts = {index: self.places[index].draft for index in targets}
        remove = all(name in draft.tags for draft in drafts.values())
        for index, draft in drafts.items():
            self._put(index, draft.tagged(self._tags(draft.tags, name, remove)))
        changed = tuple(index for index, draft in drafts.items() if self.places[index].draft is not draft)
        if changed:
            self._done.append(changed)
            self._undone.clear()
        if self.selected:
            self.selected = set()
        elif self.kind.single_choice and not remove and self.focus + 1 < len(self.places):
            self.focus += 1
        return KeyResult()

    def _tags(self, tags: tuple[str, ...], name: str, remove: bool) -> tuple[str, ...]:
        if remove:
            return tuple(tag for tag in tags if tag != name)
        if self.kind.single_choice:
            return (name,)
        return tags if name in tags else (*tags, name)

    def _put(self, index: int, draft: Draft) -> None:
        self.places[index] = msgspec.structs.replace(self.places[index], draft=draft)

    def _back(self, done: list[tuple[int, ...]], opposite: list[tuple[int, ...]], undo: bool) -> KeyResult:
        """The last change of the sheet; of the image with the focus, where the sheet was opened after its changes."""
        if not self.places:
            return KeyResult()
        changed = done.pop() if done else (self.focus,)
        before = [self.places[index].draft for index in changed]
        for index, draft in zip(changed, before, strict=True):
            self._put(index, draft.undo() if undo else draft.redo())
        if all(self.places[index].draft is draft for index, draft in zip(changed, before, strict=True)):
            return KeyResult(message="Nothing to undo." if undo else "Nothing to redo.")
        opposite.append(changed)
        self.focus = changed[0]
        return KeyResult()
