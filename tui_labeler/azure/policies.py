"""What Microsoft's libraries do at each call, as policies of azure-core: retry with patience, and tell the log."""

from __future__ import annotations

import random
import time
import uuid
from typing import Any

from tui_labeler.azure.log import CallLog

# As for our own calls: see arm.py.
RETRIES: dict[str, Any] = {"retry_total": 4, "retry_backoff_factor": 0.5, "retry_backoff_max": 8}


def patient_policy() -> Any:
    """azure-core's retry policy, which honours Retry-After (that of azure-storage-blob does not, and gives up at 429),
    with jitter."""
    from azure.core.pipeline.policies import RetryPolicy

    class PatientPolicy(RetryPolicy[Any, Any]):
        def send(self, request: Any) -> Any:
            # azure-storage-blob's own retry policy would take these notes of its other hosts; no transport knows them.
            for note in ("hosts", "location_mode", "retry_to_secondary"):
                request.context.options.pop(note, None)
            return super().send(request)

        def get_backoff_time(self, settings: dict[str, Any]) -> float:
            return float(super().get_backoff_time(settings)) * random.uniform(0.5, 1.0)

    return PatientPolicy(**RETRIES)


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
