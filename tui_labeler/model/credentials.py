"""Credentials that stand in a URL or a text: told, so that they are refused where they would be kept, and hidden where they
would be shown. Pure text; nothing is looked up."""

from __future__ import annotations

import re
from urllib.parse import unquote

from tui_labeler.model.errors import BadInput, hide_credentials

_KINDS = (
    (re.compile(r"(?i)account_?key\s*=|shared_?access_?key\s*="), "an account key", "AZURE_STORAGE_ACCOUNT_KEY"),
    (re.compile(r"(?i)\bsig\s*=|shared_?access_?signature\s*="), "a SAS signature", "AZURE_STORAGE_SAS_TOKEN"),
    (
        re.compile(r"(?i)x-(?:amz|goog)-(?:signature|credential|security-token)\s*=|aws_?(?:access_?key_?id|secret_?\w*)\s*="),
        "a key or a signature",
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    ),
    (re.compile(r"(?i)\b(?:password|passwd|pwd|client_?secret|access_?token|refresh_?token|api_?key)\s*=\S"),
     "a password or a token", "the environment"),
    (re.compile(r"://[^/?#\s@]*:[^/?#\s]*@"), "a user's name and password", "the environment"),
)  # fmt: skip
# abfss://container@account is an address, and a database's login is no secret, its password is; elsewhere a name before
# the @ is a user's, or a key.
_USER = re.compile(r"(?i)^(?!abfss?://|postgres(?:ql)?://)[a-z][a-z0-9+.-]*://[^/?#\s]*@")
_ROUNDS = 4


def credential_in(text: str) -> tuple[str, str]:
    """(what kind of credential the text holds, also percent-encoded, and where it belongs); both empty if none."""
    seen = text
    for _ in range(_ROUNDS):
        for pattern, kind, source in _KINDS:
            if pattern.search(seen):
                return kind, source
        if _USER.match(seen.strip()):
            return "a user's name or key before the @", "the environment"
        decoded = unquote(seen)
        if decoded == seen:
            break
        seen = decoded
    return "", ""


def refuse_credentials(text: str, what: str) -> None:
    """Raises BadInput, which does not repeat it, where `text` holds a credential. `what` begins the message."""
    kind, source = credential_in(text)
    if kind:
        where = "from the environment" if source == "the environment" else f"from the environment: {source}"
        raise BadInput(f"{what} holds {kind}, and would be kept.", f"Give it without; credentials come {where}.")


__all__ = ["credential_in", "hide_credentials", "refuse_credentials"]
