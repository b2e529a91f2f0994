"""What a file of WIDER FACE is known by."""

from __future__ import annotations

import re

LIST = re.compile(rb"^\s*[^\n]+\.\w{3,4}\s*\r?\n\s*\d+\s*\r?\n\s*(?:-?[\d.]+[ \t]+){3,9}-?[\d.]+", re.I)
