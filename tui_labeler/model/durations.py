"""Spans of time as people write them: `90s`, `15m`, `1h`, `1d`."""

from __future__ import annotations

import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"\s*([0-9]{1,9})\s*([smhd])\s*")


def parse_duration(text: str) -> int:
    """Seconds in `text`. Raises ValueError, with the mend, if it is no span of time."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise ValueError(f"“{text[:40]}” is not a span of time. Write a number and a unit: 30s, 15m, 1h or 1d.")
    return int(match[1]) * _UNITS[match[2]]
