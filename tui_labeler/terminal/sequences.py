"""Sequences that a terminal sends, and what of them the app may read.

Textual 8.2 takes a sequence that it does not know for single keys, each of which acts; keeps one that it thinks unfinished
and adds what is typed next; and ends at numbers that it did not expect. So only what it knows is given on, in its own form.
"""

from __future__ import annotations

import re

COMPLETE = re.compile(
    rb"\x1b(?:\[\[[A-E]|\[[0-?]*[ -/]*[@-~]|O[ -~]"
    rb"|\]\d+;[^\x1b\x07]*(?:\x07|\x1b\\)|P[01>!][$+|][^\x1b\x07]*\x1b\\|_G[^\x1b\x07]*\x1b\\)"
)
BEGUN = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*|O|\[\[|\](?:\d+(?:;[^\x1b\x07]*\x1b?)?)?"
    rb"|P(?:[01>!](?:[$+|][^\x1b\x07]*\x1b?)?)?|_(?:G[^\x1b\x07]*\x1b?)?)?"
)
# Nobody types these beginnings in so short a time, and they mean nothing as keys.
CERTAIN = re.compile(rb"\x1b(?:\[[0-?]|\]\d+;|P[01>!][$+|]|_G)")

_LARGEST_CODE, _SURROGATES = 0x10FFFF, range(0xD800, 0xE000)
_RELEASED = b"3"
# Numbers of the keys that are written with ~, $, ^ and @ (VT220, rxvt).
_TILDES = rb"(?:[1-8]|1[1-57-9]|2[0134568]|29|3[1-4])"
_KNOWN = re.compile(
    rb"\x1b(?:\[(?:[A-FHIO-SZa-d]|\[[A-E]|[\d:]*;[\d:]*[A-FHPQS]|" + _TILDES + rb"(?:;[\d:]*)?~"
    rb"|[378]\$|2[34][$@]|(?:[35-8]|1[1-57-9]|2[0134568]|29|3[1-4])\^"
    rb"|\d{1,4};(?![26]2R)\d{1,4}R|[\d:]+(?:;[\d:]*){0,2}u"
    rb"|<\d{1,4};-?\d{1,6};-?\d{1,6}[Mm]|\?20(?:26|48);\d\$y"
    rb"|48;[1-9]\d{0,2};[1-9]\d{0,2};[1-9]\d{0,5};[1-9]\d{0,5}t)|O[A-DFHMP-Sa-djkm-y])"
)
# The last is where the cursor stands after a character was, or was not, repeated.
_ANSWER = re.compile(rb"\x1b\[(?:[?>][0-?]*\$?[cyS]|[\d;]+t|\d{1,4};(?:22|62)R)")
_MODIFIED_KEY = re.compile(rb"\x1b\[27;(\d{1,3});(\d{1,7})~")
_NUMBERED = re.compile(rb"\x1b\[([\d:]*)(?:;([\d:]*))?(?:;[\d:]*)?([A-HP-Su~])")


def is_answer(sequence: bytes) -> bool:
    """Whether a complete sequence may be the answer to a question of ours, which no key sends."""
    return sequence[1:2] in (b"]", b"P", b"_") or bool(_ANSWER.fullmatch(sequence))


def is_typed(sequence: bytes) -> bool:
    """Whether a complete sequence that means nothing may be the Escape key and the two keys after it."""
    return len(sequence) == 3 and sequence[1:2] in (b"[", b"O")


def for_textual(sequence: bytes) -> bytes:
    """A complete sequence as Textual reads it; nothing where it would not."""
    if modified := _MODIFIED_KEY.fullmatch(sequence):  # xterm's modifyOtherKeys
        sequence = b"\x1b[" + modified[2] + b";" + modified[1] + b"u"
    if not _KNOWN.fullmatch(sequence):
        return b""
    numbered = _NUMBERED.fullmatch(sequence)
    if numbered is None:
        return sequence
    code, modifiers, end = numbered[1], numbered[2] or b"", numbered[3]
    # Kitty writes alternate codes and the kind of event behind colons.
    modifiers, _, kind = modifiers.partition(b":")
    code = code.partition(b":")[0]
    number = int(code or b"1")
    if kind == _RELEASED or number > _LARGEST_CODE or number in _SURROGATES or len(modifiers) > 3:
        return b""
    return b"\x1b[" + code + (b";" + modifiers if modifiers else b"") + end
