"""What the stand-in can be told to do wrong, and for which requests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Fault:
    """Applies to requests whose "METHOD path" holds `match` (a regular expression), `times` of them."""

    kind: str
    match: str
    times: int
    after: int = 0
    retry_after: str = "1"


@dataclass
class Answer:
    """What goes back over the wire."""

    status: int
    body: Json | list[Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    manner: str = ""  # "cut", "drip"


def error(status: int, code: str, message: str, **headers: str) -> Answer:
    return Answer(
        status, {"error": {"code": code, "message": message}}, {k.replace("_", "-"): v for k, v in headers.items()}
    )


def unauthorised(
    code: str = "ExpiredAuthenticationToken", message: str = "The access token expiry UTC time is earlier than now."
) -> Answer:
    answer = error(401, code, message)
    answer.headers["WWW-Authenticate"] = 'Bearer authorization_uri="https://login.example/", error="invalid_token"'
    return answer


def _raw(content: bytes, kind: str = "application/json", status: int = 200, **headers: str) -> Answer:
    return Answer(status, None, {"content-type": kind, **headers}, content)


ELSEWHERE = "https://evil.example/subscriptions?api-version=1"
# Good statuses with answers that are none, and good answers that lead away.
SHAPES = {
    "web page": _raw(b"<!DOCTYPE html><html><body>Sign in to the hotel's network</body></html>", "text/html"),
    "empty": _raw(b""),
    "half": _raw(b'{"value": [{"name": "soda", "prop'),
    "a list": _raw(b"[]"),
    "a text": _raw(b'"done"'),
    "null": _raw(b"null"),
    "other shape": _raw(b'{"value": 7, "properties": "none", "name": 3, "status": [], "id": 1}'),
    "rows of texts": _raw(b'{"value": ["a", 1, null], "properties": ["x"], "name": {}, "status": 1}'),
    "deep": _raw(b'{"value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "no text": _raw(b'{"value": [], "name": "\xff\xfe"}'),
    "other charset": _raw('{"value": []}'.encode("utf-16")),
    "bad gzip": Answer(200, None, {"content-type": "application/json", "content-encoding": "gzip"}, b"no gzip"),
    "page elsewhere": _raw(b'{"value": [], "nextLink": "' + ELSEWHERE.encode() + b'"}'),
    "page at a name": _raw(b'{"value": [], "nextLink": "@evil.example/x"}'),
    "page at a slash": _raw(b'{"value": [], "nextLink": "//evil.example/x"}'),
    "page in the clear": _raw(b'{"value": [], "nextLink": "http://127.0.0.1/x"}'),
    "page at a number": _raw(b'{"value": [], "nextLink": 7}'),
    "redirect": Answer(307, None, {"location": ELSEWHERE}, b""),
    "moved": Answer(301, None, {"location": ELSEWHERE}, b""),
    "later": error(429, "TooManyRequests", "Rate limit is exceeded.", Retry_After="900"),
    "proxy": Answer(407, None, {"proxy-authenticate": "Basic"}, b""),
}


def answer_of(fault: Fault) -> Answer | None:
    """The whole answer; None for faults that only spoil the way of a good one."""
    table = {
        "expired": unauthorised(),
        "403": error(403, "AuthorizationFailed", "The client 'ann' does not have authorization over this scope."),
        "404": error(404, "ResourceNotFound", "The Resource was not found."),
        "409": error(409, "Conflict", "Another operation is in progress on this resource."),
        "429": error(429, "TooManyRequests", "Rate limit is exceeded.", Retry_After=fault.retry_after),
        "500": error(500, "InternalServerError", "Received 500 from a service request."),
        "503": error(503, "ServiceUnavailable", "The service is busy.", Retry_After=fault.retry_after),
        "retired": error(
            404,
            "InvalidResourceType",
            "The resource type 'workspaces/labelingJobs' could not be found in the namespace "
            "'Microsoft.MachineLearningServices' for api version '2024-04-01-preview'.",
        ),
    }
    return table.get(fault.kind) or SHAPES.get(fault.kind)


@dataclass
class Faults:
    """The faults in force."""

    active: list[Fault] = field(default_factory=list)

    def add(self, kind: str, match: str = "", times: int = 10**9, after: int = 0, retry_after: str = "1") -> None:
        self.active.append(Fault(kind, match, times, after, retry_after))

    def clear(self) -> None:
        self.active.clear()

    def take(self, what: str) -> Fault | None:
        """The fault that this request meets."""
        for fault in self.active:
            if fault.times > 0 and re.search(fault.match, what):
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault
        return None
