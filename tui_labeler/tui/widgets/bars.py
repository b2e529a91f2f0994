"""Shares drawn in one line of cells."""

from __future__ import annotations

from collections.abc import Sequence


def share_bar(share: float, width: int) -> str:
    """`share` (0 to 1) of `width` cells as a heavy line, exact to half a cell; what is above nothing shows at least
    that. What is left of the line is blank."""
    halves = round(min(max(share, 0.0), 1.0) * width * 2)
    if share > 0:
        halves = max(halves, 1)
    full, rest = divmod(halves, 2)
    return ("━" * full + "╸" * rest).ljust(width)[:width]


def cells_of(counts: Sequence[int], width: int) -> list[int]:
    """How many of `width` cells each count gets: by largest remainder, and at least one cell for what is not zero."""
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    exact = [count * width / total for count in counts]
    cells = [max(int(share), 1 if count else 0) for share, count in zip(exact, counts, strict=True)]
    order = sorted(range(len(counts)), key=lambda index: exact[index] - cells[index], reverse=True)
    while sum(cells) < width:
        for index in order:
            if counts[index] and sum(cells) < width:
                cells[index] += 1
    while sum(cells) > width:
        cells[max(range(len(cells)), key=lambda index: cells[index])] -= 1
    return cells
