"""Files that are one JSON list, an entry an image, larger than memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput


def json_list(source: Source, reading: Reading, what: str) -> Iterator[tuple[Place, Any]]:
    """The entries of a file, or of every JSON file of a folder that is a list; others are passed over. `what` names the
    entries in messages. Raises BadInput where there is none."""
    count = 0
    for name in source.ending(".json") if source.is_folder else source.files:
        shown = source.shown(name)
        with source.open(name) as file:
            stream = JsonStream(file, shown)
            if not stream.is_array:
                if not source.is_folder:
                    raise BadInput(f"{shown} is not a list of {what}.", "Name its format with --format.")
                reading.pass_over("other_file", shown)
                continue
            count += 1
            for first, items in stream.array(msgspec.json.Decoder(list[Any]).decode, what):
                for number, item in enumerate(items, first):
                    yield Place(shown, f", {what}[", number, "]"), item
    if not count:
        raise BadInput(f"There is no .json file with a list of {what} in {source.path}.", "Name the file.")
