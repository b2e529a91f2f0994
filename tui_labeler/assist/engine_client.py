"""The app's side of an engine's process: starts it, speaks with it, and outlives it whatever it does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TypeVar

from tui_labeler import log
from tui_labeler.assist import messages
from tui_labeler.assist.engine import EngineError, EngineUnreachable, ImageRefused, Tell
from tui_labeler.assist.messages import BrokenPipe
from tui_labeler.assist.spawning import end, spawn
from tui_labeler.assist.throttle import Throttle
from tui_labeler.model import backends
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

T = TypeVar("T")

START_SECONDS = 60.0
FIT_SECONDS = 1800.0  # of silence: each word of progress begins the time anew
PROPOSE_SECONDS = 120.0
MEMORY_LIMIT = 6 << 30
# Seconds of processor time that one proposal may take; a large detector takes some five.
CPU_LIMIT = 40.0


class EngineKilled(EngineError):
    """By someone else, by the system, or for its silence on a busy machine: it may do better the next time."""


class EngineProcess:
    """One engine at work. Methods wait for the engine, and raise EngineError; `stop` may be called from any thread."""

    def __init__(
        self,
        engine: str,
        kind: TaskType,
        classes: tuple[str, ...],
        model_file: str = "",
        model_classes: tuple[str, ...] = (),
        memory_limit: int = MEMORY_LIMIT,
        cpu_limit: float = CPU_LIMIT,
    ) -> None:
        """Starts it. Raises EngineError where that fails."""
        self._engine = engine
        self._stopped = False
        secrets = (backends.PASSWORD_VARIABLE,) if engine == backends.ENGINE else ()
        self._folder, self._process = spawn("tui_labeler.assist.engine_worker", f"The engine “{engine}”", secrets)
        self._throttle = Throttle(self._process)
        begin = messages.Begin(engine, kind.value, classes, model_file, model_classes, memory_limit, cpu_limit)
        try:
            ready = self._ask(begin, messages.Ready, START_SECONDS)
        except EngineError:
            self.stop()
            raise
        log.write("assist", "engine %s %s runs as process %s", ready.name, ready.version, self._process.pid)
        self.name, self.version, self.least = ready.name, ready.version, ready.least

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def learn(self, image: bytes, labels: Labels, refused: tuple[Region, ...] = ()) -> None:
        """One labeled image to learn from at the next `fit`."""
        with self._watched(START_SECONDS), self._explained():
            messages.send(self._into, messages.Learn(image, labels, refused))

    def fit(self, tell: Tell) -> messages.Fitted:
        """Learns from all images that were given; tells how far it is."""
        return self._ask(messages.Fit(), messages.Fitted, FIT_SECONDS, tell)

    def restore(self, kept: bytes) -> None:
        """The model that knew this: see `Fitted`. Raises EngineError where the engine does not know it any more."""
        self._ask(messages.Restore(kept), messages.Restored, START_SECONDS)

    def learn_more(self, image: bytes, labels: Labels, refused: tuple[Region, ...]) -> bool:
        """One more labeled image for the model that there is; False where it cannot learn so."""
        return self._ask(messages.LearnMore(image, labels, refused), messages.LearnedMore, PROPOSE_SECONDS).did

    def propose(self, image: bytes) -> messages.Proposed:
        """What it proposes for an image file, as it says it: see `validate.clean`."""
        return self._ask(messages.Propose(image), messages.Proposed, PROPOSE_SECONDS)

    def typed(self) -> None:
        """A person pressed a key: the engine stands aside for a moment."""
        self._throttle.typed()

    def stop(self) -> None:
        """Ends the process at once, whatever it does."""
        self._stopped = True
        self._throttle.end()
        end(self._folder, self._process)

    # Inside

    @property
    def _into(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _ask(
        self,
        message: messages.ToEngine,
        kind: type[T],
        seconds: float,
        tell: Callable[[str, int, int], None] | None = None,
    ) -> T:
        out = self._process.stdout
        assert out is not None
        with self._explained():
            with self._watched(seconds):
                messages.send(self._into, message)
            while True:
                with self._watched(seconds):
                    answer = messages.receive(out, messages.FromEngine)
                if isinstance(answer, messages.Progress):
                    if tell is not None:
                        tell(answer.what, answer.done, answer.total)
                elif isinstance(answer, messages.Failed):
                    raise _failure(answer)
                elif isinstance(answer, kind):
                    return answer
                else:
                    raise BrokenPipe("an answer to another question")

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        """Kills the process if the block takes longer."""
        timer = threading.Timer(seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipe as error:
            if self._stopped:
                raise EngineError("The engine was stopped.") from None
            self._process.kill()
            code = self._process.wait()
            kind_of_error = EngineKilled if code == -signal.SIGKILL else EngineError
            raise kind_of_error(
                f"The engine “{self._engine}” ended: {_how(code, str(error))}.",
                "Labeling goes on without proposals; it is started again for the next training.",
            ) from None


def _failure(failed: messages.Failed) -> EngineError:
    if failed.is_image:
        return ImageRefused(failed.message, failed.mend)
    return (EngineUnreachable if failed.is_passing else EngineError)(failed.message, failed.mend)


def _how(code: int, what: str) -> str:
    if code == -signal.SIGPROF:
        return f"{what} (it took more processor time for one image than it may)"
    if code == -signal.SIGKILL:
        return f"{what} (it was killed, or the machine ran out of memory, or it did not answer in time)"
    return f"{what} (exit code {code})" if code > 0 else what
