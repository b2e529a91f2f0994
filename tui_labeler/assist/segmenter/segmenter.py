"""A project's segmentation model: looks at the image that is open and at the next one, and outlines what is pointed at.

It works in a thread, and its model in a process: whoever labels waits for neither.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from functools import partial

from tui_labeler.assist.engine import EngineError, ImageRefused
from tui_labeler.assist.segmenter import messages
from tui_labeler.assist.segmenter.client import SegmenterProcess
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.outlines import Outline, Prompt

# So often it may end by itself before it is given up for this session.
_MOST_ENDED = 3
_PATIENCE = 3.0


class Segmenter:
    """`start`ed by the first image that it is to `look` at. `read` gives an image file by its path. `problem` says why it
    can do nothing any more."""

    def __init__(self, model: messages.Begin, read: Callable[[str], bytes]) -> None:
        self._model, self._read = model, read
        self._guard = threading.Lock()
        self._wake, self._end = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._process: SegmenterProcess | None = None
        self._wanted: tuple[str, ...] = ()
        self._looked: dict[str, str] = {}  # path -> why nothing can be done with it; empty where it was looked at
        self._waiting: list[tuple[str, Prompt, Future[tuple[Outline, ...]]]] = []
        self._ended = 0
        self.problem = ""
        self.looked = messages.Looked("")  # the last image that it looked at: what that cost

    def look(self, paths: Sequence[str]) -> None:
        """The images that may be pointed at soon, the open one first. Does not wait."""
        with self._guard:
            self._wanted = tuple(dict.fromkeys(paths))[:2]
            if self._thread is None and not self._end.is_set() and not self.problem:
                self._thread = threading.Thread(target=self._run, name="segmenter", daemon=True)
                self._thread.start()
        self._wake.set()

    def has_looked(self, path: str) -> bool:
        """Whether what is pointed at in this image is outlined at once."""
        with self._guard:
            return self._looked.get(path) == ""

    @property
    def words(self) -> str:
        """What it does, in a few words."""
        if self.problem:
            return "failed"
        with self._guard:
            current = self._wanted[0] if self._wanted else ""
            return "ready" if current and self._looked.get(current) == "" else "looking"

    def outlines(self, path: str, prompt: Prompt) -> Future[tuple[Outline, ...]]:
        """What is at the prompt, the likeliest first, as soon as the image was looked at. Fails with EngineError."""
        future: Future[tuple[Outline, ...]] = Future()
        process = self._process
        with self._guard:
            if process is None or not process.is_alive:
                self._looked.clear()  # what it knew is gone with it
            self._waiting.append((path, prompt, future))
            wanted = (path, *(other for other in self._wanted if other != path))
        self.look(wanted)
        self._answer()
        return future

    def typed(self) -> None:
        """At every key; does not wait."""
        if (process := self._process) is not None:
            process.typed()

    @property
    def process_id(self) -> int:
        """The id of the model's process; 0 while there is none."""
        process = self._process
        return process.process_id if process is not None and process.is_alive else 0

    def stop(self) -> None:
        """Ends its process at once, and waits a little for the thread."""
        self._end.set()
        self._wake.set()
        if (process := self._process) is not None:
            process.stop()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(_PATIENCE)
        self._refuse("The segmentation model was stopped.")

    # The thread

    def _run(self) -> None:
        while not self._end.is_set():
            self._wake.wait()
            self._wake.clear()
            while not self._end.is_set() and (path := self._next()):
                try:
                    self._look(path)
                except (EngineError, CancelledError) as error:
                    self._lost(error)
                except Exception as error:  # an error of this program must not end it in silence
                    self._lost(error)
                self._answer()
        if (process := self._process) is not None:
            process.stop()

    def _next(self) -> str:
        with self._guard:
            return "" if self.problem else next((path for path in self._wanted if path not in self._looked), "")

    def _look(self, path: str) -> None:
        process = self._process
        if process is None or not process.is_alive:
            self._ended += process is not None
            if self._ended >= _MOST_ENDED:
                raise EngineError(
                    "The segmentation model's process has ended again and again.", "Draw by hand meanwhile."
                )
            process = self._process = SegmenterProcess(self._model)
            if self._end.is_set():
                process.stop()
                return
        try:
            looked = process.look(path, self._read(path)).result()
        except (ImageRefused, LabelerError) as error:
            if isinstance(error, EngineError) and not isinstance(error, ImageRefused):
                raise
            self._keep(path, str(error))
            return
        self.looked = looked
        self._keep(path, "")

    def _keep(self, path: str, problem: str) -> None:
        with self._guard:
            self._looked.pop(path, None)
            self._looked[path] = problem
            # As many as the process keeps.
            while len(self._looked) > 3:
                del self._looked[next(iter(self._looked))]

    def _lost(self, error: BaseException) -> None:
        self._ended += 1
        process, self._process = self._process, None
        if process is not None:
            process.stop()
        with self._guard:
            self._looked.clear()
        # Where it never ran, the files will be no better the next time.
        if self._ended >= _MOST_ENDED or process is None:
            self.problem = str(error) or "The segmentation model failed."
        self._refuse(str(error) or "The segmentation model failed.")

    # Answers

    def _answer(self) -> None:
        """Passes on what waits for images that were looked at."""
        process = self._process
        with self._guard:
            ready = [asked for asked in self._waiting if asked[0] in self._looked]
            self._waiting = [asked for asked in self._waiting if asked[0] not in self._looked]
            problems = {path: self._looked[path] for path, _, _ in ready}
        for path, prompt, future in ready:
            if problems[path] or process is None:
                _fail(future, ImageRefused(problems[path] or "The segmentation model has ended."))
                continue
            process.point(path, prompt).add_done_callback(partial(_pass_on, future))
        if self.problem:
            self._refuse(self.problem)

    def _refuse(self, problem: str) -> None:
        with self._guard:
            waiting, self._waiting = self._waiting, []
        for _, _, future in waiting:
            _fail(future, EngineError(problem))


def _pass_on(future: Future[tuple[Outline, ...]], answer: Future[messages.Outlined]) -> None:
    if (error := answer.exception()) is not None:
        _fail(future, error)
    elif future.set_running_or_notify_cancel():
        future.set_result(answer.result().outlines)


def _fail(future: Future[tuple[Outline, ...]], error: BaseException) -> None:
    if future.set_running_or_notify_cancel():
        future.set_exception(error)
