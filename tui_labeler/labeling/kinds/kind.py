"""What one kind of labels means for drawing: which tools, which commands, what a class key does, what is said first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tui_labeler.labeling.modes import Mode

KeyOf = Callable[[str], str]
"""Command -> the key that does it now, as a person reads it."""


class LabelKind(Protocol):
    """One kind of labels, without state: an editor and a sheet ask it where kinds differ."""

    has_regions: bool
    draws_boxes: bool
    """Whether a box that the mouse draws, or that a tool finds, is a label by itself."""
    single_choice: bool
    """Whether at most one class is chosen at a time: another takes its place."""

    def first_mode(self, drawing: Mode) -> Mode:
        """The mode that an image begins in; `drawing` is the tool for boxes that was used last."""
        ...

    def offers(self, command: str) -> bool:
        """Whether a command makes sense here."""
        ...

    def refusal(self, mode: Mode, key: KeyOf) -> str:
        """Why this mode cannot be entered, and what can; empty where it can."""
        ...

    def tags_with(self, tags: tuple[str, ...], name: str) -> tuple[str, ...]:
        """The tags of an image after the key of this class."""
        ...

    def idle_prompt(self, key: KeyOf) -> str:
        """What draws a label where nothing is begun or selected."""
        ...
