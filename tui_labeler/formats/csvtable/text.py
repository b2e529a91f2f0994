"""The text of a table: its first lines, and the cells of its rows, larger than memory."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

from tui_labeler.formats.csvtable.columns import head_lines, skips_blanks
from tui_labeler.formats.reading import encoding_of, not_in_encoding
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput

_MOST_LINE = 4 << 20  # characters of a line
# Excel's own line above the titles; what separates the cells shows in the rows as well.
_SEPARATOR = re.compile(r'\ufeff?"?sep=.?"?[,;]*\s*', re.I)
_MOST_CELL = 1 << 20  # of a cell: an outline of some 25,000 points


class TableText:
    """One table. Raises BadInput for what is not in its encoding, for cells and lines that are too long, and for quotes
    that do not end."""

    def __init__(self, source: Source, name: str, encoding: str) -> None:
        """`encoding`: a person's choice, or nothing."""
        self._source, self._name = source, name
        self.shown = source.shown(name)
        with source.open(name) as file:
            self._encoding = encoding_of(file.read(4), encoding)
        self._skips_blanks = False
        csv.field_size_limit(_MOST_CELL)  # the module's own limit is an outline of 3,000 points

    def head(self) -> list[str]:
        """The first lines that hold something."""
        with self._opened() as text:
            head = head_lines(_lines(self.shown, text))
        self._skips_blanks = skips_blanks(head)
        return head

    def rows(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of each row that has something in it; a row that is the first of the file has the line 1."""
        with self._opened() as text:
            reader = csv.reader(
                _lines(self.shown, text), delimiter=delimiter, strict=True, skipinitialspace=self._skips_blanks
            )
            try:
                for cells in reader:
                    if any(cell.strip() for cell in cells):
                        yield reader.line_num, cells
            except csv.Error as error:
                raise BadInput(f"{self.shown}, line {reader.line_num}: {error}.", "Correct the file.") from None

    @contextmanager
    def _opened(self) -> Iterator[io.TextIOWrapper]:
        try:
            with io.TextIOWrapper(self._source.open(self._name), self._encoding, newline="") as text:
                yield text
        except (UnicodeError, LookupError) as error:
            raise not_in_encoding(self.shown, self._encoding, error) from None


def _lines(shown: str, text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of a bounded length: a file without line ends would otherwise fill the memory."""
    number = 0
    while line := text.readline(_MOST_LINE):
        number += 1
        if number == 1 and _SEPARATOR.fullmatch(line):
            line = "\n"
        if len(line) == _MOST_LINE and not line.endswith("\n"):
            raise BadInput(f"{shown}, line {number}: the line is longer than {_MOST_LINE >> 20} million characters.")
        yield line
