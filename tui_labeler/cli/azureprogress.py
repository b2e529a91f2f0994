"""What the commands say while Azure is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tui_labeler.cli.output import progress
from tui_labeler.workspace import Progress

_WORDS = {
    "sign-in": "Waiting for the sign-in",
    "subscriptions": "Subscriptions asked",
    "library": "Loading Microsoft's azure-ai-ml (a few seconds)",
    "azure": "Asking Azure",
    "upload": "Uploading (bytes)",
    "listing": "Files found",
    "files": "Files copied",
    "download": "Fetching the model (bytes)",
    "trying": "Trying it on an image",
}


@contextmanager
def telling(more: Mapping[str, str] | None = None) -> Iterator[Progress]:
    """Progress of a call to Azure on standard error; `more`: words for what is done besides."""
    words = {**_WORDS, **(more or {})}
    with progress(words) as tell:
        yield lambda what, done, total: tell(what if what in words else "azure", done, total)
