"""What Supervisely's JSON is known by."""

from __future__ import annotations


def is_supervisely(ends: bytes) -> bool:
    """By the first and last bytes of a file: an image's, not the project's."""
    if not ends.lstrip().startswith(b"{") or b'"objects"' not in ends or b'"size"' not in ends:
        return False
    return b'"classTitle"' in ends or (b'"tags"' in ends and b'"height"' in ends)
