"""What a file of KITTI is known by."""

from __future__ import annotations

import re

LINE = re.compile(
    rb"^\s*[^\s\d.+-][^\s]*(?: [^\s\d.+-][^\s]*)*(?:[ \t]+[-+]?[\d.]+(?:e[-+]?\d+)?){14,15}[ \t]*(?:\r?\n|$)", re.I
)
