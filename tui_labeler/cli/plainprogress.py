"""Signs of life of long work where no line can be drawn: a plain line now and then, for logs and for who reads them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tui_labeler.model.progress import Progress, Step

# Short work says nothing; what takes longer says so then, and after that only now and then.
FIRST_SECONDS, EVERY_SECONDS = 5.0, 10.0


@contextmanager
def plain_lines(
    write: Callable[[str], None], first: float = FIRST_SECONDS, every: float = EVERY_SECONDS
) -> Iterator[Progress]:
    """Calls `write` from a thread of its own: work that counts nothing for a while shows signs of life too. Where lines
    were written, the last one says that the work is done; where it fails, its error does."""
    began = time.monotonic()
    at: list[tuple[Step, int, int]] = []
    over = threading.Event()
    lines = 0

    def tell(step: Step, done: int, total: int) -> None:
        at[:] = [(step, done, total)]

    def watch() -> None:
        nonlocal lines
        pause = first
        while not over.wait(pause):
            now = at[:]
            words = now[0][0].line(*now[0][1:]) if now else "At work …"
            try:
                write(f"{words} ({_duration(time.monotonic() - began)})")
            except (OSError, ValueError):  # whoever read them has gone; the work goes on
                return
            lines, pause = lines + 1, every

    watcher = threading.Thread(target=watch, name="signs of life", daemon=True)
    watcher.start()
    try:
        yield tell
    finally:
        over.set()
        watcher.join()
    if lines:
        with suppress(OSError, ValueError):  # likewise
            write(f"Done after {_duration(time.monotonic() - began)}.")


def _duration(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
