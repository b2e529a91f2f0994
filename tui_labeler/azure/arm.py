"""Azure Resource Manager over httpx: one call, retried with patience, and told in a person's words when it fails."""

from __future__ import annotations

import asyncio
import email.utils
import json
import random
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from tui_labeler.azure import errors
from tui_labeler.azure.log import CallLog
from tui_labeler.model.errors import LabelerError, Unreachable

if TYPE_CHECKING:
    import httpx

Json = dict[str, Any]
# Given whether the token at hand was refused; returns one.
TokenSource = Callable[[bool], str]

ATTEMPTS = 5
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0
# Longer than this nobody waits in front of a screen: the person is told to come back.
_PATIENCE = 60.0
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
# After these the service has surely not begun what a POST asks for.
_AGAIN_POST = frozenset({429, 503})


class Answer(msgspec.Struct, frozen=True):
    """A good answer."""

    status: int
    body: Json
    headers: Mapping[str, str]


class ArmClient:
    """Calls Resource Manager at `base`. Lives in one event loop."""

    def __init__(
        self,
        base: str,
        token: TokenSource,
        log: CallLog,
        timeout: float = 60.0,
    ) -> None:
        """`timeout`: what one attempt may take altogether, in seconds."""
        self._base = base
        self._token = token
        self._log = log
        self._timeout = timeout
        self._client: httpx.AsyncClient | None = None

    async def pause(self, seconds: float) -> None:
        """Every wait of a retry or a poll."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def call(
        self,
        what: str,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        body: Json | None = None,
        good: tuple[int, ...] = (200,),
    ) -> Answer:
        """`url`: a path below the base, or a whole URL that Azure gave (nextLink, Location), which has to be of the same
        host: a token goes nowhere else. Raises what `errors.explain` makes of a status that is not `good`."""
        target = self._target(what, url)
        refused = False
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                response = await self._once(method, target, params, body, attempt, refused)
            except (TimeoutError, Unreachable) as error:
                sent = not isinstance(error, _NotSent)
                if last or (sent and method == "POST"):
                    reason = f"no answer in {self._timeout:.0f} s" if isinstance(error, TimeoutError) else error.message
                    raise errors.unreachable(what, reason) from None
                await self.pause(_backoff(attempt))
                continue
            if response.status_code in good:
                return Answer(response.status_code, _document(what, response), response.headers)
            wait = _retry_after(response.headers)
            again = response.status_code in (_AGAIN_POST if method == "POST" else _AGAIN)
            if response.status_code == 401 and not refused:
                refused = True  # once more, with a token that is asked for anew
                continue
            if last or not again or (wait or 0) > _PATIENCE:
                raise self._refused(what, response, wait)
            await self.pause(wait if wait is not None else _backoff(attempt))
        raise AssertionError("unreachable")

    async def pages(self, what: str, path: str, params: Mapping[str, str]) -> AsyncIterator[Json]:
        """Every entry of a list, page by page; `nextLink` is followed as it is."""
        answer = await self.call(what, "GET", path, params)
        seen = {path}
        while True:
            for row in answer.body.get("value") or ():
                yield row
            link = answer.body.get("nextLink")
            if not link or link in seen:
                return
            seen.add(link)
            answer = await self.call(what, "GET", link)

    async def _once(
        self,
        method: str,
        target: str,
        params: Mapping[str, str] | None,
        body: Json | None,
        attempt: int,
        refused: bool,
    ) -> httpx.Response:
        """One attempt, the whole answer read. Raises TimeoutError, Unreachable, or _NotSent."""
        import httpx

        token = await asyncio.to_thread(self._token, refused)
        identity = str(uuid.uuid4())
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "x-ms-client-request-id": identity,
            "x-ms-return-client-request-id": "true",
        }
        began = time.monotonic()
        said = "failed"
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._http().request(method, target, params=params, json=body, headers=headers)
            said = str(response.status_code)
            return response
        except TimeoutError:
            said = "timed out"
            raise
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            said = type(error).__name__
            raise _NotSent(_reason(error)) from None
        except httpx.HTTPError as error:
            said = type(error).__name__
            raise Unreachable(_reason(error)) from None
        finally:
            path = urlsplit(target).path
            self._log.call(method, path, said, time.monotonic() - began, identity, f"attempt {attempt}")

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            import httpx

            timeout = httpx.Timeout(self._timeout, connect=min(15.0, self._timeout))
            self._client = httpx.AsyncClient(http2=True, timeout=timeout, follow_redirects=False)
        return self._client

    def _target(self, what: str, url: str) -> str:
        if not url.startswith("https://"):
            return f"{self._base}{url}"
        if urlsplit(url).netloc.lower() != urlsplit(self._base).netloc.lower():
            raise errors.unreachable(what, f"Azure named another host to go on at ({urlsplit(url).netloc})")
        return url

    def _refused(self, what: str, response: httpx.Response, wait: float | None) -> LabelerError:
        code, message = errors.parse_body(response.content, response.headers)
        self._log.note(f"could not {what}: {response.status_code} {code}")
        if response.status_code == 410 or (response.status_code in (400, 404, 409) and code in errors.UNKNOWN_API):
            return errors.UnknownApi(what, f"{response.status_code} {code}".strip())
        identity = response.headers.get("x-ms-client-request-id") or response.request.headers["x-ms-client-request-id"]
        shown = f"{wait:.0f}" if wait else ""
        return errors.explain(what, response.status_code, code, message, identity, shown)


class _NotSent(Unreachable):
    """The service was not reached at all."""


def _document(what: str, response: httpx.Response) -> Json:
    if not response.content:
        return {}
    try:
        found = json.loads(response.content)
    except ValueError:
        raise errors.unreachable(what, "the answer is no JSON") from None
    return found if isinstance(found, dict) else {"value": found}


def _backoff(attempt: int) -> float:
    """Exponential, with full jitter: many clients that failed together do not come back together."""
    return random.uniform(0.1, min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as the answer says: a number, or a date."""
    for name, unit in (("retry-after-ms", 1000.0), ("x-ms-retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if text.replace(".", "", 1).isdigit():
            return float(text) / unit
        if text and name == "retry-after":
            try:
                return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
            except ValueError:
                return None
    return None


def retry_after(headers: Mapping[str, str], otherwise: float) -> float:
    """The wait between two looks at a long-running operation: at least a fifth of a second, at most a minute."""
    found = _retry_after(headers)
    return min(max(otherwise if found is None else found, 0.2), _PATIENCE)


def _reason(error: Exception) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted (behind a proxy, set SSL_CERT_FILE)"
    known = {
        "ConnectTimeout": "it does not answer",
        "ReadTimeout": "it does not go on",
        "RemoteProtocolError": "the connection was cut",
        "ReadError": "the connection was cut",
    }
    return known.get(type(error).__name__) or text or type(error).__name__
