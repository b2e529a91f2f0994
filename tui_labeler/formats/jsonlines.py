"""JSON Lines that others wrote: an object a line, larger than memory, with what is broken in it told line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec

from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import Fields
from tui_labeler.model.errors import BadInput

MOST_LINE = 64 << 20
"""No line is longer, in bytes."""
# What Python writes and JSON does not have; none is a coordinate.
_NO_JSON = re.compile(rb'"(?:[^"\\]|\\.)*+"|-?Infinity|NaN')


def numbered_lines(source: Source, name: str) -> Iterator[tuple[Place, bytes]]:
    """The lines of a file that are not blank, as they are, without a byte order mark. Raises BadInput for lines beyond
    `MOST_LINE`."""
    shown = source.shown(name)
    with source.open(name) as file:
        number = 0
        while line := file.readline(MOST_LINE):
            number += 1
            place = Place(shown, ", line ", number)
            if len(line) == MOST_LINE and not line.endswith(b"\n"):
                raise BadInput(f"{place}: the line is longer than {MOST_LINE >> 20} MB.")
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line and not line.isspace():
                yield place, line


def json_lines(source: Source, name: str, reading: Reading) -> Iterator[tuple[Place, Fields]]:
    """The objects of a file. A line that is none is told to `reading`. Raises BadInput for lines beyond `MOST_LINE`."""
    for place, line in numbered_lines(source, name):
        try:
            if reading.options.encoding:
                line = reading.text(line, str(place)).encode("utf-8", "surrogatepass")
            yield place, json_object(line, place)
        except BadInput as error:
            reading.bad_entry(error)


def first_object(head: bytes) -> Fields | None:
    """The object of the first line, or that the whole text is; None where neither is complete in it."""
    text = head.lstrip()
    for part in (text.split(b"\n", 1)[0], text):
        try:
            value = msgspec.json.decode(part)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        return value if isinstance(value, dict) else None
    return None


def decode_json(text: bytes) -> Any:
    """What a text holds; numbers that JSON does not have are as large as no coordinate. Raises ValueError
    with the reason."""
    try:
        return msgspec.json.decode(text)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except msgspec.DecodeError as error:
        mended = _NO_JSON.sub(lambda token: token[0] if token[0][:1] == b'"' else b"9e9", text)
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return msgspec.json.decode(mended)
        raise ValueError(str(error)) from None


def json_object(line: bytes, place: Place) -> Fields:
    """The object that a text is. Raises BadInput."""
    try:
        row = decode_json(line)
    except ValueError as error:
        raise BadInput(f"{place}: it is not complete JSON: {error}.", "Correct the file.") from None
    if not isinstance(row, dict):
        raise BadInput(f"{place}: it is not an object.", "Correct the file.")
    return row
