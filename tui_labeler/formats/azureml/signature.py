"""What a file of Azure ML's rows is known by."""

from __future__ import annotations

import re

from tui_labeler.formats.jsonlines import first_object
from tui_labeler.formats.source import Source

_LIST = re.compile(rb'^\s*\[\s*\{[^{}\[\]]*"image_url"\s*:')
_OWN = re.compile(rb'"(?:image_details|topX|label_confidence)"\s*:')


def files_of_rows(source: Source) -> tuple[str, ...]:
    """The files with `image_url` in each row: JSON Lines, under any name, and lists of the same rows. All of a folder's
    `.jsonl` are, if the first of them has it."""
    lines = source.ending(".jsonl")
    if any(_is_own(source.head(name), False) for name in lines[:8]):
        return lines
    return tuple(name for name in source.ending(".json", ".ndjson", ".txt")[:64] if _is_own(source.head(name), True))


def _is_own(head: bytes, is_strict: bool) -> bool:
    """`is_strict`: only what nothing else has."""
    if b'"image_url"' not in head:
        return False
    if is_strict and not _OWN.search(head):
        return False
    if head.lstrip().startswith(b"["):
        return _LIST.match(head) is not None
    row = first_object(head)
    return "image_url" in row if row is not None else not is_strict
