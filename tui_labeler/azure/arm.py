"""Azure Resource Manager over httpx: one call, retried with patience, and told in a person's words when it fails."""

from __future__ import annotations

import asyncio
import codecs
import email.utils
import random
import re
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from tui_labeler.azure import errors, wire
from tui_labeler.azure.errors import no_json, strange, unreachable
from tui_labeler.azure.log import CallLog
from tui_labeler.azure.resources import ResourcePath
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.reasons import in_words

if TYPE_CHECKING:
    import httpx

Json = dict[str, Any]
# Given whether the token at hand was refused; returns one.
TokenSource = Callable[[bool], str]

ATTEMPTS = 5
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0
# Longer than this, in seconds, nobody waits in front of a screen: the person is told to come back.
PATIENCE = 60.0
_LARGEST = 64 << 20
_MOST_PAGES = 10_000
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{0,6})?")
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
# After these the service has surely not begun what a POST asks for.
_AGAIN_POST = frozenset({429, 503})


class Answer(msgspec.Struct, frozen=True):
    """A good answer. `body` is empty where there was none."""

    status: int
    body: Json
    headers: Mapping[str, str]


class _Reply(msgspec.Struct, frozen=True):
    """Any answer; `request_id` is ours."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    request_id: str


class ArmClient:
    """Calls Resource Manager at `base`, and no other host: a token goes nowhere else. Lives in one event loop."""

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
        path: ResourcePath,
        params: Mapping[str, str] | None = None,
        body: Json | None = None,
        good: tuple[int, ...] = (200,),
    ) -> Answer:
        """Raises what `errors.explain` makes of a status that is not `good`, and what it makes of no answer."""
        import httpx

        return await self._patiently(what, method, httpx.URL(self._base + path.text, params=params), body, good)

    async def follow(self, what: str, link: str, good: tuple[int, ...] = (200,)) -> Answer:
        """Asks at a whole URL that Azure gave (nextLink, Location), or at one from the root of the same host. Raises
        Unreachable for every other."""
        return await self._patiently(what, "GET", same_host(what, self._base, link), None, good)

    async def pages(self, what: str, path: ResourcePath, params: Mapping[str, str]) -> AsyncIterator[Json]:
        """Every entry of a list, page by page; `nextLink` is followed as it is."""
        answer = await self.call(what, "GET", path, params)
        seen: set[str] = set()
        while True:
            page = wire.read(what, answer.body, wire.Page)
            for row in page.value:
                yield row
            link = page.next_link
            if not link:
                return
            if link in seen or len(seen) > _MOST_PAGES:
                raise strange(what, "the pages of its list lead back to one that was read")
            seen.add(link)
            answer = await self.follow(what, link)

    async def _patiently(
        self, what: str, method: str, target: httpx.URL, body: Json | None, good: tuple[int, ...]
    ) -> Answer:
        """One call, made again where that may help."""
        refused = False
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                reply = await self._once(what, method, target, body, attempt, refused)
            except (TimeoutError, _Failed) as error:
                sent = not isinstance(error, _NotSent)
                if last or (sent and method == "POST"):
                    reason = f"no answer in {self._timeout:.0f} s" if isinstance(error, TimeoutError) else str(error)
                    raise unreachable(what, reason) from None
                await self.pause(_backoff(attempt))
                continue
            if reply.status in good:
                return Answer(reply.status, _document(what, reply), reply.headers)
            wait = retry_after(reply.headers)
            again = reply.status in (_AGAIN_POST if method == "POST" else _AGAIN)
            if reply.status == 401 and not refused:
                refused = True  # once more, with a token that is asked for anew
                continue
            if last or not again or (wait or 0) > PATIENCE:
                raise self._refused(what, reply, wait)
            await self.pause(wait if wait is not None else _backoff(attempt))
        raise AssertionError("unreachable")

    async def _once(
        self, what: str, method: str, target: httpx.URL, body: Json | None, attempt: int, refused: bool
    ) -> _Reply:
        """One attempt, the whole answer read. Raises TimeoutError, _Failed, _NotSent, and what the token's source does."""
        import httpx

        token = await asyncio.to_thread(self._token, refused)
        identity = str(uuid.uuid4())
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "x-ms-client-request-id": identity,
            "x-ms-return-client-request-id": "true",
        }
        request = self._http().build_request(method, target, json=body, headers=headers)
        began = time.monotonic()
        said = "failed"
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._http().send(request, stream=True)
                try:
                    said = str(response.status_code)
                    content = await _content(what, response)
                finally:
                    await response.aclose()
            return _Reply(response.status_code, response.headers, content, identity)
        except TimeoutError:
            said = "timed out"
            raise
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            said = type(error).__name__
            raise _NotSent(_reason(error)) from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            said = type(error).__name__
            raise _Failed(_reason(error)) from None
        finally:
            self._log.call(method, target.path, said, time.monotonic() - began, identity, f"attempt {attempt}")

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            import httpx

            timeout = httpx.Timeout(self._timeout, connect=min(15.0, self._timeout))
            self._client = httpx.AsyncClient(http2=True, timeout=timeout, follow_redirects=False)
        return self._client

    def _refused(self, what: str, reply: _Reply, wait: float | None) -> LabelerError:
        code, message = errors.parse_body(reply.content, reply.headers)
        self._log.note(f"could not {what}: {reply.status} {code}")
        if reply.status == 410 or (reply.status in (400, 404, 409) and code in errors.UNKNOWN_API):
            return errors.UnknownApi(what, f"{reply.status} {code}".strip())
        identity = reply.headers.get("x-ms-client-request-id") or reply.request_id
        return errors.explain(what, reply.status, code, message, identity, f"{wait:.0f}" if wait else "")


