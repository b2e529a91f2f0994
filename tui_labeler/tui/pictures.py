"""Decoded images for the labeling screen: the one that is shown, and the next few, prepared in threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_labeler.imaging.picture import Picture
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.patience import DaemonThreads

if TYPE_CHECKING:
    from tui_labeler.imaging.objects import ObjectFinder


class Pictures:
    """At most the wanted images are kept, each no larger than a canvas needs; so memory stays as it is."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """`read` gives the bytes of a path; it is called in threads."""
        self._read = read
        # An image that someone waits for does not queue behind those that are prepared, nor behind one that never comes.
        self._now, self._ahead, self._whole = DaemonThreads(4), DaemonThreads(2), DaemonThreads(2)
        self._guard = threading.Lock()
        self._found: dict[str, Future[Picture]] = {}
        self._awaited = ""
        self._closed = False
        self.enough = Size(400, 400)

    def begin(self, path: str) -> None:
        """The image that `get` will be asked for next, before all others. May be called from any thread."""
        self._begun(path)

    async def get(self, path: str) -> Picture:
        """The image, as large as the canvas needs. Raises StorageError and BrokenImage."""
        try:
            return await asyncio.wrap_future(self._begun(path))
        except BaseException:
            with self._guard:
                self._found.pop(path, None)
            raise

    async def coming(self, path: str) -> Picture | None:
        """An image that is being prepared; None where it is not, or cannot be."""
        with self._guard:
            future = self._found.get(path)
        if future is None:
            return None
        with suppress(LabelerError):
            picture: Picture = await asyncio.shield(asyncio.wrap_future(future))
            return picture
        return None

    async def full(self, path: str) -> Picture:
        """The image in all its pixels."""
        return await asyncio.wrap_future(self._whole.submit(self._load, path, None))

    async def objects(self, path: str) -> ObjectFinder:
        """What finds objects in the image: always from as many pixels, so that the same point gives the same boxes."""

        def look() -> ObjectFinder:
            from tui_labeler.imaging.decode import decode
            from tui_labeler.imaging.objects import ENOUGH, ObjectFinder

            return ObjectFinder(*decode(self._read(path), ENOUGH))

        return await asyncio.wrap_future(self._now.submit(look))

    def _begun(self, path: str) -> Future[Picture]:
        with self._guard:
            self._awaited = path
            future = self._found.get(path)
            if future is None or future.cancel():  # else it is on its way, or there
                future = self._found[path] = (
                    Future() if self._closed else self._now.submit(self._load, path, self.enough)
                )
            if self._closed:
                future.cancel()
            return future

    def _load(self, path: str, at_most: Size | None) -> Picture:
        return Picture.load(self._read(path), at_most)

    def keep(self, wanted: Iterable[str]) -> None:
        """Prepares these paths, and forgets all others but the one that is awaited. An image that cannot be prepared is
        told when it is shown, not before."""
        paths = list(dict.fromkeys(wanted))
        with self._guard:
            for path in set(self._found) - {*paths, self._awaited}:
                self._found.pop(path).cancel()
            for path in paths:
                if path not in self._found and not self._closed:
                    self._found[path] = self._ahead.submit(self._load, path, self.enough)

    def close(self) -> None:
        with self._guard:
            self._closed = True
            self._found.clear()
        for threads in (self._now, self._ahead, self._whole):
            threads.shutdown(wait=False, cancel_futures=True)
