"""Escape typed before other keys, told apart from the sequences that begin with it.

A terminal writes the Escape key as the byte that also begins the sequence of an arrow key; a program tells them apart by
the time that passes. On a line that stalls, Escape and a letter come together and look like Alt and that letter. Here
they are written again so that no time has to pass: Escape as the sequence that kitty's keyboard protocol has for it. What
remains ambiguous is Escape before `[` or `O` and what completes a sequence.
"""

from __future__ import annotations

import re

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
_COMPLETE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~])")
_BEGUN = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|O)?")
# No sequence is longer, in bytes; and in seconds, how long the rest of one may take that is certain to be one.
_LONGEST, _REST_SECONDS = 64, 0.5


class EscapeKeys:
    """Takes what a terminal sends, in any pieces, and gives it on with Escape told apart. A piece that may go on is held
    back: `patience` says for how many seconds (None: nothing is held), then `give_up` takes it for keys."""

    def __init__(self, delay: float) -> None:
        """`delay`: seconds after which an escape that is followed by nothing is the key."""
        self._delay = delay
        self._held = b""
        self._pasting = False
        # How many status answers were taken out.
        self.answered = 0

    @property
    def patience(self) -> float | None:
        if not self._held or self._pasting:
            return None
        return self._delay if len(self._held) == 1 else max(self._delay, _REST_SECONDS)

    def take(self, piece: bytes) -> bytes:
        data, self._held = self._held + piece, b""
        given = b""
        while data:
            if self._pasting:
                part, data = self._pasted(data)
            elif not data.startswith(b"\x1b"):
                plain, escape, rest = data.partition(b"\x1b")
                part, data = plain, escape + rest
            elif complete := _COMPLETE.match(data):
                part, data = complete.group(), data[complete.end() :]
                if part == _STATUS_ANSWER:
                    self.answered += 1
                    continue
                self._pasting = part == _PASTE
            elif _BEGUN.fullmatch(data) and len(data) < _LONGEST:
                self._held = data
                break
            else:
                part, data = _typed(data)
            given += part
        return given

    def give_up(self) -> bytes:
        """Nothing came any more: what is held back was typed."""
        held, self._held = self._held, b""
        return ESCAPE_KEY + held[1:] if held else b""

    def _pasted(self, data: bytes) -> tuple[bytes, bytes]:
        """What belongs to a paste, and what comes after it."""
        text, end, rest = data.partition(_PASTE_ENDS)
        if end:
            self._pasting = False
            return text + end, rest
        kept = next((n for n in range(len(_PASTE_ENDS) - 1, 0, -1) if data.endswith(_PASTE_ENDS[:n])), 0)
        self._held = data[len(data) - kept :]
        return data[: len(data) - kept], b""


def _typed(data: bytes) -> tuple[bytes, bytes]:
    """The Escape key, or a word key, at the beginning; and the rest."""
    if number := _WORDS.get(data[1:2]):
        return b"\x1b[" + number + b";51u", data[2:]
    return ESCAPE_KEY, data[1:]
