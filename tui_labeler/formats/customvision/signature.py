"""What an answer of Custom Vision's API is known by."""

from __future__ import annotations

import re

_ANSWER = re.compile(rb"^\s*(?:\[\s*)?\{")
_TAGGED = re.compile(rb'"(?:originalImageUri|original_image_uri|resizedImageUri|domain)"\s*:|"tag(?:Name|_name)"\s*:')


def is_answer(head: bytes) -> bool:
    """Whether the first bytes of a file are those of an answer of the API: of images, or of predictions."""
    return _ANSWER.match(head) is not None and _TAGGED.search(head) is not None
