"""What a file of MOT is known by."""

from __future__ import annotations

import re

LINE = re.compile(rb"^\s*\d+\s*,\s*-?\d+\s*(?:,\s*-?[\d.]+(?:e[-+]?\d+)?\s*){4,8}(?:\r?\n|$)", re.I)
FILES = ("gt.txt", "det.txt")
