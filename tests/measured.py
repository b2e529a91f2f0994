"""What a piece of work costs in memory: run in a process of its own, which tells its peak."""

from __future__ import annotations

import subprocess
import sys

_TELL = """
import re
print("PEAK", int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) >> 10)
"""


def peak_megabytes(code: str, *arguments: object, timeout: float = 60) -> tuple[int, str]:
    """(the most memory in MB that a fresh interpreter had while it ran `code`, what it printed)."""
    done = subprocess.run(
        [sys.executable, "-c", code + _TELL, *map(str, arguments)], capture_output=True, text=True, timeout=timeout
    )
    assert done.returncode == 0, done.stderr
    printed, _, peak = done.stdout.rpartition("PEAK ")
    return int(peak), printed
