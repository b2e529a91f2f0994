"""Classes for an image as a whole: exactly one, or any number."""

from __future__ import annotations

from tui_labeler.labeling.keys import Command
from tui_labeler.labeling.kinds.kind import KeyOf
from tui_labeler.labeling.kinds.regions import FOR_REGIONS
from tui_labeler.labeling.modes import Mode


class _Tags:
    has_regions = draws_boxes = False

    def first_mode(self, drawing: Mode) -> Mode:
        return Mode.TAGS

    def offers(self, command: str) -> bool:
        return command not in FOR_REGIONS and command != Command.SELECT_ALL  # that is the sheet's

    def refusal(self, mode: Mode, key: KeyOf) -> str:
        return "" if mode == Mode.TAGS else "This project takes tags for the whole image: press a digit."

    def idle_prompt(self, key: KeyOf) -> str:
        return f"Digits choose the class · {key(Command.SUBMIT)} submits"


class OneTag(_Tags):
    """Exactly one class an image: another takes its place."""

    single_choice = True

    def tags_with(self, tags: tuple[str, ...], name: str) -> tuple[str, ...]:
        return () if tags == (name,) else (name,)


class ManyTags(_Tags):
    """Any number of classes an image: each comes and goes by itself."""

    single_choice = False

    def tags_with(self, tags: tuple[str, ...], name: str) -> tuple[str, ...]:
        return tuple(tag for tag in tags if tag != name) if name in tags else (*tags, name)
