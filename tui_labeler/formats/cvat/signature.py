"""How CVAT's XML begins."""

from __future__ import annotations

import re

_ROOT = re.compile(rb"^(?:<\?xml[^>]*\?>|<!--.*?-->|\s)*<annotations\s*/?>", re.S)


def is_cvat(head: bytes) -> bool:
    """By the first bytes of a file."""
    return _ROOT.match(head.replace(b"\0", b"").lstrip(b"\xff\xfe")) is not None
