"""What a file of DOTA is known by."""

from __future__ import annotations

import re

_SOURCE = rb"^(?:\s*(?:imagesource|acquisition dates|gsd)\s*:[^\n]*\n)*"
LINE = re.compile(_SOURCE + rb"\s*(?:[-+]?\d[\d.]*(?:e[-+]?\d+)?[ \t,]+){8}[^\s\d.,+-][^\n]*", re.I)
HEAD = re.compile(rb"^\s*(?:imagesource|gsd)\s*:", re.I)
