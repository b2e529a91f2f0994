"""The stand-in for Azure as a server: TLS on loopback, HTTP/1.1 and HTTP/2, in a thread of its own.

One host plays Entra ID's login, Azure Resource Manager, and a way through to Azurite, so that each can be made to fail.
Every request and every answer of Resource Manager is checked against the published API description, where it is there.
"""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

from tests.azure.standin import arm
from tests.azure.standin.faults import SHAPES, Answer, Fault, Faults, answer_of, unauthorised
from tests.azure.standin.login import Login
from tests.azure.standin.state import ACCOUNT, State, lab
from tests.azure.standin.swagger import Description

Json = dict[str, Any]


class StandIn:
    """A running stand-in. `url` is its address, `certificate` the file that a client has to trust."""

    def __init__(self, folder: Path, description: Description | None, blobs: str = "", http2: bool = True) -> None:
        self.state: State = lab()
        self.login = Login()
        self.faults = Faults()
        self.description = description
        self.violations: list[str] = []
        self.blobs = blobs
        self._http2 = http2
        self.drip = 0.3
        self._authority = trustme.CA()
        self.certificate = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.certificate))
        issued = self._authority.issue_cert("127.0.0.1", "localhost")
        self._key = folder / "server.pem"
        issued.private_key_and_cert_chain_pem.write_to_path(str(self._key))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"https://{self.host}"
        self.login.host = self.host
        self._loop = asyncio.new_event_loop()
        self._end: asyncio.Event | None = None
        self._client: httpx.AsyncClient | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> StandIn:
        self._thread.start()
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return self
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the stand-in did not start")

    def __exit__(self, *_: object) -> None:
        if self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(0.5)  # a daemon: connections that clients keep open may hold it

    def issue(self, chain: Path, key: Path) -> None:
        """Another certificate of the same authority, for another server on this machine."""
        made = self._authority.issue_cert("127.0.0.1", "localhost")
        chain.write_bytes(b"".join(certificate.bytes() for certificate in made.cert_chain_pems))
        made.private_key_pem.write_to_path(str(key))

    def reset(self) -> None:
        """A fresh lab, no faults."""
        self.state = lab()
        self.login = Login(host=self.host)
        self.faults.clear()
        self.violations.clear()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        # A client that goes away without a TLS goodbye is nothing to report.
        self._loop.set_exception_handler(lambda *_: None)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        config = Config()
        config.bind = [self.host]
        config.certfile = config.keyfile = str(self._key)
        # A connection that is cut in the middle of an answer is one of HTTP/1.1: with HTTP/2 only a stream would end.
        config.alpn_protocols = ["h2", "http/1.1"] if self._http2 else ["http/1.1"]
        config.graceful_timeout = 0.2
        config.shutdown_timeout = 0.2
        config.accesslog = config.errorlog = None
        async with httpx.AsyncClient(timeout=60) as self._client:
            await serve(self, config, shutdown_trigger=self._end.wait, mode="asgi")  # type: ignore[arg-type]

    # ASGI

    async def __call__(self, scope: Json, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        path, query = scope["raw_path"].decode().partition("?")[0], scope["query_string"].decode()
        self.state.lines.append(f"{scope['method']} {path}" + (f"?{query}" if query else ""))
        answer = await self._answer(scope["method"], path, query, headers, body)
        await self._send(answer, send)

    async def _answer(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Answer:
        fault = self.faults.take(f"{method} {path}")
        if path.startswith(f"/{ACCOUNT}"):
            answer = await self._blob(method, path, query, headers, body, fault)
        elif path.endswith(("/devicecode", "/token", "/openid-configuration")):
            answer = self._sign_in(path, body, fault)
        elif path.startswith("/elsewhere"):
            answer = Answer(200, {"value": []})
        else:
            answer = self._resource_manager(method, path, query, headers, body, fault)
        if fault is not None and fault.kind in ("cut", "drip"):
            answer.manner = fault.kind
        self.state.asked.append((method, path, answer.status))
        return answer

    def _sign_in(self, path: str, body: bytes, fault: Fault | None) -> Answer:
        if fault is not None and (spoiled := answer_of(fault)) is not None:
            return copy.deepcopy(spoiled)
        if path.endswith("/openid-configuration"):
            return Answer(200, self.login.openid(path.split("/")[1]))
        if path.endswith("/devicecode"):
            return Answer(200, self.login.device_code())
        return Answer(*self.login.answer(dict(parse_qsl(body.decode()))))

    def _resource_manager(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes, fault: Fault | None
    ) -> Answer:
        identity = headers.get("x-ms-client-request-id", "")
        self.state.request_ids.append(identity)
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if given not in self.login.tokens:
            return unauthorised("InvalidAuthenticationToken", "The access token is invalid.")
        if self.login.tokens[given] < time.time():
            return unauthorised()
        document = json.loads(body) if body else None
        if self.description is not None:
            self.violations += self.description.check_request(method, path, query, document)
        answer = copy.deepcopy(answer_of(fault)) if fault is not None else None
        if answer is None:
            answer = arm.answer(self.state, self.host, method, path, query, document)
        if self.description is not None and (fault is None or fault.kind not in SHAPES):
            self.violations += self.description.check_response(method, path, answer.status, answer.body, answer.headers)
        answer.headers["x-ms-request-id"] = "standin-request"
        answer.headers["x-ms-client-request-id"] = identity
        return answer

    async def _blob(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes, fault: Fault | None
    ) -> Answer:
        """Through to Azurite, as it came."""
        if fault is not None and fault.kind in SHAPES:
            return copy.deepcopy(SHAPES[fault.kind])
        if fault is not None and (spoiled := answer_of(fault)) is not None:
            code = spoiled.body["error"]["code"] if isinstance(spoiled.body, dict) else "Error"
            text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>spoiled</Message></Error>'
            kept = {"content-type": "application/xml", "x-ms-error-code": code} | spoiled.headers
            return Answer(spoiled.status, None, kept, text.encode())
        assert self._client is not None
        passed = {k: v for k, v in headers.items() if k not in ("host", "connection", "transfer-encoding")}
        url = f"{self.blobs}{path}" + (f"?{query}" if query else "")
        request = self._client.build_request(method, httpx.URL(url), headers=passed, content=body)
        reply = await self._client.send(request)
        dropped = ("connection", "keep-alive", "transfer-encoding", "content-length", "date", "server")
        kept = {k: v for k, v in reply.headers.items() if k.lower() not in dropped}
        if method == "HEAD":
            kept["content-length"] = reply.headers.get("content-length", "0")
        return Answer(reply.status_code, None, kept, reply.content)

    async def _send(self, answer: Answer, send: Any) -> None:
        content = answer.raw
        if content is None:
            content = json.dumps(answer.body).encode() if answer.body is not None else b""
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if answer.body is not None:
            headers.setdefault("content-type", "application/json; charset=utf-8")
        if answer.status not in (204, 304):
            headers.setdefault("content-length", str(len(content)))
        if answer.manner == "cut":
            # The length says more than what comes: the connection ends in the middle of the answer.
            headers["content-length"] = str(len(content) + 1000)
        if answer.manner == "drip" and not content:
            await asyncio.sleep(6 * self.drip)
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        if answer.manner == "cut":
            await send({"type": "http.response.body", "body": content[: len(content) // 2], "more_body": True})
            raise ConnectionResetError("cut, as told")
        if answer.manner == "drip":
            for position in range(len(content) or 1):
                await send({"type": "http.response.body", "body": content[position : position + 1], "more_body": True})
                await asyncio.sleep(self.drip)
            content = b""
        await send({"type": "http.response.body", "body": content})
