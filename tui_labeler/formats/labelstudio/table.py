"""Tables of Label Studio: a row a task, as its minimal form has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.labelstudio.signature import is_table_of_tasks
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place
from tui_labeler.formats.source import Source
from tui_labeler.formats.tables import table_cells
from tui_labeler.model.errors import BadInput


def table_rows(source: Source, name: str, reading: Reading) -> Iterator[tuple[Place, Any]]:
    """The tasks of a table; one that is not Label Studio's is passed over."""
    if not is_table_of_tasks(source.head(name)):
        reading.pass_over("other_file", source.shown(name))
        return
    rows = table_cells(source, name, reading)
    titles = next(rows)[1]
    for place, cells in rows:
        try:
            yield place, {title: _cell(place, cell) for title, cell in zip(titles, cells, strict=False) if cell}
        except BadInput as error:
            reading.bad_entry(error)


def _cell(place: Place, text: str) -> Any:
    if not text.startswith(("[", "{")):
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadInput(f"{place}: “{text[:40]}” is not complete JSON.", "Export it anew.") from None
