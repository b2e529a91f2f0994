"""A small stand-in for an ML backend of Label Studio, with manners good and bad."""

from __future__ import annotations

import base64
import io
import json
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

Answer = dict[str, Any]


def rectangle(name: str, x: float, y: float, width: float, height: float, score: float = 0.9) -> Answer:
    """In percent of the image, as the protocol has it."""
    return {
        "from_name": "label",
        "to_name": "image",
        "type": "rectanglelabels",
        "original_width": 200,
        "original_height": 150,
        "image_rotation": 0,
        "value": {"rectanglelabels": [name], "x": x, "y": y, "width": width, "height": height, "rotation": 0},
        "score": score,
    }


def prediction(*results: Answer) -> bytes:
    return json.dumps({"results": [{"result": list(results), "score": 0.7, "model_version": "m"}]}).encode()


class StandIn:
    """`answer` makes the body for an image, or of none where it did not get any. `reads` says in which ways it gets one."""

    def __init__(self) -> None:
        self.answer: Callable[[Image.Image | None], bytes] = lambda image: prediction(rectangle("ball", 10, 20, 30, 40))
        self.by_text: Callable[[str], bytes] | None = None  # it looks for texts only, and fetches nothing without one
        self.status, self.headers = 200, {"Content-Type": "application/json"}
        self.reads = ("fetched", "inline")
        self.pause = 0.0  # before an answer
        self.wants = ""  # the header Authorization that it asks for
        self.drips = False
        self.asked: list[Answer] = []
        self.paths: list[str] = []
        self.images: list[Image.Image] = []
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stand_in.respond(self, b"")

            def do_POST(self) -> None:
                stand_in.respond(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                pass  # whoever asked has hung up

        self._server = Server(("127.0.0.1", 0), Handler)
        self.ended = threading.Event()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def respond(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.paths.append(handler.path)
        if self.wants and handler.headers.get("Authorization") != self.wants:
            handler.send_error(401)
            return
        status, headers, content = 200, {"Content-Type": "application/json"}, b'{"status": "UP", "model_version": "m"}'
        if handler.path == "/predict":
            said = json.loads(body)
            self.asked.append(said)
            self.ended.wait(self.pause)
            status, headers = self.status, self.headers
            content = self._answered(said)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if not self.drips or handler.path != "/predict":
            handler.send_header("Content-Length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)
            return
        handler.end_headers()
        while not self.ended.wait(0.02):
            handler.wfile.write(b" ")

    def _answered(self, said: Answer) -> bytes:
        url = said["tasks"][0]["data"]["image"]
        if self.by_text is None:
            return self.answer(self._image(url))
        context = said["params"]["context"]
        if not context or not context.get("result"):
            return b'{"results": []}'
        text = context["result"][0]["value"]["text"][0]
        return self.by_text(text) if self._image(url) else b'{"results": []}'

    def _image(self, url: str) -> Image.Image | None:
        data = b""
        if url.startswith("data:image/jpeg;base64,") and "inline" in self.reads:
            data = base64.b64decode(url.partition(",")[2])
        elif url.startswith("http:") and "fetched" in self.reads:
            with urllib.request.urlopen(url, timeout=5) as response:
                data = response.read()
        if not data:
            return None
        self.images.append(Image.open(io.BytesIO(data)))
        return self.images[-1]

    def stop(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
