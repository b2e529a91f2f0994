"""What a file of Vertex AI is known by."""

from __future__ import annotations

import re

_JSON = re.compile(rb'"image_?[gG]cs_?[uU]ri"\s*:')
_USES = rb"(?:train|training|test|validate|validation|unassigned|unlabeled|)"
_CSV = re.compile(rb'^\s*"?' + _USES + rb'"?\s*,\s*"?gs://|^\s*"?gs://[^,\n]+"?\s*(?:,|\r?\n|$)', re.I)


def kind_of(head: bytes) -> str:
    """“json”, “csv”, or nothing, by the first bytes of a file."""
    if head.lstrip().startswith(b"{"):
        return "json" if _JSON.search(head) else ""
    return "csv" if _CSV.match(head) else ""
