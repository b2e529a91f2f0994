"""Waiting for Azure without being at its mercy: a person can stop, and nothing waits for ever."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from tui_labeler.azure.errors import unreachable

T = TypeVar("T")
# Asked now and then while something runs; raises Cancelled to stop it.
Tell = Callable[[], None]
_LOOK = 0.05


def in_thread(what: str, work: Callable[[], T], tell: Tell, limit: float, moved: Callable[[], object] = bool) -> T:
    """Runs a blocking call of a library in a thread of its own, and gives it up when `tell` raises, or after `limit`
    seconds in which `moved` gave the same value: those calls cannot be stopped from outside. A daemon thread does not
    keep the program from ending."""
    box: list[tuple[bool, Any]] = []
    done = threading.Event()

    def run() -> None:
        try:
            box.append((True, work()))
        except BaseException as error:
            box.append((False, error))
        done.set()

    threading.Thread(target=run, daemon=True, name=f"azure: {what}").start()
    ends, last = time.monotonic() + limit, moved()
    while not done.wait(_LOOK):
        tell()
        if (now := moved()) != last:
            ends, last = time.monotonic() + limit, now
        if time.monotonic() > ends:
            raise unreachable(what, f"no answer in {limit:.0f} s")
    good, value = box[0]
    if not good:
        raise value
    result: T = value
    return result


class Loop:
    """An event loop in a daemon thread: connections to Azure stay open from one call to the next."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="azure: loop")
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T], tell: Tell) -> T:
        """The coroutine's result; when `tell` raises, it is cancelled and that is raised."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            while True:
                try:
                    return future.result(_LOOK)
                except TimeoutError:
                    if future.done():
                        return future.result()
                    tell()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(2)
            if not self._thread.is_alive():
                self._loop.close()
