"""What Azure answers when something fails, in a person's words: which call, which code, and the mend."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tui_labeler.model.errors import AlreadyExists, LabelerError, NotAllowed, NotFound, Retired, Unreachable
from tui_labeler.model.reasons import in_words
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
    if 300 <= status < 400:
        return unreachable(what, f"the call was sent on to another address ({shown}), which is not followed")
    if status == 407:
        return unreachable(what, "the proxy wants a name and a password, which belong in HTTPS_PROXY (407)")
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


def strange(what: str, how: str) -> LabelerError:
    """An answer that is JSON, but not what the API's description says. `how`: what is wrong with it."""
    said = " ".join(redact(how).split())[:200]
    return LabelerError(
        f"Azure was asked to {what}, and answered what this program does not understand: {said}.",
        "Look in the studio whether it was done; then look for a newer tui-labeler.",
    )


def no_json(what: str, content: bytes, kind: str) -> Unreachable:
    """An answer that is none of the API's: a proxy's page, or the half of one. `kind`: its content type."""
    if "html" in kind.lower() or content.lstrip()[:1] == b"<":
        return unreachable(what, "a web page answered in its place (a proxy, or the network's own sign-in)")
    return unreachable(what, "its answer is not valid JSON, or was cut")


def unreachable(what: str, reason: str) -> Unreachable:
    """No answer, or half of one."""
    return Unreachable(
        f"Azure could not be asked to {what}: {' '.join(redact(reason).split())[:200]}.",
        "Check the network (proxy, VPN, firewall), and try again.",
    )


def parse_body(content: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    """(code, message) of an error's body: Resource Manager's JSON, or nothing that is known."""
    try:
        document: Any = json.loads(content)
    except ValueError:
        return headers.get("x-ms-error-code", ""), ""
    inner = document.get("error", document) if isinstance(document, dict) else {}
    if not isinstance(inner, dict):
        return str(inner)[:100], str(document.get("error_description", ""))
    code, message = str(inner.get("code") or ""), str(inner.get("message") or "")
    details = inner.get("details")
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and detail.get("message") and str(detail["message"]) not in message:
            message += f" {detail['message']}"
    return code, message


# What a library stumbles over in an answer that it takes for one of Azure's.
_NOT_AS_AGREED = (TypeError, KeyError, IndexError, AttributeError, json.JSONDecodeError, UnicodeError, RecursionError)


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

    chain = list(_chain(error))
    if told := next((link for link in chain if isinstance(link, LabelerError)), None):
        return told
    if isinstance(error, core.ClientAuthenticationError) and error.status_code in (None, 400, 401, 403):
        # azure-identity has one error for a refusal and for a network that is not there; what it was stands behind it.
        if fault := next((link for link in chain if _is_network_fault(link)), None):
            return unreachable(what, _reason(fault))
        if any(isinstance(link, _NOT_AS_AGREED) for link in chain):
            return unreachable(what, "its answer is of another shape than agreed")
        if error.status_code in (None, 400) or what.startswith("sign in"):
            first = (str(error.message).splitlines() or [""])[0]
            said = redact(first).removeprefix("Authentication failed: ")[:240]
            if any(type(link).__name__ == "AuthenticationRequiredError" for link in chain):
                said = "what was kept of it cannot be renewed without you."
            if what.startswith("sign in as"):
                mend = "Its secret may have ended: give the datastore a new one in the studio."
                return NotAllowed(f"Azure did not let this program {what}: {said}", mend)
            if what == "sign in":
                return NotAllowed(f"Signing in to Azure did not work: {said}", SIGN_IN)
            return NotAllowed(f"The Azure sign-in is not valid any more, and could not {what}: {said}", SIGN_IN)
    if isinstance(error, (core.DecodeError, RecursionError)):
        return unreachable(what, "its answer is not valid JSON, or was cut")
    if isinstance(error, core.HttpResponseError) and error.status_code:
        headers = getattr(error.response, "headers", None) or {}
        code = (
            getattr(error, "error_code", "") or getattr(error.error, "code", "") or headers.get("x-ms-error-code", "")
        )
        message = getattr(error.error, "message", "") or error.reason or ""
        identity = headers.get("x-ms-client-request-id", "")
        return explain(what, error.status_code, _plain(code), str(message), identity, headers.get("Retry-After", ""))
    if isinstance(error, (OSError, core.AzureError)):
        return unreachable(what, _reason(error))
    return strange(what, in_words(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and those that it came from, as azure-core and Python link them."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(seen) < 20:
        link = waiting.pop(0)
        if isinstance(link, BaseException) and link not in seen:
            seen.append(link)
            yield link
            waiting += [link.__cause__, link.__context__, getattr(link, "inner_exception", None)]


def _is_network_fault(error: BaseException) -> bool:
    from azure.core import exceptions as core

    known = (
        core.ServiceRequestError,
        core.ServiceResponseError,
        core.IncompleteReadError,
        ConnectionError,
        TimeoutError,
    )
    return isinstance(error, known)


def _plain(code: Any) -> str:
    return str(getattr(code, "value", code) or "")


def _reason(error: BaseException) -> str:
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
    if "failed to decode it" in text:
        return "its answer is compressed wrongly"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted (behind a proxy, set SSL_CERT_FILE and REQUESTS_CA_BUNDLE)"
    return in_words(error)
