"""What Microsoft's libraries do at each call, as policies of azure-core: stay with one host, look at what comes back, retry
with patience, and tell the log."""

from __future__ import annotations

import codecs
import random
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from tui_labeler.azure.arm import PATIENCE, retry_after, same_host
from tui_labeler.azure.errors import explain, no_json, parse_body, strange, unreachable
from tui_labeler.azure.log import CallLog

# As for our own calls: see arm.py.
RETRIES: dict[str, Any] = {"retry_total": 4, "retry_backoff_factor": 0.5, "retry_backoff_max": 8}


def patient_class() -> Any:
    """azure-core's retry policy, which honours Retry-After (that of azure-storage-blob does not, and gives up at 429), for
    as long as a person would wait, and with jitter."""
    from azure.core.pipeline.policies import RetryPolicy

    class PatientPolicy(RetryPolicy[Any, Any]):
        def send(self, request: Any) -> Any:
            # azure-storage-blob's own retry policy would take these notes of its other hosts; no transport knows them.
            notes = [
                request.context.options.pop(note, None) for note in ("location_mode", "hosts", "retry_to_secondary")
            ]
            response = super().send(request)
            if notes[0] is not None:
                response.http_response.location_mode = notes[0]  # what its retry policy notes, and its lists read
            return response

        def is_retry(self, settings: dict[str, Any], response: Any) -> bool:
            if (self.get_retry_after(response) or 0) > PATIENCE:
                return False
            return super().is_retry(settings, response)

        def get_retry_after(self, response: Any) -> float | None:
            return retry_after(response.http_response.headers)

        def get_backoff_time(self, settings: dict[str, Any]) -> float:
            return float(super().get_backoff_time(settings)) * random.uniform(0.5, 1.0)

    return PatientPolicy


def token_class() -> Any:
    """The same for the way to a token, where MSAL makes one error of a wrong secret and of a service that is down."""
    patient: Any = patient_class()

    class TokenPolicy(patient):  # type: ignore[misc]
        def send(self, request: Any) -> Any:
            response = super().send(request)
            answer = response.http_response
            if answer.status_code in (408, 429) or answer.status_code >= 500 or 300 <= answer.status_code < 400:
                code, message = parse_body(answer.content, answer.headers)
                wait = retry_after(answer.headers)
                raise explain("sign in", answer.status_code, code, message, "", f"{wait:.0f}" if wait else "")
            if answer.status_code == 200:
                check_answer("sign in", answer)
            return response

    return TokenPolicy


def patient_policy() -> Any:
    return patient_class()(**RETRIES)


def guarding_policy(base: str, inside: tuple[str, ...], what: Callable[[], str]) -> Any:
    """Lets a call go to `base` only, to resources below one of the paths `inside`, and takes as an answer what the API can
    have given. Stands before the policy that adds the token. `what` says what is being asked for."""
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    class GuardingPolicy(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: Any) -> None:
            # azure-core has resolved `..` by now: what is left of a hostile name is a path somewhere else.
            same_host(what(), base, request.http_request.url)
            path = unquote(urlsplit(request.http_request.url).path)
            below = any(path == root or path.startswith(f"{root}/") for root in inside)
            if not below or {"", ".", ".."}.intersection(path.split("/")[1:]):
                raise unreachable(what(), f"the call would go to another resource than the one that was named: {path}")

        def on_response(self, request: Any, response: Any) -> None:
            check_answer(what(), response.http_response)

    return GuardingPolicy()


def check_answer(what: str, answer: Any) -> None:
    """Raises for a good answer of the library's that is no JSON object, or an empty one; and for a list that is none."""
    if answer.status_code != 200:
        return
    content = answer.content
    if not content:
        raise unreachable(what, "it answered, but with nothing")
    try:
        document = msgspec.json.decode(content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise no_json(what, content, answer.headers.get("content-type", "")) from None
    rows = document.get("value", []) if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise strange(what, "no list of objects" if isinstance(document, dict) else "no object")


def logging_policy(log: CallLog) -> Any:
    """Names each call to the service, and writes it to the log."""
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    class LoggingPolicy(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: Any) -> None:
            request.http_request.headers.setdefault("x-ms-client-request-id", str(uuid.uuid4()))
            request.context["labeler_began"] = time.monotonic()

        def on_response(self, request: Any, response: Any) -> None:
            sent = request.http_request
            seconds = time.monotonic() - request.context.get("labeler_began", time.monotonic())
            path = "/" + sent.url.partition("://")[2].partition("/")[2]
            identity = sent.headers.get("x-ms-client-request-id", "")
            log.call(sent.method, path, str(response.http_response.status_code), seconds, identity, "by library")

    return LoggingPolicy()


def logging_hook(log: CallLog) -> Any:
    """The same for azure-storage-blob, which takes a function; its answers do not say how long they took."""

    def note(response: Any) -> None:
        sent = response.http_request
        path = "/" + sent.url.partition("://")[2].partition("/")[2]
        identity = sent.headers.get("x-ms-client-request-id", "")
        log.call(sent.method, path, str(response.http_response.status_code), None, identity, "blob")

    return note
