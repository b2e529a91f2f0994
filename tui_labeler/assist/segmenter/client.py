"""The app's side of a segmentation model's process: asks, and is told whenever there is an answer."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any

from tui_labeler import log
from tui_labeler.assist import messages as framing
from tui_labeler.assist.engine import EngineError, ImageRefused
from tui_labeler.assist.messages import BrokenPipe
from tui_labeler.assist.segmenter import messages
from tui_labeler.assist.spawning import end, spawn
from tui_labeler.assist.throttle import Throttle
from tui_labeler.model import backends
from tui_labeler.model.outlines import Prompt

START_SECONDS = 60.0
LOOK_SECONDS = 300.0  # the largest encoders take half a minute of one core, and stand aside while a person types
POINT_SECONDS = 30.0
MEMORY_LIMIT = 8 << 30


def files_model(files: Sequence[str], memory_limit: int = MEMORY_LIMIT) -> messages.Begin:
    """A model of these files."""
    return messages.Begin(tuple(files), memory_limit)


class NoSegmenter(EngineError):
    """The files are no segmentation model, and may be one of another kind."""


class SegmenterProcess:
    """One model at work. `look` and `point` do not wait; `stop` may be called from any thread."""

    def __init__(self, model: messages.Begin) -> None:
        """Starts it, and waits until the model is loaded. Raises EngineError where that fails."""
        secrets = (backends.PASSWORD_VARIABLE,) if model.url else ()
        self._folder, self._process = spawn("tui_labeler.assist.segmenter.worker", "The segmentation model", secrets)
        self._throttle = Throttle(self._process)
        self._guard, self._writing = threading.Lock(), threading.Lock()
        self._looking: dict[str, Future[messages.Looked]] = {}
        self._asked: dict[int, Future[messages.Outlined]] = {}
        self._numbers = itertools.count()
        self._ended = False
        try:
            self._begin(model)
        except EngineError:
            self.stop()
            raise
        threading.Thread(target=self._read, name="segmenter answers", daemon=True).start()
        log.write("assist", "the segmentation model runs as process %s", self._process.pid)

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return not self._ended and self._process.poll() is None

    def look(self, name: str, image: bytes) -> Future[messages.Looked]:
        """Looks at an image file. Fails with ImageRefused, and with EngineError where the process has ended."""
        future: Future[messages.Looked] = Future()
        with self._guard:
            self._looking[name] = future
        self._send(messages.Look(name, image), future)
        self._limit(future, LOOK_SECONDS)
        return future

    def point(self, name: str, prompt: Prompt) -> Future[messages.Outlined]:
        """What is at the prompt in an image that was looked at. A person waits for it: it goes before everything else."""
        future: Future[messages.Outlined] = Future()
        number = next(self._numbers)
        with self._guard:
            self._asked[number] = future
            self._throttle.awaited(True)
        self._send(messages.Point(number, name, prompt), future)
        self._limit(future, POINT_SECONDS)
        return future

    def typed(self) -> None:
        """A person pressed a key: the model stands aside for a moment, unless they wait for it."""
        self._throttle.typed()

    def stop(self) -> None:
        """Ends the process at once, whatever it does."""
        self._throttle.end()
        end(self._folder, self._process)
        self._fail(EngineError("The segmentation model was stopped."))

    # Inside

    def _begin(self, begin: messages.Begin) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(START_SECONDS, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            framing.send(self._process.stdin, begin)
            answer = framing.receive(self._process.stdout, messages.FromModel)
        except BrokenPipe:
            raise self._death() from None
        finally:
            timer.cancel()
        if isinstance(answer, messages.Refused):
            raise (NoSegmenter if answer.is_other else EngineError)(answer.message, answer.mend)

    def _send(self, message: messages.ToModel, future: Future[Any]) -> None:
        assert self._process.stdin is not None
        try:
            with self._writing:
                framing.send(self._process.stdin, message)
        except BrokenPipe:
            _settle(future, error=self._death())

    def _limit(self, future: Future[Any], seconds: float) -> None:
        """A process that does not answer in time is ended, which ends everything that was asked of it."""
        timer = threading.Timer(seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        future.add_done_callback(lambda _: timer.cancel())

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while True:
                answer = framing.receive(self._process.stdout, messages.FromModel)
                if isinstance(answer, messages.Looked):
                    with self._guard:
                        looking = self._looking.pop(answer.name, None)
                    _settle(looking, answer, ImageRefused(answer.problem) if answer.problem else None)
                elif isinstance(answer, messages.Outlined):
                    with self._guard:
                        asked = self._asked.pop(answer.number, None)
                        self._throttle.awaited(bool(self._asked))
                    _settle(asked, answer, ImageRefused(answer.problem) if answer.problem else None)
        except BrokenPipe:
            self._fail(self._death())

    def _fail(self, error: EngineError) -> None:
        self._ended = True
        with self._guard:
            waiting: list[Future[Any]] = [*self._looking.values(), *self._asked.values()]
            self._looking.clear()
            self._asked.clear()
        for future in waiting:
            _settle(future, error=error)

    def _death(self) -> EngineError:
        self._ended = True
        self._process.kill()
        code = self._process.wait()
        killed = "it was killed, or the machine ran out of memory, or it did not answer in time"
        how = killed if code == -signal.SIGKILL else f"exit code {code}"
        return EngineError(f"The segmentation model's process has ended ({how}).", "Draw by hand meanwhile.")


def _settle(future: Future[Any] | None, result: object = None, error: EngineError | None = None) -> None:
    if future is None:
        return
    with suppress(InvalidStateError):  # it was given up
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
