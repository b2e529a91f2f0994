"""Lines that are broken where what follows can be read: behind a separator of a path or of code, never within a name that
fits."""

from __future__ import annotations

import re

from textual.content import Content

from tui_labeler.model.text import beginning_of, cell_width

# Behind these a line may end: paths, URLs, arguments.
_SEPARATOR = re.compile(r"[/\\,;?&=]|(?<=\w)[_.-]|\s")


def break_lines(line: Content, width: int, hanging: int) -> Content:
    """One line in parts of at most `width` cells, those after the first one behind `hanging` blanks. A part ends behind a
    blank near its end, else behind the last separator that it holds, and where it is full if that stands in its first
    third."""
    plain, ends, start, room = line.plain, [], 0, width
    while cell_width(plain[start:]) > room > 0:
        full = len(beginning_of(plain[start:], room))
        ends_at = [match.end() for match in _SEPARATOR.finditer(plain, start, start + full)]
        blanks = [at for at in ends_at if plain[at - 1].isspace() and at - start > full * 2 // 3]
        end = next((at for at in (*blanks[-1:], *reversed(ends_at)) if at - start > full // 3), start + max(full, 1))
        ends.append(end)
        start, room = end, width - hanging
    return Content("\n" + " " * hanging).join(line.divide(ends)) if ends else line
