"""Work that may never return, done in threads that nobody has to wait for.

A read on a mount that went away cannot be interrupted, only left alone: it stays in a daemon thread, which ends with the
process. Whoever asked for it waits as long as there are signs of life, or until the app is left.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import Any, TypeVar

from tui_labeler.model.errors import Cancelled

T = TypeVar("T")

# So many calls that never returned, and a place is not asked again before one of them does.
_MOST_STUCK = 8
# How long the end of the app waits for work in threads that is not stuck.
_LAST_SECONDS = 1.0
_BATCH = 2000

_guard = threading.Lock()
_idle: list[_Worker] = []
_pending: set[Future[Any]] = set()
_leaving = False


class Late(Exception):
    """There was no sign of life for too long."""


class Beat:
    """Called by work that goes on: begins the waiting time anew. Raises Late where nobody waits any more."""

    def __init__(self) -> None:
        self.at = time.monotonic()
        self.abandoned = False

    def __call__(self) -> None:
        if self.abandoned:
            raise Late
        self.at = time.monotonic()


class _Worker(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="patience", daemon=True)
        self.jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()

    def run(self) -> None:
        while True:
            future, work = self.jobs.get()
            try:
                result = work()
            except BaseException as error:  # told to whoever waits
                _settle(future, error=error)
            else:
                _settle(future, result)
            del future, work
            with _guard:
                _idle.append(self)


def _settle(future: Future[Any], result: Any = None, error: BaseException | None = None) -> None:
    with _guard:
        _pending.discard(future)
    try:
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
    except InvalidStateError:
        return  # it was given up


def start(work: Callable[[], T]) -> Future[T]:
    """Does `work` in a daemon thread."""
    future: Future[T] = Future()
    with _guard:
        worker = _idle.pop() if _idle else None
        _pending.add(future)
    if worker is None:
        worker = _Worker()
        worker.start()
    worker.jobs.put((future, work))
    return future


class Patience:
    """With one place that may stop answering: a disk, a mount, a service."""

    def __init__(self) -> None:
        self._stuck: list[Future[Any]] = []

    def within(self, seconds: float, work: Callable[[Beat], T], beat: Beat | None = None) -> T:
        """What `work` returns. Raises what it raises, Late after `seconds` without a beat, and Cancelled when the app is
        left meanwhile. The work goes on in its thread, to no effect."""
        if _leaving:
            raise Cancelled("The app is being left.")
        self._stuck = [future for future in self._stuck if not future.done()]
        if len(self._stuck) >= _MOST_STUCK:
            raise Late
        beat = beat or Beat()
        beat()
        future = start(lambda: work(beat))
        try:
            while not future.done():
                left = beat.at + seconds - time.monotonic()
                if left <= 0:
                    self._stuck.append(future)
                    raise Late
                wait((future,), left)
            return future.result()
        except BaseException:
            beat.abandoned = True
            raise

    def each(self, seconds: float, items: Callable[[Beat], Iterator[T]]) -> Iterator[T]:
        """The items of a generator that runs in threads; raises as `within` does. Each item is a sign of life, and the
        generator may give others."""
        beat = Beat()
        generator = items(beat)

        def batch(told: Beat) -> list[T]:
            gathered: list[T] = []
            for item in generator:
                told()
                gathered.append(item)
                if len(gathered) >= _BATCH:
                    break
            return gathered

        while gathered := self.within(seconds, batch, beat):
            yield from gathered


def give_up() -> None:
    """The app is left: nobody waits any longer, and nothing new is begun."""
    global _leaving
    with _guard:
        _leaving = True
        pending = list(_pending)
        _pending.clear()
    for future in pending:
        _settle(future, error=Cancelled("The app is being left."))


def begin() -> None:
    """The app begins (again)."""
    global _leaving
    _leaving = False


class DaemonThreads(ThreadPoolExecutor):
    """A pool of at most `most` threads whose end nobody has to wait for: what is stuck does not keep the process."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self._most = most
        self._lock = threading.Lock()
        self._queue: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._running: set[Future[Any]] = set()
        self._over = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            if self._over:
                raise RuntimeError("The pool of threads is closed.")
            self._queue.append((future, lambda: fn(*args, **kwargs)))
        self._next()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Waits a moment at most for what is running."""
        with self._lock:
            self._over = True
            if cancel_futures:
                for future, _ in self._queue:
                    future.cancel()
            running = {*self._running, *(future for future, _ in self._queue)}
        if wait:
            _wait_for(running)

    def _next(self) -> None:
        with self._lock:
            if not self._queue or len(self._running) >= self._most:
                return
            future, work = self._queue.popleft()
            if future.set_running_or_notify_cancel():
                self._running.add(future)
                worker = _take()
                worker.jobs.put((Future(), lambda: self._do(future, work)))
                return
        self._next()

    def _do(self, future: Future[Any], work: Callable[[], Any]) -> None:
        try:
            result = work()
        except BaseException as error:  # told to whoever waits
            future.set_exception(error)
        else:
            future.set_result(result)
        with self._lock:
            self._running.discard(future)
        self._next()


def _take() -> _Worker:
    with _guard:
        if _idle:
            return _idle.pop()
    worker = _Worker()
    worker.start()
    return worker


def _wait_for(futures: Iterable[Future[Any]]) -> None:
    wait(futures, _LAST_SECONDS)
