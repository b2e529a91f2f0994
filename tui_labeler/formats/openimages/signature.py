"""What a file of Open Images is known by."""

from __future__ import annotations


def is_table(head: bytes) -> bool:
    """By its titles."""
    titles = {title.strip().strip(b'"').lower() for title in head.split(b"\n", 1)[0].split(b",")}
    return {b"imageid", b"labelname"} <= titles
