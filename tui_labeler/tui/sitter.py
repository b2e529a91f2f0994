"""A sitting in a thread of its own: what is saved, submitted and opened happens in the order of the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.sitting import Sitting
from tui_labeler.model.errors import LabelerError

T = TypeVar("T")


class DiskThread:
    """Steps in the order in which they were asked for, and the drafts that are on the disk."""

    def __init__(self) -> None:
        self._disk = ThreadPoolExecutor(1, "sitting")
        self._saved: dict[str, Draft] = {}

    def run(self, step: Callable[[], T]) -> asyncio.Future[T]:
        """Does `step` after everything that was asked for before it, whether or not anyone awaits the result, which raises
        what it raises."""
        return asyncio.get_running_loop().run_in_executor(self._disk, step)

    def opened(self, drafts: Mapping[str, Draft]) -> None:
        """What the open tasks begin with, by path; it is on the disk already, if anything is in it."""
        self._saved = dict(drafts)

    def keep(
        self, path: str, draft: Draft, save: Callable[[str, Draft], None], failed: Callable[[LabelerError], None]
    ) -> None:
        """Puts a changed draft on the disk; `failed` is called (in the thread) with an error of saving."""
        if self._saved.get(path) is draft:
            return
        self._saved[path] = draft

        def step() -> None:
            if self._saved.get(path) is draft:  # else a newer one is on its way
                save(path, draft)

        self.after(step, failed)

    def after(self, step: Callable[[], object], failed: Callable[[LabelerError], None]) -> None:
        """Does `step` after everything that was asked for before it, and does not wait for it."""

        def told() -> None:
            try:
                step()
            except LabelerError as error:
                failed(error)

        self._disk.submit(told)

    def close(self, end: Callable[[], object] | None) -> None:
        """Does `end`, then waits until everything is on the disk."""
        if end is not None:
            self._disk.submit(end)
        self._disk.shutdown(wait=True)


class Sitter(DiskThread):
    """A sitting with one task open at a time. `lost` is called (in the thread) when the task went to someone else,
    `failed` with an error of saving."""

    def __init__(self, lost: Callable[[], None], failed: Callable[[LabelerError], None]) -> None:
        super().__init__()
        self._lost, self._failed = lost, failed
        self.sitting: Sitting | None = None

    def begin(self) -> Draft:
        """The draft that the open task begins with."""
        assert self.sitting is not None
        assert self.sitting.task is not None
        self.opened({self.sitting.task.path: self.sitting.start})
        return self.sitting.start

    def keep_open(self, draft: Draft) -> None:
        """After every key: puts the open task's draft on the disk if it changed, and renews the lease now and then."""
        sitting = self.sitting
        if sitting is None:
            return
        if sitting.task is not None:
            self.keep(sitting.task.path, draft, lambda _, changed: sitting.save(changed), self._failed)

        def stay() -> None:
            if not sitting.active():
                self._lost()

        self.after(stay, self._failed)

    def end(self) -> None:
        """Gives the task back; waits until everything is on the disk."""
        self.close(self.sitting.end if self.sitting is not None else None)
