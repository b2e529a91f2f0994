"""Text from outside (files, classes, projects, servers) on its way to a terminal."""

from __future__ import annotations

import re

# C0, DEL and C1 drive the terminal; bidi controls reorder what a person reads; zero-width characters hide in names;
# lone surrogates cannot be encoded at all. Tag characters (U+E0000…) are invisible too.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# Letters of flags, skin tones, what asks for the coloured form of a sign: terminals do not agree how many cells the whole
# takes, and a row would be pushed aside.
_UNSURE = re.compile("[\U0001f1e6-\U0001f1ff]{1,2}|[\U0001f3fb-\U0001f3ff]|\ufe0f")
_FLAG_A = 0x1F1E6
# Persian words and those of India hold joiners, families of emoji too; between Latin letters they only hide.
_JOINER = re.compile("(?<=[^\x00-\u058f\u2000-\u206f])[\u200c\u200d](?=[^\x00-\u058f\u2000-\u206f])")


def is_showable(text: str) -> bool:
    """Whether a name is one line without anything that drives a terminal, hides, or reorders what is read. Blanks of every
    width are (a Japanese one, a French one), and joiners where a script has them."""
    return text.isprintable() or _UNSAFE.search(_JOINER.sub("", text)) is None


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)  # the Unicode "control pictures": ␀ … ␟
    if code == 0x7F:
        return "␡"
    return f"⟨{code:04X}⟩"


def _measurable(match: re.Match[str]) -> str:
    first = ord(match.group()[0])
    if first >= 0x1F3FB:
        return f"⟨{first:04X}⟩"
    if first >= _FLAG_A:
        return f"⟨{''.join(chr(ord(letter) - _FLAG_A + ord('A')) for letter in match.group())}⟩"
    return (
        "" if match.string[: match.start()][-1:] > "\x7f" or match.string[match.end() :][:1] == "\u20e3" else "⟨FE0F⟩"
    )


def safe_text(text: object, limit: int | None = None) -> str:
    """`text` with nothing in it that a terminal would obey: every control, bidi, zero-width or lone surrogate
    character becomes a visible glyph. Brackets stay as they are: markup is switched off where text is shown. What terminals
    draw in different widths has a stand-in: of a flag its letters, ⟨DE⟩.

    `limit` cuts longer texts, with an ellipsis in the middle so that both ends of a path stay readable.
    """
    plain = str(text)
    if limit is not None and len(plain) > limit:
        keep = max(limit - 1, 1)
        plain = f"{plain[: keep - keep // 2]}…{plain[len(plain) - keep // 2 :] if keep // 2 else ''}"
    if plain.isascii() and plain.isprintable():
        return plain
    return _UNSURE.sub(_measurable, _UNSAFE.sub(_visible, plain))


def safe_lines(text: str) -> str:
    """`safe_text` of every line, for texts that may have several; tabs become blanks."""
    return "\n".join(safe_text(line.replace("\t", "    ").rstrip("\r")) for line in text.split("\n"))


def cell_width(text: str) -> int:
    """How many cells of a terminal a safe text takes: two for East Asian wide characters, none for what is drawn onto the
    character before it (accents, vowel signs, the later parts of a Hangul syllable, skin tones)."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    from unicodedata import category, east_asian_width

    if category(char)[0] == "M" or "\u1160" <= char <= "\u11ff" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def fitted(text: object, width: int) -> str:
    """`safe_text` in at most `width` cells (1 or more); what is longer has an ellipsis in the middle, so that both ends
    stay readable."""
    plain = safe_text(text, max(width, 1) * 8)  # a character may be no cell wide, but not eight in a row
    if cell_width(plain) <= width:
        return plain
    room = max(width - 1, 0)
    return f"{beginning_of(plain, room - room // 2)}…{ending_of(plain, room // 2)}"


def beginning(text: object, width: int) -> str:
    """`safe_text` in at most `width` cells; of what is longer the beginning, with an ellipsis: for sentences, not names.
    A word is cut only where it alone is longer than a third of the room."""
    plain = safe_text(text, max(width, 1) * 8)
    if cell_width(plain) <= width:
        return plain
    begun = beginning_of(plain, max(width - 1, 0))
    whole = begun if plain[len(begun)].isspace() else begun[: begun.rfind(" ") + 1]
    return f"{(whole if cell_width(whole) > width * 2 // 3 else begun).rstrip(' ,;:·')}…"


def ending(text: object, width: int) -> str:
    """`safe_text` in at most `width` cells; of what is longer the end, behind an ellipsis: for paths whose name counts."""
    plain = safe_text(text)
    return plain if cell_width(plain) <= width else f"…{ending_of(plain, max(width - 1, 0))}"


def ending_of(text: str, width: int) -> str:
    """As many of its last characters as fit into so many cells."""
    end = beginning_of(text[::-1], width)[::-1]
    while end and not _cells(end[0]):
        end = end[1:]  # it belongs to a character that is cut away
    return end


def beginning_of(text: str, width: int) -> str:
    """As many characters as fit into so many cells."""
    used = 0
    for index, char in enumerate(text):
        used += _cells(char)
        if used > width:
            return text[:index]
    return text


def padded(text: str, width: int) -> str:
    """The text with blanks behind it, and cut where it is longer than `width` cells."""
    text = beginning_of(text, width)
    return text + " " * (width - cell_width(text))


def whole_parts(text: str, width: int, between: str = " · ") -> str:
    """As many parts of a safe text as `width` cells hold, none of them cut (but the first one, if it alone is longer)."""
    shown, *others = text.split(between)
    for part in others:
        longer = f"{shown}{between}{part}"
        if cell_width(longer) > width:
            break
        shown = longer
    return shown if cell_width(shown) <= width else safe_text(shown, width)


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 image`, `2 images`, `10,000 images`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def at_least(count: int, has_more: bool, one: str = "") -> str:
    """`10,000`, or `10,000+` where there may be more; with a noun `1 image`, `1+ images`."""
    if not has_more:
        return plural(count, one) if one else f"{count:,}"
    return f"{count:,}+ {one}s" if one else f"{count:,}+"


def are(count: int, one: str = "", many: str | None = None) -> str:
    """`is 1 image`, `are 2 images`; without a noun `is 1`, `are 2`."""
    counted = plural(count, one, many) if one else f"{count:,}"
    return f"{'is' if count == 1 else 'are'} {counted}"


def size_text(size: int) -> str:
    """Bytes as people read them: 812 B, 4.2 MB."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def ago_text(seconds: float) -> str:
    """How long ago, as people say it: just now, 5 minutes ago, 3 days ago."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"{plural(int(seconds // length), unit)} ago"
    return "just now"
