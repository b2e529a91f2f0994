"""Calls to a backend: each with an end in time and in size, none of them redirected."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from tui_labeler.assist.engine import EngineUnreachable
from tui_labeler.certificates import require_certificates
from tui_labeler.model.backends import PASSWORD_VARIABLE, USER_VARIABLE, BackendAddress
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.reasons import in_words

if TYPE_CHECKING:
    import httpx

# What one call may take altogether, in seconds: a first prediction may load a model.
QUICK_SECONDS, SETUP_SECONDS, PREDICT_SECONDS = 15.0, 30.0, 50.0
_CONNECT_SECONDS = 8.0
# No answer about one image is longer.
_LARGEST = 8 << 20
# Nothing is unpacked that could become larger than it is.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class Refused(Exception):
    """It answered, with something else than what was asked for: `status`, and what it says in a few words."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class BackendClient:
    """Methods wait for the backend."""

    def __init__(self, address: BackendAddress) -> None:
        self.address = address

    def get(self, path: str) -> bytes:
        """Raises EngineUnreachable, and Refused."""
        return asyncio.run(self._call("GET", path, None, QUICK_SECONDS))

    def post(self, path: str, body: dict[str, Any], seconds: float) -> bytes:
        """Raises EngineUnreachable, and Refused."""
        return asyncio.run(self._call("POST", path, body, seconds))

    async def _call(self, method: str, path: str, body: dict[str, Any] | None, seconds: float) -> bytes:
        import httpx

        host = self.address.host
        timeout = httpx.Timeout(seconds, connect=_CONNECT_SECONDS)
        # A proxy of the environment is on the way to others, not to this machine.
        through_proxy = not self.address.is_this_machine
        user, password = os.environ.get(USER_VARIABLE, ""), os.environ.get(PASSWORD_VARIABLE, "")
        auth = (user, password) if user or password else None
        if auth and self.address.warning:
            raise EngineUnreachable(f"No password is sent to {host} without encryption.", "Use https://.")
        if through_proxy:
            _require_certificates()
        try:
            async with (
                asyncio.timeout(seconds),
                httpx.AsyncClient(timeout=timeout, auth=auth, trust_env=through_proxy) as client,
                client.stream(
                    method, f"{self.address.url}/{path}", json=body, headers=_HEADERS, follow_redirects=False
                ) as response,
            ):
                return await _content(response)
        except (TimeoutError, httpx.TimeoutException):
            raise EngineUnreachable(f"The backend {host} did not answer within {seconds:.0f} seconds.") from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise EngineUnreachable(f"The backend {host} cannot be reached: {in_words(error, 120)}.") from None


def _require_certificates() -> None:
    try:
        require_certificates()
    except NotAllowed as error:
        raise EngineUnreachable(error.message, error.mend) from None


async def _content(response: httpx.Response) -> bytes:
    """The whole answer of a call that went well."""
    content = bytearray()
    async for part in response.aiter_raw():
        content += part
        if len(content) > _LARGEST:
            raise Refused(response.status_code, f"an answer of more than {_LARGEST >> 20} MB")
    if response.is_redirect or 300 <= response.status_code < 400:
        raise Refused(response.status_code, "a redirect to another address, which is not followed")
    if response.status_code == 401:
        raise Refused(401, f"HTTP 401: it wants a name and a password, of {USER_VARIABLE} and {PASSWORD_VARIABLE}")
    if not 200 <= response.status_code < 300:
        raise Refused(response.status_code, f"HTTP {response.status_code}")
    return bytes(content)
