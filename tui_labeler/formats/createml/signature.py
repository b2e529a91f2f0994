"""What a file of Create ML is known by."""

from __future__ import annotations

import re

IMAGE = re.compile(rb'"(?:image|imagefilename|imageURL|filename)"\s*:\s*"')
COORDINATES = re.compile(rb'"coordinates"\s*:\s*\{')
LIST = re.compile(rb'"annotations?"\s*:\s*\[')


def is_entry(head: bytes) -> bool:
    """Whether a file is one image by itself, without a list around it."""
    return head.lstrip().startswith(b"{") and bool(
        IMAGE.search(head) and COORDINATES.search(head) and LIST.search(head)
    )