class _Failed(Exception):
    """No answer, or half of one."""


class _NotSent(_Failed):
    """The service was not reached at all."""


def same_host(what: str, base: str, link: str) -> httpx.URL:
    """The URL of a link that Azure gave, read by the same rules as it will be sent. Raises Unreachable for one that leads
    to another host, carries a name and password, or is not https."""
    import httpx

    try:
        home = httpx.URL(base)
        target = httpx.URL(base + link if link.startswith("/") and link[1:2] not in ("/", "\\") else link)
        same = (target.scheme, target.host, target.port) == (home.scheme, home.host, home.port)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise unreachable(what, f"Azure named an address to go on at that is none ({link[:80]})") from None
    if not same or target.userinfo:
        host = target.host or link[:80]
        raise unreachable(what, f"Azure named another host to go on at ({host}), where no token is sent")
    return target


async def _content(what: str, response: httpx.Response) -> bytes:
    """The whole answer, up to a size that none of the API's has."""
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > _LARGEST:
            raise strange(what, f"more than {_LARGEST >> 20} MB")
    return bytes(content)


def _document(what: str, reply: _Reply) -> Json:
    if not reply.content:
        return {}
    try:
        document = msgspec.json.decode(reply.content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise no_json(what, reply.content, reply.headers.get("content-type", "")) from None
    if not isinstance(document, dict):
        raise strange(what, f"{'a list' if isinstance(document, list) else 'a single value'} in place of an object")
    return document


def _backoff(attempt: int) -> float:
    """Exponential, with full jitter: many clients that failed together do not come back together."""
    return random.uniform(0.1, min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as the answer says: a number, or a date. None where it says nothing that is one."""
    for name, unit in (("retry-after-ms", 1000.0), ("x-ms-retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if _NUMBER.fullmatch(text):
            return float(text) / unit
        if text and name == "retry-after":
            try:
                return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
            except (ValueError, OverflowError):
                return None
    return None


def look_after(headers: Mapping[str, str], otherwise: float) -> float:
    """The wait between two looks at a long-running operation: at least a fifth of a second, at most a minute."""
    asked = retry_after(headers)
    return min(max(otherwise if asked is None else asked, 0.2), PATIENCE)


def _reason(error: Exception) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted (behind a proxy, set SSL_CERT_FILE)"
    if "407" in text:
        return "the proxy wants a name and a password (407): they belong in HTTPS_PROXY"
    known = {
        "ConnectTimeout": "it does not answer",
        "ReadTimeout": "it does not go on",
        "RemoteProtocolError": "the connection was cut",
        "ReadError": "the connection was cut",
        "DecodingError": "its answer is compressed wrongly",
    }
    return known.get(type(error).__name__) or in_words(error)
