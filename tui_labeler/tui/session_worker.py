"""A session in a thread of its own: what is saved, submitted and opened happens in the order of the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread, Timer
from typing import TypeVar

from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.errors import LabelerError

T = TypeVar("T")


# After a failure, a draft is tried again so often, in seconds; and that long the end waits for what cannot be saved.
_AGAIN_SECONDS = 1.0
_PATIENCE_SECONDS = 1.5


class DiskThread:
    """Steps in the order in which they were asked for, and the drafts that are on the disk.

    The thread is a daemon: a disk that never answers does not keep the app from ending. `saving` is told (in the thread)
    whenever something became safe, or could not be saved.
    """

    def __init__(self, saving: Callable[[], None] = lambda: None) -> None:
        self._steps: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="session", daemon=True)
        self._saving = saving
        self._wanted: dict[str, Draft] = {}
        self._on_disk: dict[str, Draft] = {}
        self._told = ""
        self.class_edit: int | None = None
        self.task_ids: Mapping[str, int] = {}
        self._thread.start()

    def _work(self) -> None:
        while (step := self._steps.get()) is not None:
            step()

    @property
    def unsaved(self) -> tuple[str, ...]:
        """The paths of the open images whose drafts are not on the disk yet."""
        return tuple(path for path, draft in self._wanted.copy().items() if self._on_disk.get(path) is not draft)

    @property
    def unsaved_drafts(self) -> dict[str, Draft]:
        """The drafts of `unsaved`, by path."""
        return {path: self._wanted[path] for path in self.unsaved}

    def run(self, step: Callable[[], T]) -> asyncio.Future[T]:
        """Does `step` after everything that was asked for before it, whether or not anyone awaits the result, which raises
        what it raises."""
        result: Future[T] = Future()
        result.set_running_or_notify_cancel()  # from now on nobody can call it back

        def done() -> None:
            try:
                result.set_result(step())
            except BaseException as error:
                result.set_exception(error)

        self._steps.put(done)
        return asyncio.wrap_future(result)

    def opened(self, drafts: Mapping[str, Draft], task_ids: Mapping[str, int], class_edit: int) -> None:
        """What the open tasks begin with, and their ids, by path; it is on the disk already, if anything is in it. Their
        names of classes are those after that edit of them."""
        self.task_ids, self.class_edit = task_ids, class_edit
        self._on_disk = dict(drafts)
        self._wanted = dict(drafts)

    def keep(
        self, path: str, draft: Draft, save: Callable[[str, Draft], None], failed: Callable[[LabelerError], object]
    ) -> None:
        """Puts a changed draft on the disk, and tries again until it is there or another one is wanted; `failed` is called
        (in the thread) with an error of saving, once for each that differs from the one before."""
        if self._wanted.get(path) is draft:
            return
        self._wanted[path] = draft

        def step() -> None:
            if self._wanted.get(path) is not draft or self._on_disk.get(path) is draft:
                return  # a newer one is on its way
            try:
                save(path, draft)
            except LabelerError as error:
                if str(error) != self._told:
                    self._told = str(error)
                    failed(error)
                again = Timer(_AGAIN_SECONDS, self._steps.put, (step,))
                again.daemon = True
                again.start()
            else:
                self._on_disk[path], self._told = draft, ""
            self._saving()

        self._steps.put(step)

    def after(self, step: Callable[[], object], failed: Callable[[LabelerError], object]) -> None:
        """Does `step` after everything that was asked for before it, and does not wait for it."""

        def told() -> None:
            try:
                step()
            except LabelerError as error:
                failed(error)

        self._steps.put(told)

    def close(self, end: Callable[[], object] | None) -> None:
        """Does `end` after everything else, and waits for it; not for long, because a disk may never answer."""

        def last() -> None:
            with suppress(LabelerError):
                if end is not None:
                    end()  # else the lease ends by itself

        self._steps.put(last)
        self._steps.put(None)
        self._thread.join(_PATIENCE_SECONDS)


class SessionWorker(DiskThread):
    """A session with one task open at a time. `lost` is called (in the thread) when the task went to someone else,
    `failed` with an error of saving."""

    def __init__(
        self,
        lost: Callable[[], object],
        failed: Callable[[LabelerError], object],
        saving: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(saving)
        self._lost, self._failed = lost, failed
        self.session: LabelingSession | None = None

    def begin(self) -> Draft:
        """The draft that the open task begins with."""
        assert self.session is not None
        assert self.session.task is not None
        task = self.session.task
        self.opened({task.path: self.session.start}, {task.path: task.id}, self.session.class_list.edit)
        return self.session.start

    def keep_open(self, draft: Draft) -> None:
        """After every key: puts the open task's draft on the disk if it changed, and renews the lease now and then."""
        session = self.session
        if session is None:
            return
        if session.task is not None:
            self.keep(session.task.path, draft, lambda _, changed: session.save(changed), self._failed)

        def stay() -> None:
            if not session.active():
                self._lost()

        self.after(stay, self._failed)

    def end(self) -> None:
        """Gives the task back; waits until everything is on the disk."""
        self.close(self.session.end if self.session is not None else None)
