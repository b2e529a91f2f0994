"""An engine's process: `python -m tui_labeler.assist.engine_worker`, spoken to over its standard input and output.

It works as `childprocess` says: below everything else, and no longer than whoever started it.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import time
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from tui_labeler.assist import messages
from tui_labeler.assist.childprocess import peak_megabytes, serve
from tui_labeler.assist.engine import (
    Engine,
    EngineError,
    EngineUnreachable,
    Example,
    Growing,
    ImageRefused,
    Lasting,
    Model,
    Restoring,
    Subject,
)
from tui_labeler.assist.messages import BrokenPipe, FromEngine
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.reasons import in_words
from tui_labeler.model.regions import Labels

if TYPE_CHECKING:
    from tui_labeler.imaging.arrays import Pixels

# Without a split of its own, an engine is tested on every third image.
_THIRD = 3


class Child:
    """Answers messages, one after the other."""

    def __init__(self, into: IO[bytes], out: IO[bytes]) -> None:
        self._into, self._out = into, out
        self._engine: Engine | None = None
        self._model: Model | None = None
        self._subject = Subject(TaskType.DETECTION, ())
        self._examples: list[Example] = []
        self._short_of_memory = False
        self._cpu_limit = 0.0

    def run(self) -> None:
        """Until the other side has ended."""
        with contextlib.suppress(BrokenPipe):
            while True:
                message = messages.receive(self._into, messages.ToEngine)
                try:
                    answer = self._answer(message)
                except MemoryError:
                    self._examples.clear()
                    answer = messages.Failed("The engine ran out of memory.", "Allow it more, or use another engine.")
                except LabelerError as error:
                    answer = messages.Failed(
                        error.message,
                        error.mend,
                        is_image=isinstance(error, ImageRefused),
                        is_passing=isinstance(error, EngineUnreachable),
                    )
                except Exception as error:  # whatever a team's engine raises: the labeler goes on
                    answer = messages.Failed(f"The engine failed: {in_words(error, 300)}.")
                if answer is not None:
                    messages.send(self._out, answer)

    def _answer(self, message: object) -> FromEngine | None:
        if isinstance(message, messages.Begin):
            return self._begin(message)
        if self._engine is None:
            raise EngineError("The engine was not named.")
        if isinstance(message, messages.Learn):
            self._learn(message)
            return None
        if isinstance(message, messages.Fit):
            return self._fit(self._engine)
        if isinstance(message, messages.Restore):
            return self._restored(self._engine, message.kept)
        if self._model is None:
            raise EngineError("The engine has not learned anything yet.")
        if isinstance(message, messages.LearnMore):
            return self._learned_more(self._model, message)
        assert isinstance(message, messages.Propose)
        began = time.perf_counter()
        try:
            pixels, size = self._read(message.image)
        except LabelerError as error:
            return messages.Failed(error.message, error.mend, is_image=True)
        labels = self._limited(self._model, pixels, size)
        return messages.Proposed(labels, size, time.perf_counter() - began)

    def _learned_more(self, model: Model, message: messages.LearnMore) -> FromEngine:
        if not isinstance(model, Growing):
            return messages.LearnedMore(False)
        try:
            pixels, size = self._read(message.image)
        except LabelerError:
            return messages.LearnedMore(False)
        if size != message.labels.size:
            return messages.LearnedMore(False)
        with self._timed():
            model.learn_more(Example(pixels, message.labels, message.refused))
        return messages.LearnedMore(True)

    def _begin(self, message: messages.Begin) -> FromEngine:
        if message.memory_limit:
            resource.setrlimit(resource.RLIMIT_AS, (message.memory_limit, message.memory_limit))
        self._cpu_limit = message.cpu_limit
        from tui_labeler.assist.engines import load_engine

        self._subject = Subject(TaskType(message.kind), message.classes)
        try:
            self._engine = load_engine(message.engine, message.model_file, message.model_classes)
        except LookupError:
            raise EngineError(f"There is no engine “{message.engine[:40]}”.") from None
        except ImportError as error:
            raise EngineError(f"The engine cannot be loaded: {error}.") from None
        return messages.Ready(self._engine.name, self._engine.version, self._engine.least)

    def _limited(self, model: Model, pixels: Pixels, size: Size) -> Labels:
        """What the model proposes. The system ends this process (SIGPROF) where that takes more processor time than one
        proposal may: a model that loops gives Python no chance to end it. No such time passes while it stands aside.

        RLIMIT_CPU counts from the start of the process, by a clock that runs up to a tenth faster than what `getrusage`
        says: after an hour of work it would end a model that does nothing wrong."""
        with self._timed():
            return model.propose(pixels, size)

    @contextlib.contextmanager
    def _timed(self) -> Iterator[None]:
        signal.setitimer(signal.ITIMER_PROF, self._cpu_limit)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _learn(self, message: messages.Learn) -> None:
        """There is no answer to this message: what goes wrong is told at the next one."""
        try:
            pixels, size = self._read(message.image)
        except LabelerError:
            return  # a broken image teaches nothing
        except MemoryError:
            self._short_of_memory = True
            return
        if size == message.labels.size:  # else the labels are of another version of the image
            self._examples.append(Example(pixels, message.labels, message.refused))

    def _fit(self, engine: Engine) -> FromEngine:
        began = time.process_time()  # on a busy machine, or while a person types, it only takes longer
        if self._short_of_memory:
            raise MemoryError
        if engine.least == 0:
            self._model = engine.fit((), self._subject, self._tell)
            held_back = self._measured(self._model)
        else:
            self._model, held_back = self._learned(engine)
        truth = tuple(example.labels for example in self._examples)
        if len(held_back) != len(truth):
            raise EngineError("The engine did not say what it proposes for the images held back.")
        count = len(self._examples)
        self._examples.clear()
        kept = self._model.kept() if isinstance(self._model, Lasting) else b""
        return messages.Fitted(tuple(held_back), truth, count, time.process_time() - began, peak_megabytes(), kept)

    def _measured(self, model: Model) -> list[Labels]:
        """What a model that was trained elsewhere proposes for the examples; nothing for those that it refuses."""
        proposed = []
        for number, example in enumerate(self._examples):
            self._tell("measuring", number, len(self._examples))
            try:
                proposed.append(self._limited(model, example.pixels, example.labels.size))
            except ImageRefused:
                proposed.append(Labels(example.labels.size))
        return proposed

    def _restored(self, engine: Engine, kept: bytes) -> FromEngine:
        if not isinstance(engine, Restoring):
            raise EngineError("The engine keeps nothing.")
        self._model = engine.restored(kept, self._subject)
        return messages.Restored()

    def _learned(self, engine: Engine) -> tuple[Model, list[Labels]]:
        model = engine.fit(self._examples, self._subject, self._tell)
        if model.held_back is not None:
            return model, list(model.held_back)
        tested = self._examples[::_THIRD]
        rest = [example for index, example in enumerate(self._examples) if index % _THIRD]
        trial = engine.fit(rest, self._subject, self._tell)
        self._examples = tested
        return model, [trial.propose(example.pixels, example.labels.size) for example in tested]

    def _tell(self, what: str, done: int, total: int) -> None:
        messages.send(self._out, messages.Progress(str(what)[:80], int(done), int(total)))

    def _read(self, data: bytes) -> tuple[Pixels, Size]:
        from tui_labeler.assist.reading import read_pixels

        assert self._engine is not None
        return read_pixels(data, self._engine.side)


def main() -> None:
    serve(Child)


if __name__ == "__main__":
    main()
