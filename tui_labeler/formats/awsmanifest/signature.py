"""What AWS' manifests are known by."""

from __future__ import annotations

import re

SUFFIXES = (".manifest", ".jsonl", ".json")
_REF = re.compile(rb'^\s*\{.{0,4000}?"source(?:-ref)?"\s*:', re.S)


def is_manifest(head: bytes) -> bool:
    """By the first bytes of a file; a manifest without labels is none."""
    return _REF.match(head) is not None and b"-metadata" in head
