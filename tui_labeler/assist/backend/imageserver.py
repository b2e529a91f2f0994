"""One image at a time, where a backend fetches it: at an address that nobody can guess, for as long as it is asked about.

Label Studio's backends are told where an image is, and fetch it by themselves.
"""

from __future__ import annotations

import secrets
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# A backend that begins to fetch and stops there keeps nobody.
_SECONDS = 30.0


class ImageServer:
    """Listens at the address of this machine that the backend's host is reached from, and nowhere else."""

    def __init__(self, host: str, port: int) -> None:
        """Raises OSError where that host cannot be reached from here, or nothing can be listened at."""
        local, family = _local_address(host, port)
        self._path, self._image = "", b""
        self.was_fetched = False
        self._server = _Server((local, 0), _handler(self), family)
        shown = f"[{local}]" if family is socket.AF_INET6 else local
        self.base = f"http://{shown}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, name="image for a backend", daemon=True).start()

    def offer(self, image: bytes) -> str:
        """The URL of the image, until the next one or `withdraw`."""
        self._image, self.was_fetched = image, False
        # Backends keep what they fetched by its URL, so that each image needs another one.
        self._path = f"/{secrets.token_urlsafe(32)}/image.jpg"
        return self.base + self._path

    def withdraw(self) -> None:
        self._path, self._image = "", b""

    def image_at(self, path: str) -> bytes | None:
        if self._path and secrets.compare_digest(path.encode(), self._path.encode()):
            self.was_fetched = True
            return self._image
        return None

    def close(self) -> None:
        self.withdraw()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], family: int) -> None:
        self.address_family = family
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A backend that hangs up in the middle is its own affair."""


def _handler(images: ImageServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SECONDS
        server_version, sys_version = "images", ""

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, with_body: bool) -> None:
            image = images.image_at(self.path)
            if image is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(image)))
            self.end_headers()
            if with_body:
                self.wfile.write(image)

        def log_message(self, *args: object) -> None:
            """Nothing is written anywhere."""

    return Handler


def _local_address(host: str, port: int) -> tuple[str, int]:
    """(this machine's address on the way to the host, its family): asking sends nothing."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as asked:
        asked.connect(address)
        return asked.getsockname()[0], family
