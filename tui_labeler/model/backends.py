"""The address of an ML backend: a server that proposes labels and speaks Label Studio's protocol."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import msgspec

from tui_labeler.model.credentials import refuse_credentials
from tui_labeler.model.errors import BadInput

ENGINE = "ml-backend"
# Where the name and the password come from that a backend may ask for (HTTP basic).
USER_VARIABLE, PASSWORD_VARIABLE = "TUI_LABELER_BACKEND_USER", "TUI_LABELER_BACKEND_PASSWORD"
_SCHEMES = ("http", "https")
_LONGEST = 500


class BackendAddress(msgspec.Struct, frozen=True):
    """`url` without a slash at its end; `host` as a person is asked about it, with its port."""

    url: str
    host: str
    is_secure: bool
    is_this_machine: bool

    @property
    def warning(self) -> str:
        """What to think of before images are sent there; empty where there is nothing."""
        if self.is_secure or self.is_this_machine:
            return ""
        return f"{self.url} is not encrypted: whoever is on the way to {self.host} can read the images."


def is_backend(text: str) -> bool:
    """Whether the text means an ML backend, and not a file."""
    return "://" in text or text.lower().startswith(("http:", "https:"))


def backend_address(text: str) -> BackendAddress:
    """Raises BadInput for what is no address of a server, and for one with credentials."""
    refuse_credentials(text, "The address of the backend")
    mend = "Give it like http://localhost:9090."
    if len(text) > _LONGEST or not text.isprintable() or any(char.isspace() for char in text) or "\\" in text:
        raise BadInput("That is not the address of an ML backend.", mend)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadInput(f"“{text[:80]}” is not the address of an ML backend.", mend) from None
    if parts.scheme not in _SCHEMES or not host:
        raise BadInput(f"“{text[:80]}” is not the address of an ML backend.", mend)
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise BadInput(f"The address of the backend has more than a host and a path: “{text[:80]}”.", mend)
    shown = f"[{host}]" if ":" in host else host
    named = f"{shown}:{port}" if port is not None else shown
    url = f"{parts.scheme}://{named}{parts.path}".rstrip("/")
    return BackendAddress(url, named, parts.scheme == "https", _is_this_machine(host))


def address_problems(text: str) -> tuple[str, ...]:
    """What is wrong with the address that a project has; nothing if it can be used."""
    if not text:
        mend = "Take one into use with: tui-labeler assist use http://HOST:PORT."
        return (f"The engine {ENGINE} needs the address of a server. {mend}",)
    try:
        backend_address(text)
    except BadInput as error:
        return (str(error),)
    return ()


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
