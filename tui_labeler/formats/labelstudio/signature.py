"""What the tables of Label Studio begin with."""

from __future__ import annotations

import re

TABLES = (".csv", ".tsv")
_TITLES = re.compile(rb"\b(?:annotator|annotation_id|lead_time)\b")


def is_table_of_tasks(head: bytes) -> bool:
    """Whether a table with this beginning is an export of Label Studio."""
    return len(set(_TITLES.findall(head.split(b"\n", 1)[0]))) > 1
