"""Names that stand below each other and are too long for their column: each keeps what tells it from the others."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from tui_labeler.model.text import beginning_of, cell_width, ending_of, fitted, safe_text

_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")
# Cells for what a name begins with, at least, before its last number has its room.
_OF_BEGINNING = 3


class NameCut(msgspec.Struct, frozen=True):
    """How many characters all names begin with and end with alike."""

    before: int = 0
    after: int = 0

    @classmethod
    def of(cls, names: Iterable[str], width: int) -> NameCut:
        """For those of the names that take more than `width` cells."""
        long = {plain for plain in map(safe_text, names) if cell_width(plain) > width}
        if len(long) < 2:
            return cls()
        before = _alike(long)
        return cls(before, min(_alike({name[::-1] for name in long}), min(map(len, long)) - before))

    def fitted(self, name: str, width: int) -> str:
        """The name in at most `width` cells: first it loses what all begin with, then what all end with, then the middle of
        what differs; its last number stays as long as it has room."""
        plain = safe_text(name)
        if cell_width(plain) <= width:
            return plain
        if self.before + self.after == 0 or self.before + self.after > len(plain):
            return _middle_cut("", plain, width)
        end = len(plain) - self.after
        differs = cell_width(plain[self.before : end])
        if self.before and differs + cell_width(plain[end:]) <= width - 1:
            return f"…{ending_of(plain, width - 1)}"
        mark = "…" if self.before else ""
        if differs <= width - len(mark) - 1:
            return f"{mark}{beginning_of(plain[self.before :], width - len(mark) - 1)}…"
        return _middle_cut(mark, plain[self.before :], width)


def _alike(names: set[str]) -> int:
    """How many characters all of them begin with."""
    first, last = min(names), max(names)
    pairs = enumerate(zip(first, last, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(first), len(last)))


def _middle_cut(mark: str, text: str, width: int) -> str:
    """`mark`, and the text without its middle; of the end so much that its last number is whole, if there is room."""
    room = width - cell_width(mark) - 1
    number = _LAST_NUMBER.search(text)
    kept = cell_width(text[number.start() :]) if number else 0
    if not room // 2 < kept <= room - _OF_BEGINNING:
        return fitted(f"{mark}{text}", width)
    return f"{mark}{beginning_of(text, room - kept)}…{ending_of(text, kept)}"
