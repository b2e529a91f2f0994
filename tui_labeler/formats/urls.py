"""Where an image of a datastore is found by others, and what a URL in another tool's file says of its path.

Measured with `mltable` 1.7: `file:///…` is opened with no percent signs decoded; the long form of `azureml://` is
decoded; the short form (`azureml://datastores/…`), `AmlDatastore://` and plain paths become nothing, in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote, urlsplit

from tui_labeler.model.errors import BadInput

_LONG = re.compile(r"azureml://subscriptions/[^/]+/resourcegroups/[^/]+/workspaces/[^/]+/datastores/[^/]+/paths(/.*)?")
# The path inside the datastore in any of Azure ML's forms, old and new; the first group is the datastore.
_AZUREML = re.compile(r"azureml://(?:.*/)?datastores/([^/]+)/paths/(.*)", re.S | re.I)
_BLOB = re.compile(r"https?://[^/]+\.(?:blob|dfs)\.[^/]+/", re.I)
_AML_V1 = re.compile(r"AmlDatastore://([^/]+)/(.*)", re.S | re.I)


def url_maker(base: str, own: Callable[[str], str]) -> Callable[[str], str]:
    """From an image's path to its URL: `own` for an empty `base`, else `base` with the path, percent-encoded, behind it.

    Raises BadInput for a base that readers would not open.
    """
    if not base:
        return own
    if any(ord(char) < 33 for char in base):
        raise BadInput("The image URL holds a blank or a control character.", "Write blanks as %20.")
    if base.lower().startswith("azureml://"):
        if not _LONG.fullmatch(base):
            form = "azureml://subscriptions/…/resourcegroups/…/workspaces/…/datastores/…/paths/"
            raise BadInput(f"“{base[:80]}” is not a URL that mltable opens.", f"Write the long form: {form}.")
        return _below(base)
    try:
        parts = urlsplit(base)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.netloc:
        mend = "Give an https:// or a long azureml:// URL, or nothing for the datastore itself."
        raise BadInput(f"“{base[:80]}” is not a place where readers find images.", mend)
    if parts.query or parts.password:
        raise BadInput("The image URL holds a secret, which would stand in every row.", "Give the plain URL.")
    return _below(base)


def _below(base: str) -> Callable[[str], str]:
    start = base.rstrip("/") + "/"
    return lambda path: start + quote(path, safe="/")


def names_of(text: str) -> tuple[str, ...]:
    """What the image may be called in a datastore, best first, for a path or URL that a file gives: one name at least."""
    if "://" not in text and "\\" not in text and not text.startswith(("./", "../", "/")):
        return (text,)  # a plain path, as nearly all are
    match = _AZUREML.fullmatch(text)
    if match:
        return _unique(text, unquote(match[2]), match[2])
    if match := _AML_V1.fullmatch(text):
        # Old exports name the container, or the datastore: the path is what follows either way.
        return _unique(text, match[2], unquote(match[2]))
    if text.lower().startswith("file://"):
        return _unique(text, text[7:], unquote(text[7:]))
    if "://" in text:
        path = parts_of(text)[0].lstrip("/")
        if _BLOB.match(text):
            path = path.partition("/")[2]  # below the container
        return _unique(text, unquote(path))
    plain = text.replace("\\", "/")
    while plain.startswith(("./", "../")):
        plain = plain.partition("/")[2]
    return _unique(text, text, plain)


def parts_of(url: str) -> tuple[str, str]:
    """Path and query of a URL; nothing of what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.path, parts.query


def _unique(text: str, *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bare for name in names if (bare := name.lstrip("/")))) or (text,)
