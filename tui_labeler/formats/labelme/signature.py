"""What labelme's JSON is known by."""

from __future__ import annotations


def looks_like_labelme(ends: bytes) -> bool:
    """By the first and last bytes of a file: between them there may be a whole image."""
    plain = ends.replace(b"\0", b"")  # UTF-16, nearly
    return b'"shapes"' in plain and (b'"imagePath"' in plain or b'"shape_type"' in plain)
