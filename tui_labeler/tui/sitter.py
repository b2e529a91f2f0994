"""A sitting in a thread of its own: what is saved, submitted and opened happens in the order of the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.sitting import Sitting
from tui_labeler.model.errors import LabelerError

T = TypeVar("T")


class Sitter:
    """Owns the thread. `lost` is called (in the thread) when the task went to someone else, `failed` with an error of
    saving."""

    def __init__(self, lost: Callable[[], None], failed: Callable[[LabelerError], None]) -> None:
        self._disk = ThreadPoolExecutor(1, "sitting")
        self._lost, self._failed = lost, failed
        self._saved: Draft | None = None
        self.sitting: Sitting | None = None

    async def run(self, step: Callable[[], T]) -> T:
        """Does `step` after everything that was asked for before it. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._disk, step)

    def opened(self) -> Draft:
        """The draft that the open task begins with; it is on the disk already, if anything is in it."""
        assert self.sitting is not None
        self._saved = self.sitting.start
        return self._saved

    def keep(self, draft: Draft) -> None:
        """After every key: puts a changed draft on the disk, and renews the lease now and then."""
        sitting = self.sitting
        if sitting is None:
            return
        changed = draft is not self._saved
        self._saved = draft
        self._disk.submit(self._keep, sitting, draft, changed)

    def _keep(self, sitting: Sitting, draft: Draft, changed: bool) -> None:
        try:
            if changed and draft is self._saved:  # else a newer one is on its way
                sitting.save(draft)
            if not sitting.active():
                self._lost()
        except LabelerError as error:
            self._failed(error)

    def close(self) -> None:
        """Gives the task back; waits until everything is on the disk."""
        if self.sitting is not None:
            self._disk.submit(self.sitting.end)
        self._disk.shutdown(wait=True)
