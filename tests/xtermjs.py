"""A program in xterm.js, the terminal of VS Code, in a Chromium without a window: keys go in by the page, and what the page
shows can be photographed.

    npm install --prefix FOLDER @xterm/xterm@6 @xterm/addon-image@0.9
    apt-get install chromium-headless-shell

`TUI_LABELER_XTERMJS` names FOLDER. The browser is spoken to in its own protocol (DevTools), by a pipe.
"""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
BROWSER = next((path for name in BROWSERS if (path := shutil.which(name))), None)
FOLDER = Path(os.environ.get("TUI_LABELER_XTERMJS", ".venv-xtermjs"))
_PACKAGES = FOLDER / "node_modules" / "@xterm"

_PAGE = """<!doctype html><meta charset=utf-8><style>%s body { margin: 0; background: #000 }</style><div id=t></div>
<script>%s</script><script>%s</script><script>
const term = new Terminal({
  cols: %d, rows: %d, fontFamily: 'DejaVu Sans Mono', fontSize: %d, allowProposedApi: true, minimumContrastRatio: 4.5,
  windowOptions: { getWinSizePixels: true, getCellSizePixels: true, getWinSizeChars: true },
})
term.open(document.getElementById('t'))
window.images = new ImageAddon.ImageAddon()
if (%s) term.loadAddon(images)
term.onData(text => typed(JSON.stringify(text)))
term.onBinary(text => typed(JSON.stringify(text)))
term.focus()
window.take = text => new Promise(done => term.write(Uint8Array.from(atob(text), c => c.charCodeAt(0)), done))
window.cell = () => { const d = term._core._renderService.dimensions.css.cell; return [d.width, d.height] }
window.line = y => term.buffer.active.getLine(term.buffer.active.baseY + y).translateToString()
window.screenText = () => Array.from({ length: term.rows }, (_, y) => line(y)).join('\\n')
</script>"""


def missing() -> str:
    """Why it cannot be run here; empty where it can."""
    if BROWSER is None:
        return "needs Debian's chromium-headless-shell"
    if not (_PACKAGES / "addon-image").is_dir():
        return f"needs npm's @xterm/xterm and @xterm/addon-image in {FOLDER} (TUI_LABELER_XTERMJS)"
    return ""


