"""What a file of WIDER FACE is known by."""

from __future__ import annotations

import re

LIST = re.compile(
    rb"^(?:[^\n]+\.\w{3,4}[ \t]*\r?\n){1,500}[ \t]*\d+[ \t]*\r?\n\s*(?:-?[\d.]+[ \t]+){3,9}-?[\d.]+", re.I
)
