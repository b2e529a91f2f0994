"""JSON files larger than memory: the arrays of a document, a block of elements at a time.

A block is cut where an element ends and handed to msgspec's typed decoder, so that no character is looked at in Python:
reading COCO this way takes about the time of `json.load` alone, in a memory that does not grow with the file (measured in
tests/bench/bench_formats.py; parsing alone, ijson's C backend took more than three times as long). Where an element ends
is first guessed (the last brace before a comma), which the decoder proves right or wrong: a text parses as whole elements
only if it is cut between two of them. After a wrong guess, brackets are counted.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence, Sized
from typing import TypeVar

import msgspec

from tui_labeler.formats.jsontext import BLOCK, MOST, NUMBERS, TOKEN, JsonText
from tui_labeler.model.errors import BadInput

T = TypeVar("T", bound=Sized)
_NO_JSON = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|-?Infinity|NaN', re.S)
_BYTE = re.compile(r"\(byte (\d+)\)$")
_INDEX = re.compile(r" - at `\$\[(\d+)\]\.?([^`]*)`$")


class JsonStream(JsonText):
    """One JSON document, its members and arrays. Raises BadInput with the place of what is wrong."""

    _ending = b""  # three bytes of an element's end, and two of what came behind it

    def members(self) -> Iterator[str]:
        """The keys of the object that the document is; a value that is not taken with `array` is passed over."""
        self._expect(b"{", "a JSON object")
        if self._peek() == ord("}"):
            self._at += 1
            self._end()
            return
        while True:
            key = self._string()
            self._expect(b":", "a colon")
            self._value_due = True
            yield key
            if self._value_due:
                self.skip()
            if self._peek() != ord(","):
                break
            self._at += 1
        self._expect(b"}", "a comma or the end of the object")
        self._end()

    def array(self, decode: Callable[[bytes], T], list_name: str) -> Iterator[tuple[int, T]]:
        """The elements of the array that stands here, in blocks as `decode` makes them, each with the number of its
        first element. `list_name` names the array in messages."""
        yield from self._blocks(decode, list_name, b"[]")

    def entries(self, decode: Callable[[bytes], T], list_name: str) -> Iterator[tuple[int, T]]:
        """The same for the members of the object that stands here, whose values are arrays or objects: blocks of it are
        objects."""
        yield from self._blocks(decode, list_name, b"{}")

    def _blocks(self, decode: Callable[[bytes], T], list_name: str, brackets: bytes) -> Iterator[tuple[int, T]]:
        self._value_due = False
        self._expect(brackets[:1], f"the list of {list_name}")
        count = 0
        if self._peek() == brackets[1]:
            self._at += 1
            return
        while True:
            elements, ended = self._block(decode, list_name, count, brackets)
            yield count, elements
            count += len(elements)
            if ended:
                return
            self._expect(b",", "a comma")

    def member_text(self, key: str) -> str:
        """The text of one member of the small object that stands here; the object is passed over. Empty without it."""
        start = self._peek()
        begin = self._at
        if start != ord("{"):
            return ""
        self._need(1 << 12)
        match = re.match(rb"\{[^{}]{0,4000}\}", self._text[begin : begin + 4096])
        try:
            value = msgspec.json.decode(match[0]).get(key) if match else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            value = None
        return value if isinstance(value, str) else ""

    def _end(self) -> None:
        """Raises BadInput where something stands behind the document: another one, that nobody would read."""
        if self._peek() > 0:  # some systems fill files up with zeros
            at = self._before + self._at
            what = f"{self._name} goes on behind the end of its JSON (byte {at:,})."
            raise BadInput(what, "Put each document into a file of its own.")

    # Blocks of elements

    def _block(self, decode: Callable[[bytes], T], list_name: str, count: int, brackets: bytes) -> tuple[T, bool]:
        """As many whole elements as the text holds, and whether the array ended with them (its bracket is taken)."""
        want = BLOCK
        while True:
            self._need(want)
            whole = len(self._text) - self._at < want  # the file has no more
            cuts = (self._like_before(), self._text.rfind(b"}", self._at) + 1, None)
            mended = False
            for end in cuts:
                if end is None:
                    end = self._boundary()
                    self._ending = self._text[max(end - 3, self._at) : end + 2] if end > self._at else b""
                if end <= self._at:
                    continue
                text = b"".join((brackets[:1], memoryview(self._text)[self._at : end], brackets[1:]))  # copied once
                try:
                    elements = decode(text)
                except msgspec.ValidationError as error:
                    raise self._invalid(str(error), list_name, count) from None
                except msgspec.DecodeError as error:
                    match = _BYTE.search(str(error))
                    mended = self._mend()
                    if mended:
                        break
                    at = int(match[1]) if match else len(text)
                    if "trailing" in str(error):
                        return self._last(decode, list_name, count, text[: at - 1])  # msgspec counts one further here
                    if at < len(text) - 1:
                        raise self._broken(str(error)[: match.start()] if match else str(error), at - 1) from None
                    continue
                except UnicodeDecodeError as error:
                    raise self._broken("a text that is not UTF-8", error.start) from None
                except RecursionError:
                    raise BadInput(f"{self._name}, {list_name}[{count}…]: nested too deeply.") from None
                self._at = end
                if self._peek() == brackets[1]:
                    self._at += 1
                    return elements, True
                return elements, False
            if mended:
                continue
            if whole:
                raise self._broken("it ends in the middle", len(self._text) - self._at)
            if want >= MOST:
                raise BadInput(f"{self._name}, {list_name}[{count}]: the entry is larger than {MOST >> 20} MB.")
            want = min(want * 4, MOST)

    def _like_before(self) -> int:
        """Where an element may end: at the last place that looks like the end that was counted before."""
        start = self._text.rfind(self._ending, self._at) if len(self._ending) == 5 else -1
        return start + 3 if start >= 0 else -1

    def _mend(self) -> bool:
        """Makes numbers that no coordinate can be of NaN and Infinity, which Python writes and JSON does not have; whether
        there were any."""
        text = self._text[self._at :]
        if b"NaN" not in text and b"Infinity" not in text:
            return False
        mended = _NO_JSON.sub(lambda token: token[0] if token[0][:1] == b'"' else NUMBERS[token[0]], text)
        if mended == text:
            return False
        self._text, self._before, self._at = mended, self._before + self._at, 0
        return True

    def _last(self, decode: Callable[[bytes], T], list_name: str, count: int, text: bytes) -> tuple[T, bool]:
        """The last elements: the array ended before the text did."""
        try:
            elements = decode(text)
        except msgspec.ValidationError as error:
            raise self._invalid(str(error), list_name, count) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise self._broken(f"the list of {list_name} does not end as it should", len(text)) from None
        self._at += len(text) - 1  # `text` has a bracket more in front
        return elements, True

    def _boundary(self) -> int:
        """Where the last whole element of the text ends, by counting brackets; -1 if none does."""
        depth, end = 0, -1
        for token in TOKEN.finditer(self._text, self._at):
            kind = token[0]
            if kind in b"[{":
                depth += 1
            elif kind in b"]}":
                depth -= 1
                if depth == 0:
                    end = token.end()
                elif depth < 0:
                    break  # the array's own end
            elif kind == b'"':
                break
        return end

    def _invalid(self, message: str, list_name: str, count: int) -> BadInput:
        return wrong_value(message, f"{self._name}, {list_name}", range(count, sys.maxsize))


def wrong_value(message: str, list_name: str, numbers: Sequence[int]) -> BadInput:
    """What msgspec says of a value in the list `list_name`, with the entry's own number: `numbers` holds that of each."""
    match = _INDEX.search(message)
    if match is None:
        return BadInput(f"{list_name}: {message}.")
    field = f".{match[2]}" if match[2] else ""
    return BadInput(f"{list_name}[{numbers[int(match[1])]}]{field}: {message[: match.start()]}.")