class XtermJs:
    """The program `words` on so many cells. `sent` is how many bytes it wrote, `stream` what they were."""

    def __init__(
        self,
        words: Sequence[str],
        columns: int,
        rows: int,
        folder: Path,
        images: bool = True,
        font: int = 14,
        ratio: float = 1.0,
        **environment: str | None,
    ) -> None:
        """`folder`: for the browser's own files. `images`: whether the addon is loaded; `ratio`: pixels of the display to
        one of the page. `environment` as in `tests.terminal.Terminal`."""
        self.columns, self.rows = columns, rows
        self.stream = b""
        self.typed: list[str] = []
        self._answers: dict[int, Any] = {}
        self._number, self._session, self._read = 0, "", b""
        self._unread = 0
        self._fd = -1
        self._start_browser(folder, ratio)
        self._open_page(folder, images, font)
        self._start_program(words, environment)

    @property
    def sent(self) -> int:
        return len(self.stream)

    # The browser

    def _start_browser(self, folder: Path, ratio: float) -> None:
        assert BROWSER is not None
        theirs_in, self._to_browser = os.pipe()
        self._from_browser, theirs_out = os.pipe()

        def pipes() -> None:
            os.dup2(theirs_in, 3)
            os.dup2(theirs_out, 4)

        words = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars"]
        words += [f"--user-data-dir={folder / 'browser'}", f"--force-device-scale-factor={ratio}", "about:blank"]
        # They are to be neither 3 nor 4 themselves.
        theirs_in, theirs_out = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (theirs_in, theirs_out))
        self._to_browser, self._from_browser = (
            fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 20) for fd in (self._to_browser, self._from_browser)
        )
        self._browser = subprocess.Popen(
            words, preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)

    def _open_page(self, folder: Path, images: bool, font: int) -> None:
        style = (_PACKAGES / "xterm/css/xterm.css").read_text()
        engine = (_PACKAGES / "xterm/lib/xterm.js").read_text()
        addon = (_PACKAGES / "addon-image/lib/addon-image.js").read_text()
        page = folder / "page.html"
        page.write_text(_PAGE % (style, engine, addon, self.columns, self.rows, font, json.dumps(images)))
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Emulation.setDeviceMetricsOverride", width=2400, height=1600, deviceScaleFactor=0, mobile=False)
        self.call("Runtime.enable")
        self.call("Page.enable")
        self.call("Runtime.addBinding", name="typed")
        self.call("Page.navigate", url=page.as_uri())
        began = time.monotonic()
        while self.run("typeof window.take") != "function":
            assert time.monotonic() - began < 30, "the page did not load"
            time.sleep(0.05)

    def post(self, method: str, **params: Any) -> int:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to_browser, data[:65536]) :]
        return self._number

    def call(self, method: str, **params: Any) -> Any:
        number = self.post(method, **params)
        began = time.monotonic()
        while number not in self._answers:
            assert time.monotonic() - began < 60, f"{method} was not answered"
            self._listen(1.0)
        answer = self._answers.pop(number)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def run(self, script: str) -> Any:
        """What a script gives in the page."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def _listen(self, seconds: float) -> None:
        if not select.select([self._from_browser], [], [], seconds)[0]:
            return
        *messages, self._read = (self._read + os.read(self._from_browser, 1 << 20)).split(b"\0")
        for text in messages:
            message = json.loads(text)
            if message.get("method") == "Runtime.bindingCalled":
                typed = json.loads(message["params"]["payload"])
                self.typed.append(typed)
                os.write(self._fd, typed.encode())
            elif "id" in message:
                self._answers[message["id"]] = message

    # The program

    def _start_program(self, words: Sequence[str], environment: dict[str, str | None]) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            away = ("NO_COLOR", "TMUX", "STY", "CI", "COLUMNS", "LINES", "COLORTERM")
            keep = {name: text for name, text in os.environ.items() if name not in away}
            # As VS Code's terminal starts programs, and as ssh from there does not hand on.
            given = {"TERM": "xterm-256color", "LANG": "C.UTF-8", **environment}
            time.sleep(0.05)
            os.execvpe(words[0], list(words), {name: text for name, text in (keep | given).items() if text is not None})
        self._tell_size()

    def _tell_size(self) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.run(f"term.resize({columns}, {rows})")
        self._tell_size()

    def read(self, quiet: float = 0.3, limit: float = 30.0) -> int:
        """Hands on until nothing came from either side for `quiet` seconds; the bytes that the program wrote."""
        began = last = time.monotonic()
        before, waiting = self.sent, 0
        while time.monotonic() - began < limit and (time.monotonic() - last < quiet or waiting):
            ready = select.select([self._from_browser] if waiting else [self._from_browser, self._fd], [], [], 0.05)[0]
            if self._fd in ready:
                try:
                    chunk = os.read(self._fd, 1 << 18)
                except OSError:
                    break
                if not chunk:
                    break
                self.stream += chunk
                last = time.monotonic()
                script = f"take({json.dumps(base64.b64encode(chunk).decode())})"
                waiting = self.post("Runtime.evaluate", expression=script, awaitPromise=True)
            if self._from_browser in ready:
                typed = len(self.typed)
                self._listen(0)
                if len(self.typed) > typed:
                    last = time.monotonic()
            if waiting and self._answers.pop(waiting, None) is not None:
                waiting, last = 0, time.monotonic()
        return self.sent - before

    def press(self, *keys: str, quiet: float = 0.3) -> int:
        """What keys send, one after the other; the bytes of the answers."""
        total = 0
        for key in keys:
            self.run(f"term.input({json.dumps(key)})")
            total += self.read(quiet, 10.0)
        return total

    def wait_for(self, holds: str | Callable[[], bool], limit: float = 60.0) -> None:
        """Until a text is on the screen, or something holds, and nothing more comes."""
        began = time.monotonic()
        while not (holds in self.text if isinstance(holds, str) else holds()):
            assert time.monotonic() - began < limit, f"it did not come:\n{self.text}"
            self.read(0.2, 1.0)
        self.read(0.8, 20.0)

    @property
    def text(self) -> str:
        return str(self.run("screenText()"))

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell, in pixels of the page."""
        width, height = self.run("cell()")
        return width, height

    def photograph(self, path: Path | None = None) -> NDArray[np.uint8]:
        """All cells, in pixels of the page."""
        width, height = self.cell
        clip = {"x": 0, "y": 0, "width": width * self.columns, "height": height * self.rows, "scale": 1}
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        png = base64.b64decode(self.call("Page.captureScreenshot", format="png", clip=clip)["data"])
        if path is not None:
            path.write_bytes(png)
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))

    def close(self) -> None:
        for pid in (self.pid, self._browser.pid):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue
        began = time.monotonic()
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.monotonic() - began > 5:
                os.kill(self.pid, signal.SIGKILL)
            if select.select([self._fd], [], [], 0.1)[0]:
                try:
                    os.read(self._fd, 1 << 18)
                except OSError:
                    time.sleep(0.05)
        self._browser.wait(10)
        for fd in (self._fd, self._to_browser, self._from_browser):
            os.close(fd)
