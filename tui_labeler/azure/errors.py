"""What Azure answers when something fails, in a person's words: which call, which code, and the mend."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tui_labeler.model.errors import AlreadyExists, LabelerError, NotAllowed, NotFound, Retired, Unreachable
from tui_labeler.reports import redact

SIGN_IN = "Sign in again: tui-labeler azure login, or i in the app's Azure screen."


# What Resource Manager says of resource types and versions that it does not know (any more).
UNKNOWN_API = frozenset(
    {
        "InvalidResourceType",
        "NoRegisteredProviderFound",
        "UnsupportedApiVersion",
        "InvalidApiVersionParameter",
        "ResourceTypeNotSupported",
        "Gone",
    }
)


class UnknownApi(LabelerError):
    """Azure does not know the call, or its version. `said`: the status and the code."""

    def __init__(self, what: str, said: str) -> None:
        super().__init__(
            f"Azure could not {what}: it does not know the call ({said}).", "Look for a newer tui-labeler."
        )
        self.said = said


def retired(said: str) -> Retired:
    """The labelingJobs API says that it is gone; `said`: the status and the code."""
    return Retired(
        "Azure Machine Learning's data labeling was retired on 30 September 2026, and this workspace no longer "
        f"answers for labeling projects{f' ({said})' if said else ''}.",
        "Go on here: tui-labeler azure rescue list shows what it left (exports, labeled data assets), "
        "tui-labeler import takes their labels into a project.",
    )


def explain(
    what: str, status: int, code: str, message: str, request_id: str = "", retry_after: str = ""
) -> LabelerError:
    """The error of an HTTP status. `what` says what was asked for: "list the labeling projects"."""
    said = " ".join(redact(message).split())[:300]
    shown = f"{status} {code}".strip()
    text = f"Azure could not {what} ({shown}){f': {said}' if said else '.'}"
    trace = f" Request {request_id}." if request_id else ""
    if status == 401:
        return NotAllowed(f"Azure did not accept the sign-in, and could not {what} ({shown}).", SIGN_IN)
    if status == 403:
        mend = "Ask the workspace's owner for access"
        if "blob" in what or "upload" in what or "read" in what:
            mend += ": reading needs “Storage Blob Data Reader”, writing “Storage Blob Data Contributor”"
        return NotAllowed(text, f"{mend}.{trace}")
    if status == 404:
        return NotFound(text, f"Check its name, and the workspace: tui-labeler azure status.{trace}")
    if status in (409, 412):
        return AlreadyExists(text, f"Something else has changed it; look at it, then try again.{trace}")
    if status == 429:
        wait = f" in {retry_after} s" if retry_after else " in a while"
        return Unreachable(text, f"Too many calls: try again{wait}.{trace}")
    if status >= 500 or status == 408:
        return Unreachable(text, f"Azure has a problem of its own; try again later.{trace}")
    return LabelerError(text, trace.strip())


def unreachable(what: str, reason: str) -> Unreachable:
    """No answer, or half of one."""
    return Unreachable(
        f"Azure could not be asked to {what}: {' '.join(redact(reason).split())[:200]}.",
        "Check the network (proxy, VPN, firewall), and try again.",
    )


def parse_body(content: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    """(code, message) of an error's body: Resource Manager's JSON, or nothing that is known."""
    try:
        found: Any = json.loads(content)
    except ValueError:
        return headers.get("x-ms-error-code", ""), ""
    inner = found.get("error", found) if isinstance(found, dict) else {}
    if not isinstance(inner, dict):
        return str(inner)[:100], str(found.get("error_description", ""))
    code, message = str(inner.get("code") or ""), str(inner.get("message") or "")
    for detail in inner.get("details") or ():
        if isinstance(detail, dict) and detail.get("message") and str(detail["message"]) not in message:
            message += f" {detail['message']}"
    return code, message


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turns what Microsoft's libraries and obstore raise into a LabelerError that says what was asked for."""
    try:
        yield
    except LabelerError:
        raise
    except Exception as error:
        raise from_library(what, error) from None


def from_library(what: str, error: Exception) -> LabelerError:
    """The error of azure-core (and so azure-identity, azure-ai-ml, azure-storage-blob)."""
    from azure.core import exceptions as core

    if isinstance(found := error.__cause__, LabelerError) or isinstance(found := error.__context__, LabelerError):
        return found
    if isinstance(error, core.ClientAuthenticationError) and error.status_code in (None, 400):
        first = (str(error.message).splitlines() or [""])[0]
        said = redact(first).removeprefix("Authentication failed: ")[:240]
        if what == "sign in":
            return NotAllowed(f"Signing in to Azure did not work: {said}", SIGN_IN)
        return NotAllowed(f"The Azure sign-in is not valid any more, and could not {what}: {said}", SIGN_IN)
    if isinstance(error, core.HttpResponseError) and error.status_code:
        headers = getattr(error.response, "headers", None) or {}
        code = (
            getattr(error, "error_code", "") or getattr(error.error, "code", "") or headers.get("x-ms-error-code", "")
        )
        message = getattr(error.error, "message", "") or error.reason or ""
        identity = headers.get("x-ms-client-request-id", "")
        return explain(what, error.status_code, _plain(code), str(message), identity, headers.get("Retry-After", ""))
    if isinstance(error, (core.ServiceRequestError, core.ServiceResponseError, core.IncompleteReadError)):
        return unreachable(what, _reason(error))
    if isinstance(error, (OSError, core.AzureError)):
        return unreachable(what, _reason(error))
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return LabelerError(f"Azure could not {what} ({type(error).__name__}): {redact(first)[:300]}")


def _plain(code: Any) -> str:
    return str(getattr(code, "value", code) or "")


def _reason(error: Exception) -> str:
    """The innermost reason that says something: libraries wrap it in texts of their own."""
    text = str(error)
    for mark in ("Read timed out", "timed out"):
        if mark in text:
            return "no answer in time"
    for mark in ("Connection refused", "Name or service not known", "Temporary failure in name resolution"):
        if mark in text:
            return mark[0].lower() + mark[1:]
    if "IncompleteRead" in text or "Connection aborted" in text or "Connection broken" in text:
        return "the connection was cut"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted (behind a proxy, set SSL_CERT_FILE and REQUESTS_CA_BUNDLE)"
    return (text.splitlines() or [type(error).__name__])[0]
