"""Certificates to trust besides the system's, where the environment names a file of them, as behind a company's proxy."""

from __future__ import annotations

import os
from collections.abc import Mapping

from tui_labeler.model.errors import NotAllowed

# The first is httpx' and obstore's, the others are those of requests, which signs in to Azure.
VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def require_certificates(environment: Mapping[str, str] = os.environ) -> None:
    """Raises NotAllowed where a variable names a file that cannot be used: libraries say it each in its own way, or only
    that a request could not be sent."""
    for variable in VARIABLES:
        if (path := environment.get(variable, "")) and (why := _problem(path, variable)):
            raise NotAllowed(
                f"{variable} names {path[:200]}, {why}: no certificate can be checked.",
                f"Name a file of certificates (PEM), or take it away: unset {variable}.",
            )


def _problem(path: str, variable: str) -> str:
    if not os.path.exists(path):
        return "which is not there"
    if os.path.isdir(path):
        # requests takes a folder of certificates, too.
        return "which is a folder" if variable == "SSL_CERT_FILE" else ""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return "which holds no certificates"
    except OSError:
        return "which cannot be read"
    return ""
