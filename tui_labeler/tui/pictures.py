"""Decoded images for the labeling screen: the one that is shown, and the next few, prepared in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from tui_labeler.imaging.picture import Picture
from tui_labeler.model.geometry import Size


class Pictures:
    """At most the wanted images are kept, each no larger than a canvas needs; so memory stays as it is."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """`read` gives the bytes of a path; it is called in threads."""
        self._read = read
        self._threads = ThreadPoolExecutor(2, "pictures")
        self._found: dict[str, asyncio.Task[Picture]] = {}
        self.enough = Size(400, 400)

    async def get(self, path: str) -> Picture:
        """The image, as large as the canvas needs. Raises StorageError and BrokenImage."""
        if path not in self._found:
            self._found[path] = asyncio.create_task(self._load(path, self.enough))
        try:
            return await asyncio.shield(self._found[path])
        except BaseException:
            self._found.pop(path, None)
            raise

    async def full(self, path: str) -> Picture:
        """The image in all its pixels."""
        return await self._load(path, None)

    async def _load(self, path: str, at_most: Size | None) -> Picture:
        def load() -> Picture:
            return Picture.load(self._read(path), at_most)

        return await asyncio.get_running_loop().run_in_executor(self._threads, load)

    def keep(self, wanted: Iterable[str]) -> None:
        """Prepares these paths, and forgets all others."""
        paths = list(dict.fromkeys(wanted))
        for path in set(self._found) - set(paths):
            self._found.pop(path).cancel()
        for path in paths:
            if path not in self._found:
                task = self._found[path] = asyncio.create_task(self._load(path, self.enough))
                task.add_done_callback(_looked_at)

    def close(self) -> None:
        for task in self._found.values():
            task.cancel()
        self._found.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _looked_at(task: asyncio.Task[Picture]) -> None:
    """An image that cannot be prepared is told when it is shown, not before."""
    if not task.cancelled():
        task.exception()
