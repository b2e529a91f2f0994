"""Files that are one JSON list, an entry an image, larger than memory; or a single entry, as scripts write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput

_MOST_BYTES = 64 << 20  # of a single entry


def json_list(
    source: Source, reading: Reading, what: str, is_entry: Callable[[bytes], bool]
) -> Iterator[tuple[Place, Any]]:
    """The entries of a file, or of every JSON file of a folder that is a list; others are passed over. `what` names the
    entries in messages; `is_entry` tells from a file's first bytes whether an object is an entry by itself. Raises BadInput
    where there is none."""
    count = 0
    for name in source.ending(".json") if source.is_folder else source.files:
        shown = source.shown(name)
        with source.open(name) as file:
            stream = JsonStream(file, shown)
            if not stream.is_array and is_entry(source.head(name)):
                count += 1
                yield Place(shown), _object(source.read(name, _MOST_BYTES), shown)
                continue
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


def _object(data: bytes, shown: str) -> Any:
    """Raises BadInput."""
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"{shown} is not complete JSON: {error}.", "Export it anew.") from None
