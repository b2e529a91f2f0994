"""The text of a JSON document larger than memory: its tokens, and what is passed over."""

from __future__ import annotations

import os
import re
from typing import BinaryIO, Protocol

import msgspec

from tui_labeler.model.errors import BadInput

BLOCK = 1 << 17  # what is made of it stays in the processor's cache: a tenth faster than with 1 << 20
_LONG = 1 << 20  # a text in quotes, or what is passed over at once
MOST = 64 << 20
"""No element of an array, and no other value that is skipped at once, is larger: in bytes."""

# Possessive: what was matched is never given back, so that a text that does not end costs no more than one that does.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.S)
# Strings as a whole, brackets, and a quote whose string does not end within the text.
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[][{}]|"', re.S)
NUMBERS = {b"NaN": b"9e9", b"Infinity": b"9e9     ", b"-Infinity": b"-9e9     "}
"""What stands for numbers that JSON does not have; each as long as it was."""
_SCALAR = re.compile(rb"[^\s,\]}]+")
_SPACE = re.compile(rb"\s*")


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


class Window:
    """An open file from byte `start` on, with a place of its own: one file can be read at several places in turns."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file, self._at = file, start

    def read(self, size: int, /) -> bytes:
        data = os.pread(self._file.fileno(), size, self._at)
        self._at += len(data)
        return data


class JsonText:
    """The text of one JSON document, read on as it is needed. `name` stands for it in messages. Raises BadInput with the
    place of what is wrong."""

    def __init__(self, file: Readable, name: str, start: int = 0) -> None:
        """`start`: how many bytes of the document were left out before what `file` reads."""
        self._file, self._name = file, name
        self._text = b""
        self._at = 0  # where in `_text` one is
        self._before = start  # bytes of the document before `_text`
        self._value_due = False
        if start == 0 and self._peek() == 0xEF:
            self._need(3)
            self._at += 3 if self._text.startswith(b"\xef\xbb\xbf") else 0

    @property
    def is_array(self) -> bool:
        """Whether the document is an array (else an object, or nothing useful)."""
        return self._peek() == ord("[")

    @property
    def offset(self) -> int:
        """Where in the document one is, in bytes: a stream that starts there goes on with the same value."""
        return self._before + self._at

    def skip(self) -> None:
        """Passes over the value that stands here, whatever it is."""
        self._value_due = False
        first = self._peek()
        if first == ord('"'):
            self._string()
        elif first in b"[{" and first >= 0:
            self._skip_nested()
        else:
            self._scalar()

    def _skip_nested(self) -> None:
        depth = 0
        while True:
            self._need(_LONG)
            whole = len(self._text) - self._at < _LONG
            done = self._at
            for token in TOKEN.finditer(self._text, self._at):
                kind = token[0]
                if kind == b'"':
                    break
                done = token.end()
                if kind in b"[{":
                    depth += 1
                elif kind in b"]}":
                    depth -= 1
                    if depth == 0:
                        self._at = done
                        return
            if whole:
                raise self._broken("it ends in the middle", len(self._text) - self._at)
            if done == self._at and len(self._text) - self._at >= MOST:
                raise self._broken(f"a text longer than {MOST >> 20} MB", 0)
            if done == self._at:
                self._read(_LONG)
            self._at = done

    # Single tokens

    def _string(self) -> str:
        if self._peek() != ord('"'):
            raise self._broken("expected a key in quotes", 0)
        match = None
        for want in (1 << 12, _LONG):
            self._need(want)
            if match := _STRING.match(self._text, self._at):
                break
        if match is None:
            raise self._broken("a text in quotes that does not end", 0)
        try:
            text = msgspec.json.decode(match[0], type=str)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise self._broken("a text that is not UTF-8 or has a wrong escape", 0) from None
        self._at = match.end()
        return text

    def _scalar(self) -> None:
        self._need(1 << 10)
        match = _SCALAR.match(self._text, self._at)
        try:
            scalar = match[0] if match else b""
            msgspec.json.decode(NUMBERS.get(scalar, scalar))
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise self._broken("expected a value", 0) from None
        self._at = match.end() if match else self._at

    def _expect(self, byte: bytes, what: str) -> None:
        if self._peek() != byte[0]:
            raise self._broken(f"expected {what}", 0)
        self._at += 1

    def _peek(self) -> int:
        """The next byte that is no blank; -1 at the end of the file."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read():
                return -1

    def _need(self, size: int) -> None:
        """Reads until `size` bytes lie ahead, or the file ends."""
        while (missing := size - (len(self._text) - self._at)) > 0:
            if not self._read(max(missing, BLOCK)):
                return

    def _read(self, size: int = BLOCK) -> bool:
        more = self._file.read(size)
        if not more:
            return False
        self._before += self._at
        self._text = self._text[self._at :] + more
        self._at = 0
        return True

    # What is wrong

    def _broken(self, what: str, ahead: int) -> BadInput:
        at = self._before + self._at + max(ahead, 0)
        what = what.removeprefix("JSON is malformed: ")
        return BadInput(
            f"{self._name} is not complete JSON: {what} (byte {at:,}).", "Export it anew; nothing was imported."
        )
