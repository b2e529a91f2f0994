"""What a file of Vertex AI is known by."""

from __future__ import annotations

import re

_JSON = re.compile(rb'"image_?[gG]cs_?[uU]ri"\s*:')
_USES = rb"(?:train|training|test|validate|validation|unassigned|unlabeled|)"
# The titles that Google's own examples have, and what TFLite Model Maker takes: files of this machine.
_TITLES = re.compile(
    rb'^\s*"?(?:set|ml_use|\[?set\]?)"?,"?(?:path|gcs_file_path|image_path)"?,"?label"?(?:,"?[xy]_(?:min|max)"?){2,}',
    re.I,
)
_LOCAL = re.compile(rb'^\s*"?(?:TRAIN|TRAINING|TEST|VALIDATE|VALIDATION)"?,[^,\n]+,[^,\n]*(?:,[\d.]*){8}\s*(?:\n|$)')
_CSV = re.compile(rb'^\s*"?' + _USES + rb'"?\s*,\s*"?gs://|^\s*"?gs://[^,\n]+"?\s*(?:,|\r?\n|$)', re.I)


def kind_of(head: bytes) -> str:
    """“json”, “csv”, or nothing, by the first bytes of a file."""
    if head.lstrip().startswith(b"{"):
        return "json" if _JSON.search(head) else ""
    return "csv" if _CSV.match(head) or has_titles(head) or _LOCAL.match(head) else ""


def has_titles(head: bytes) -> bool:
    """Whether the first row of a table holds titles."""
    return _TITLES.match(head) is not None
