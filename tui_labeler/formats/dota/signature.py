"""What a file of DOTA is known by."""

from __future__ import annotations

import re

_SOURCE = rb"^(?:\s*(?:imagesource|acquisition dates|gsd)\s*:[^\n]*\n)*"
LINE = re.compile(_SOURCE + rb"\s*(?:[-+]?\d[\d.]*(?:e[-+]?\d+)?[ \t,]+){8}[^\s\d.,+-][^\n]*", re.I)
# Text in photographs, as ICDAR's competitions have it: commas, and behind the corners what is written there.
_TEXT = re.compile(rb"\s*(?:-?\d+(?:\.\d+)?\s*,\s*){7}-?\d+(?:\.\d+)?\s*,[^\n]*")
_WORD = re.compile(rb"[^\s\d.,+-]")
_DIFFICULTY = re.compile(rb".*[,\s][0-2]\s*", re.S)
HEAD = re.compile(rb"^\s*(?:imagesource|gsd)\s*:", re.I)


def is_dota(head: bytes) -> bool:
    """Whether a file begins as DOTA's do."""
    return bool(HEAD.match(head) or LINE.match(head)) and not is_text(head)


def is_text(head: bytes) -> bool:
    """Whether a file is a list of texts and their corners: no class stands in it."""
    lines = [line for line in head.splitlines() if line.strip()]
    if len(head) >= 1 << 16:
        lines = lines[:-1]  # it may be cut
    if not all(map(_TEXT.fullmatch, lines)) or not any(map(_WORD.search, lines)):
        return False  # numbers alone are of others
    return not all(map(_DIFFICULTY.fullmatch, lines))
