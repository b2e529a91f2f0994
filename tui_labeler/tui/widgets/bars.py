"""Shares drawn in one line of cells."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content


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
    order = sorted(range(len(counts)), key=lambda place: exact[place] - cells[place], reverse=True)
    while sum(cells) < width:
        for place in order:
            if counts[place] and sum(cells) < width:
                cells[place] += 1
    while sum(cells) > width:
        cells[max(range(len(cells)), key=lambda place: cells[place])] -= 1
    return cells


def stacked_bar(parts: Sequence[tuple[int, str]], width: int) -> Content:
    """Counts with their styles, side by side in one bar of `width` cells; a thin line where there is nothing."""
    cells = cells_of([count for count, _ in parts], width)
    if not sum(cells):
        return Content.styled("─" * width, "$foreground 60%")
    drawn = [("█" * number, style) for number, (_, style) in zip(cells, parts, strict=True) if number]
    return Content.assemble(*drawn)
