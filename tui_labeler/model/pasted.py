"""What is pasted: text alone, without what coloured it in the terminal that it was copied from."""

from __future__ import annotations

import re

# How a terminal's input hands on the escape and the bell of a paste: as pictures, which end no sequence of its own.
SHOWN_ESCAPE, SHOWN_BELL = "␛", "␇"
_ESCAPE = f"[\x1b{SHOWN_ESCAPE}]"
_ENDS = f"(?:[\x07{SHOWN_BELL}\x9c]|{_ESCAPE}\\\\)"
_SEQUENCE = re.compile(
    rf"(?:{_ESCAPE}\]|\x9d|{_ESCAPE}[PX^_]|[\x90\x98\x9e\x9f])[^\x07\x1b\x9c\r\n{SHOWN_BELL}{SHOWN_ESCAPE}]*{_ENDS}"
    rf"|(?:{_ESCAPE}\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, movements
    rf"|{_ESCAPE}[ -/]*[0-~]?"
)
# Most terminals take the escapes out of a paste, and leave the rest of a colour. That it is one shows in its end.
_COLOUR = re.compile(r"\[[0-9;:]*m")
_COLOUR_ENDS = re.compile(r"\[0?m")
_CONTROLS = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{SHOWN_BELL}]")


def without_escapes(text: str) -> str:
    """`text` without escape sequences and control characters; line breaks and tabs stay."""
    if text.isascii() and text.isprintable() and "[" not in text:
        return text
    plain = _CONTROLS.sub("", _SEQUENCE.sub("", text))
    return _COLOUR.sub("", plain) if _COLOUR_ENDS.search(plain) else plain
