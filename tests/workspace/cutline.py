"""A line to a PostgreSQL that breaks: a proxy on the loopback that cuts all its connections when it is told to."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path


class CutLine:
    """`port` leads to the socket file `target` until `cut` or `close`; while it `is_down`, nothing gets through."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.cuts = 0
        self.is_down = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection ends, wherever it was."""
        with self._guard:
            ended, self._open = self._open, set()
        self.cuts += bool(ended)
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def go_down(self) -> None:
        self.is_down = True
        self.cut()

    def come_up(self) -> None:
        self.is_down = False

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                if self.is_down:
                    raise ConnectionRefusedError
                far.connect(str(self._target))
            except OSError:  # the server restarts
                near.close()
                continue
            with self._guard:
                self._open |= {near, far}
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
