"""Time that has passed, also while the machine slept."""

from __future__ import annotations

import time


def elapsed() -> float:
    """Seconds from a moment that stays the same while the machine runs. `time.monotonic` stands still on Linux and macOS
    while a laptop sleeps: a lease would seem young that ended long ago."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)
