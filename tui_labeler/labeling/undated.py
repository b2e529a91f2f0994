"""What an earlier version kept says not which list of classes its names are of: the time when it was kept has to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tui_labeler.model.classlist import ClassList

# A local clock and those of the people who edited classes may go so far apart.
_CLOCKS = 300.0
# So long a labeler may have been at work without a line, with the names of before.
_WITHOUT_LINE = 24 * 3600.0
# What is earlier is no time: the clock was never set.
_FIRST = 1_600_000_000.0


class Edits(Protocol):
    """What knows of edits of classes, and when they were."""

    def class_list(self, project: str) -> ClassList: ...
    def class_edit_at(self, project: str, at: float) -> int: ...


def class_edit_of(edits: Edits, project: str, at: float, names: Iterable[str]) -> tuple[int | None, bool]:
    """The last edit of classes that whoever kept these names at that time (seconds since 1970, by this machine) knew of,
    and whether that is sure: where the edits before it or soon after give them other names, it is a guess. None where there
    is no time."""
    if at < _FIRST:
        return None, True
    names, class_list = set(names), edits.class_list(project)
    first, then, last = (edits.class_edit_at(project, at + by) for by in (-_WITHOUT_LINE, 0.0, _CLOCKS))
    numbers = {number for change in class_list.changes for number in (change.edit, *change.reverses)}
    became = class_list.since(then, names)
    between = (first, last, *(number for number in numbers if first < number < last))
    return then, all(class_list.since(number, names) == became for number in between)
