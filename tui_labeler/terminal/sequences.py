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
_RELEASED, _SHIFTED = b"3", b"2"
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
_NUMBERED = re.compile(rb"\x1b\[([\d:]*)(?:;([\d:]*))?(?:;([\d:]*))?([A-HP-Su~])")
# Keys by the numbers of kitty's protocol: those that only modify or lock, and digits and signs at the keyboard's right,
# which are meant as what they type.
_SILENT_KEYS, _KEYPAD = {*range(57441, 57455), 57358, 57359, 57360}, range(57399, 57417)
# Numbers that stand for keys and not for characters; the bits of Shift, and of the two locks.
_FUNCTIONAL, _SHIFT, _LOCKS = range(57344, 63744), 1, 64 + 128


def is_answer(sequence: bytes) -> bool:
    """Whether a complete sequence may be the answer to a question of ours, which no key sends."""
    return sequence[1:2] in (b"]", b"P", b"_") or bool(_ANSWER.fullmatch(sequence))


def is_typed(sequence: bytes) -> bool:
    """Whether a complete sequence that means nothing may be the Escape key and the two keys after it."""
    return len(sequence) == 3 and sequence[1:2] in (b"[", b"O")


def for_textual(sequence: bytes) -> bytes:
    """A complete sequence as Textual reads it; nothing where it would not."""
    if modified := _MODIFIED_KEY.fullmatch(sequence):  # xterm's modifyOtherKeys
        typed = modified[2] if modified[1] == _SHIFTED else b""  # its number says what Shift made of it
        sequence = b"\x1b[" + modified[2] + b";" + modified[1] + b";" + typed + b"u"
    if not _KNOWN.fullmatch(sequence):
        return b""
    numbered = _NUMBERED.fullmatch(sequence)
    return sequence if numbered is None else _key(*(part or b"" for part in numbered.groups()))


def _key(code: bytes, modifiers: bytes, text: bytes, end: bytes) -> bytes:
    """A key with its number, and where it has one the text that it types, which alone says what Shift makes of it: kitty
    writes `?` as the key `/` with Shift and the text `?`. Alternate numbers and the kind of event stand behind colons."""
    modifiers, _, kind = modifiers.partition(b":")
    code, shifted, *_ = [*code.split(b":"), b""]
    number = int(code or b"1")
    characters = _characters(text) if end == b"u" else []
    if end == b"u" and not characters and _is_character(number):
        characters = _untold_characters(number, _characters(shifted), int(modifiers[:3] or b"1") - 1)
    if kind == _RELEASED or not _is_character(number) or len(modifiers) > 3 or number in _SILENT_KEYS:
        return b""
    if number in _KEYPAD and characters:
        code = b"%d" % characters[0]
    if not number and not characters:
        return b""
    if characters:
        return b"\x1b[" + code + b";" + modifiers + b";" + b":".join(b"%d" % each for each in characters) + end
    return b"\x1b[" + code + (b";" + modifiers if modifiers else b"") + end


def _untold_characters(number: int, shifted: list[int], modifiers: int) -> list[int]:
    """What a key types where the terminal does not say so; none where it cannot be known, or another key is held."""
    modifiers &= ~_LOCKS
    if not chr(number).isprintable() or modifiers & ~_SHIFT or _FUNCTIONAL.start <= number < _FUNCTIONAL.stop:
        return []
    if not modifiers:
        return [number]
    larger = chr(number).upper()
    return shifted or ([ord(larger)] if len(larger) == 1 and (larger.isalpha() or larger == " ") else [])


def _characters(text: bytes) -> list[int]:
    """The characters that a key types, by their numbers; none where they are not what a key can type."""
    numbers = [int(part) for part in text.split(b":") if part]
    is_text = all(_is_character(number) and number >= 32 and not 127 <= number < 160 for number in numbers)
    return numbers if is_text else []


def _is_character(number: int) -> bool:
    return number <= _LARGEST_CODE and number not in _SURROGATES
