"""A held key: a picture that is only passed is not begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext

from textual.widget import Widget

from tui_labeler.tui.graphicsapp import transfers_of_app

# Seconds between two looks whether a picture that is held may be drawn.
_LOOK = 0.02


def is_passing(widget: Widget) -> bool:
    """Whether another picture is not to be begun yet: keys that wait may lead on to another, or the line has not taken the
    last one."""
    transfers = transfers_of_app(widget)
    is_behind = transfers is not None and transfers.is_behind
    return is_behind or bool(getattr(widget.app, "keys_wait", False))


@asynccontextmanager
async def when_seen(widget: Widget) -> AsyncIterator[None]:
    """As soon as a picture may be begun; nothing more of the one before it is sent meanwhile."""
    transfers = transfers_of_app(widget)
    with transfers.held() if transfers is not None else nullcontext():
        while is_passing(widget):
            await asyncio.sleep(_LOOK)
        yield


class Passed:
    """What a widget is to show, as long as it is only passed: the last of it is given to `show` when that may begin."""

    def __init__(self, widget: Widget, show: Callable[..., None]) -> None:
        self._widget, self._show = widget, show
        self._waiting: tuple[object, ...] | None = None

    def keep(self, *what: object) -> None:
        is_first, self._waiting = self._waiting is None, what
        if is_first:
            self._widget.run_worker(self._show_last(), group="passed")

    def drop(self) -> None:
        """Something else is shown."""
        self._waiting = None

    async def _show_last(self) -> None:
        async with when_seen(self._widget):
            if self._waiting is not None:
                what, self._waiting = self._waiting, None
                self._show(*what)
