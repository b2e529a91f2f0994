"""XML from outside, larger than memory: its elements one by one, without document type, entities, or anything fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from tui_labeler.model.errors import BadInput
from tui_labeler.untrusted.xmldoc import MOST_LEVELS

Event = tuple[str, dict[str, str] | None, str]
"""Where an element begins (its name and attributes), or ends (None instead of them, and its text)."""

_BLOCK = 1 << 18
MOST_BYTES = 64 << 20
"""No element's beginning, and no text, is larger."""


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


def events(file: Readable, name: str) -> Iterator[list[Event]]:
    """Beginnings and ends of the elements, in blocks. `name` is what messages call the document.

    Raises BadInput for what is no whole XML, declares a document type, or goes beyond `MOST_BYTES` or `MOST_LEVELS`.
    """
    from xml.parsers import expat

    collector = _Collector(name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.text
    parser.StartDoctypeDeclHandler = collector.refuse
    parser.EntityDeclHandler = collector.refuse
    waiting = 0
    try:
        while block := file.read(_BLOCK):
            parser.Parse(block, False)
            waiting = 0 if collector.events else waiting + len(block)
            if waiting > MOST_BYTES:
                raise BadInput(f"{name} has an element of more than {MOST_BYTES >> 20} MB.")
            if collector.events:
                yield collector.taken()
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadInput(f"{name} is not complete XML: {error}.", "Export it anew; nothing was imported.") from None
    yield collector.taken()


class _Collector:
    """What the parser tells."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._text: list[str] = []
        self._level = 0
        self.events: list[Event] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._level += 1
        if self._level > MOST_LEVELS:
            raise BadInput(f"{self._name} has elements more than {MOST_LEVELS} levels deep.")
        self._text.clear()
        self.events.append((tag, attributes, ""))

    def end(self, tag: str) -> None:
        self._level -= 1
        self.events.append((tag, None, "".join(self._text)))
        self._text.clear()

    def text(self, text: str) -> None:
        self._text.append(text)

    def refuse(self, *_: object) -> None:
        raise BadInput(f"{self._name} declares entities or a document type, which it does not need.", "Remove it.")

    def taken(self) -> list[Event]:
        done, self.events = self.events, []
        return done
