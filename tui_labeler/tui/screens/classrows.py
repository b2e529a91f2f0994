"""The rows of the list of label classes, and what was done to them."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from tui_labeler.model.edits import EditRecord, consequence
from tui_labeler.model.text import fitted, padded, safe_text
from tui_labeler.tui.classcolours import class_style

_DIGITS = 9  # so many classes have a digit key
_COUNT, _FRAME, _LEAST_NAME, _NAME = 12, 12, 20, 50  # cells


def name_width(width: int) -> int:
    """The cells of a name on a screen of `width` cells."""
    return max(_LEAST_NAME, min(width - _FRAME - _COUNT, _NAME))


def heads(width: int) -> Content:
    """Above the columns; `width` is that of the names."""
    return Content(f"{'':6}{padded('Class', width)}{'Labels':>{_COUNT}}")


def row(index: int, name: str, class_index: int, count: int, width: int) -> Option:
    """The class at `index` of the list as it is shown, `class_index` in the project, with its `count` labels."""
    digit = str(index + 1) if index < _DIGITS else " "
    return Option(
        Content.assemble(
            (f" {digit} ", "bold $accent"),
            (" ■ ", class_style(class_index)),
            padded(fitted(safe_text(name), width), width),
            (f"{count:>{_COUNT},}", "" if count else "$foreground 65%"),
        )
    )


def history(records: Sequence[EditRecord], most: int) -> Content:
    """What was done to many labels, the newest first."""
    lines = [Content.styled("Done to many labels at once", "$foreground 60%")]
    for record in records[:most]:
        when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(record.created))
        state = " · taken back" if record.undone else ""
        about = consequence(safe_text(record.words, 200), record.labels, record.images)
        lines += [
            Content(about),
            Content.styled(f"  {safe_text(record.who, 40)} · {when} UTC{state}", "$foreground 60%"),
        ]
    return Content("\n").join(lines if records else [*lines, Content("nothing yet")])
