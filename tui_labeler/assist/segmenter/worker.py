"""A segmentation model's process: `python -m tui_labeler.assist.segmenter.worker`, spoken to over standard input and
output.

It looks at images in a thread of its own, so that what is pointed at in one is answered while it looks at the next.
"""

from __future__ import annotations

import resource
import threading
import time
from collections import OrderedDict
from queue import SimpleQueue
from typing import IO, Any, Protocol

import msgspec

from tui_labeler.assist import messages as framing
from tui_labeler.assist.childprocess import peak_megabytes, serve
from tui_labeler.assist.messages import BrokenPipe
from tui_labeler.assist.reading import read_pixels
from tui_labeler.assist.segmenter import messages
from tui_labeler.assist.segmenter.sam import NotPrompted, Sam
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.project import TaskType
from tui_labeler.model.reasons import in_words

# Images that were looked at, kept for when they are pointed at: the one on the screen, the next, and the one before.
_KEPT = 3


class Outliner(Protocol):
    """A model as this process uses it: what `look` gives is kept until something in the image is pointed at."""

    @property
    def side(self) -> int: ...
    def look(self, pixels: Pixels, size: Size) -> Any: ...
    def outlines(self, sight: Any, prompt: Prompt) -> tuple[Outline, ...]: ...


class Child:
    """Answers messages."""

    def __init__(self, into: IO[bytes], out: IO[bytes]) -> None:
        self._into, self._out = into, out
        self._writing = threading.Lock()
        self._sights: OrderedDict[str, Any] = OrderedDict()
        self._guard = threading.Lock()
        self._images: SimpleQueue[messages.Look] = SimpleQueue()

    def run(self) -> None:
        """Until the other side has ended."""
        try:
            begin = framing.receive(self._into, messages.ToModel)
            if not isinstance(begin, messages.Begin):
                return
            model = self._begun(begin)
            if model is None:
                return
            threading.Thread(target=self._look, args=(model,), daemon=True).start()
            while True:
                message = framing.receive(self._into, messages.ToModel)
                if isinstance(message, messages.Look):
                    self._images.put(message)
                elif isinstance(message, messages.Point):
                    self._send(self._outlined(model, message))
        except BrokenPipe:
            return

    def _send(self, message: msgspec.Struct) -> None:
        with self._writing:
            framing.send(self._out, message)

    def _begun(self, begin: messages.Begin) -> Outliner | None:
        if begin.memory_limit:
            resource.setrlimit(resource.RLIMIT_AS, (begin.memory_limit, begin.memory_limit))
        try:
            model = _loaded(begin)
        except MemoryError:
            self._send(messages.Refused("There is too little memory for the model.", "Use a smaller one."))
            return None
        except LabelerError as error:
            self._send(messages.Refused(error.message, error.mend, isinstance(error, NotPrompted)))
            return None
        except Exception as error:  # whatever a file makes of a library: the labeler goes on
            self._send(messages.Refused(f"The model cannot be used: {in_words(error)}."))
            return None
        self._send(messages.Ready())
        return model

    def _look(self, model: Outliner) -> None:
        """The thread that looks at images, in the order in which they come."""
        while True:
            message = self._images.get()
            began, problem = time.perf_counter(), ""
            try:
                sight = model.look(*read_pixels(message.image, model.side))
                with self._guard:
                    self._sights.pop(message.name, None)
                    self._sights[message.name] = sight
                    while len(self._sights) > _KEPT:
                        self._sights.popitem(last=False)
            except BaseException as error:  # told, whatever it is
                problem = _told(error)
            try:
                self._send(messages.Looked(message.name, time.perf_counter() - began, peak_megabytes(), problem))
            except BrokenPipe:
                return

    def _outlined(self, model: Outliner, message: messages.Point) -> messages.Outlined:
        with self._guard:
            sight = self._sights.get(message.name)
        if sight is None:
            return messages.Outlined(message.number, problem="The model does not know this image any more.")
        began = time.perf_counter()
        try:
            outlines = model.outlines(sight, message.prompt)
        except BaseException as error:
            return messages.Outlined(message.number, problem=_told(error))
        return messages.Outlined(message.number, outlines, time.perf_counter() - began)


def _loaded(begin: messages.Begin) -> Outliner:
    """Raises LabelerError."""
    if not begin.url:
        return Sam(begin.files)
    from tui_labeler.assist.backend.interactive import InteractiveBackend

    return InteractiveBackend(begin.url, TaskType(begin.kind), begin.classes)


def _told(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "The model ran out of memory."
    return str(error) if isinstance(error, LabelerError) else f"The model failed: {in_words(error)}."


def main() -> None:
    serve(Child)


if __name__ == "__main__":
    main()
