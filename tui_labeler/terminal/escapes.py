"""Everything that a terminal sends, in the order that it came, as keys, clicks, pastes and answers that cannot be mistaken.

A terminal writes the Escape key as the byte that also begins the sequence of an arrow key; a program tells them apart by
the time that passes. On a line that stalls, Escape and a letter come together and look like Alt and that letter. Here
they are written again so that no time has to pass: Escape as the sequence that kitty's keyboard protocol has for it. What
remains ambiguous is Escape before `[` or `O` and what completes a sequence.

A line may also cut a sequence anywhere, a paste may hold sequences, and bytes may be no text at all. None of that reaches
the app as keys that nobody pressed.
"""

from __future__ import annotations

import codecs
import re

from tui_labeler.model.pasted import SHOWN_BELL, SHOWN_ESCAPE
from tui_labeler.terminal.sequences import BEGUN, CERTAIN, COMPLETE, for_textual, is_answer, is_typed

ESCAPE_KEY = b"\x1b[27u"
# After these letters, Escape may be Alt: that moves by words in a field. Whoever knows what has the focus decides; the
# modifiers are such as nobody presses.
_WORDS = {b"b": b"98", b"f": b"102", b"\x7f": b"127"}
WORD_KEYS = {
    "alt+hyper+meta+b": ("ctrl+left", "b", "b"),
    "alt+hyper+meta+f": ("ctrl+right", "f", "f"),
    "alt+hyper+meta+backspace": ("ctrl+w", "backspace", "\x7f"),
}
# "Are you well?", and the answer to it, which no key sends: it says how far a terminal has read (DSR).
STATUS_QUESTION = "\x1b[5n"
_STATUS_ANSWER = b"\x1b[0n"
_PASTE, _PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
_INTERRUPT = b"\x03"
# A terminal that forgot how it was to report clicks (X10): three bytes follow, each 32 above its value.
_OLD_MOUSE, _OLD_MOUSE_LENGTH = b"\x1b[M", 6
_MOVES, _WHEEL, _RELEASE = 32, 64, 3
# No sequence is longer, in bytes; and in seconds, how long the rest of one may take: that may be one, and that surely is.
_LONGEST, _REST_SECONDS, _CERTAIN_SECONDS = 4096, 0.5, 5.0
_NOT_IN_TEXT = bytes(code for code in range(32) if code not in b"\t\n\r")
# They say where a sequence within a paste begins and ends, so that it is taken out whole once the paste is.
_PICTURES = {b"\x1b": SHOWN_ESCAPE.encode(), b"\x07": SHOWN_BELL.encode()}
# What may follow an escape, or that and a bracket, that were given on as keys because the line paused just there.
_LATE_RESTS = {
    b"\x1b": re.compile(rb"\[(?:[A-DFHZ]|[0-?]+[ -/]*[@-~])"),
    b"\x1b[": re.compile(rb"<\d+;\d+;\d+[Mm]|\d+(?:;\d+)?~|\d+;\d+[A-S]"),
}


class EscapeKeys:
    """Takes what a terminal sends, in any pieces, and gives it on as UTF-8 with Escape told apart. A piece that may go on
    is held back: `patience` says for how many seconds (None: nothing is held), then `give_up` decides."""

    def __init__(self, delay: float) -> None:
        """`delay`: seconds after which an escape that is followed by nothing is the key."""
        self._delay = delay
        self._held = b""
        self._given_up = b""
        self._pasting = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        # How many status answers were taken out; and the other answers, as they came.
        self.answered = 0
        self.answers: list[str] = []

    @property
    def patience(self) -> float | None:
        if not self._held or self._pasting:
            return None
        if CERTAIN.match(self._held):
            return max(self._delay, _CERTAIN_SECONDS)
        return self._delay if len(self._held) == 1 else max(self._delay, _REST_SECONDS)

    def take(self, piece: bytes) -> bytes:
        if self._pasting and piece == _INTERRUPT:  # the end of the paste was lost, and someone wants out
            piece = _PASTE_ENDS
        data, self._held = self._begun_again(piece), b""
        given = b""
        while data:
            if self._pasting:
                part, data = self._pasted(data)
            elif not data.startswith(b"\x1b"):
                plain, escape, rest = data.partition(b"\x1b")
                part, data = plain, escape + rest
            elif data.startswith(_OLD_MOUSE):
                if len(data) < _OLD_MOUSE_LENGTH:
                    self._held = data
                    break
                part, data = _click(data[3:_OLD_MOUSE_LENGTH]), data[_OLD_MOUSE_LENGTH:]
            elif complete := COMPLETE.match(data):
                part, data = self._sequence(complete.group()), data[complete.end() :]
            elif BEGUN.fullmatch(data) and len(data) < _LONGEST:
                self._held = data
                break
            else:
                part, data = _typed(data)
            given += self._text(part)
        return given

    def give_up(self) -> bytes:
        """Nothing came any more: what is held back was typed, or is of no use."""
        held, self._held = self._held, b""
        self._given_up = held
        if not held or CERTAIN.match(held) or held.startswith(_OLD_MOUSE):
            return b""
        return ESCAPE_KEY + self._text(held[1:])

    def _begun_again(self, piece: bytes) -> bytes:
        """The piece, with the beginning that was given up just before it where it is the rest of that."""
        late, self._given_up = self._given_up, b""
        whole = late + piece
        if (rest := _LATE_RESTS.get(late)) is not None:
            return whole if rest.match(piece) else piece
        return whole if CERTAIN.match(late) and COMPLETE.match(whole) else self._held + piece

    def _text(self, data: bytes) -> bytes:
        """Without what is not UTF-8; a character that a piece cuts waits for the next."""
        return self._decoder.decode(data).encode()

    def _sequence(self, sequence: bytes) -> bytes:
        if sequence == _STATUS_ANSWER:
            self.answered += 1
            return b""
        if sequence == _PASTE:
            self._pasting = True
            return sequence
        if known := for_textual(sequence):
            return known
        if is_answer(sequence):
            self.answers.append(sequence.decode("utf-8", "replace"))
            return b""
        return ESCAPE_KEY + sequence[1:] if is_typed(sequence) else b""

    def _pasted(self, data: bytes) -> tuple[bytes, bytes]:
        """What belongs to a paste, as plain text, and what comes after it."""
        text, end, rest = data.partition(_PASTE_ENDS)
        if end:
            self._pasting = False
            return _plain(text) + end, rest
        kept = next((n for n in range(len(_PASTE_ENDS) - 1, 0, -1) if data.endswith(_PASTE_ENDS[:n])), 0)
        self._held = data[len(data) - kept :]
        return _plain(data[: len(data) - kept]), b""


def _plain(text: bytes) -> bytes:
    for control, picture in _PICTURES.items():
        text = text.replace(control, picture)
    return text.translate(None, _NOT_IN_TEXT)


def _click(report: bytes) -> bytes:
    """An old mouse report in the form that was asked for (SGR); X10 does not say which button was released."""
    code, column, row = (max(0, value - 32) for value in report)
    is_release = code & _RELEASE == _RELEASE and not code & (_MOVES | _WHEEL)
    if not (column and row):
        return b""
    return b"\x1b[<%d;%d;%d%s" % (code & ~_RELEASE if is_release else code, column, row, b"m" if is_release else b"M")


def _typed(data: bytes) -> tuple[bytes, bytes]:
    """The Escape key, or a word key, at the beginning; and the rest."""
    if number := _WORDS.get(data[1:2]):
        return b"\x1b[" + number + b";51u", data[2:]
    return ESCAPE_KEY, data[1:]
