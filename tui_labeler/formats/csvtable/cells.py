"""What writer and reader of tables share: the columns, and cells that no spreadsheet runs."""

from __future__ import annotations

import re

FILE_NAME = "labels.csv"
COLUMNS = ("image", "width", "height", "label", "x_min", "y_min", "x_max", "y_max", "polygon", "part")

# What makes a spreadsheet run a cell: OWASP's characters, with their full-width forms.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def safe_cell(text: str) -> str:
    """`text` as a cell that no spreadsheet runs."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(text: str) -> str:
    """The text that `safe_cell` made the cell of."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
