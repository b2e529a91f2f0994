"""What VoTT's JSON is known by."""

from __future__ import annotations


def kind_of(ends: bytes) -> str:
    """What of VoTT a file is, by its first and last bytes: “assets” with their regions, one “asset”, version 1's “frames”,
    or nothing."""
    if not ends.lstrip().startswith(b"{"):
        return ""
    if b'"frames"' in ends and (b'"inputTags"' in ends or b'"visitedFrames"' in ends):
        return "frames"
    if b'"asset"' in ends and b'"regions"' in ends:
        return "assets" if b'"assets"' in ends else "asset"
    return ""
