"""Keys, pastes and clicks in one queue: each is handled when all that the one before it led to is on the screen.

A line that stalls delivers many keys at once. Textual hands each to whatever has the focus when it arrives, and goes on;
so a key could reach the screen that was there before the last key, or an image that its labeler never looked at. Here the
result depends on the keys alone, never on when they come. What nobody could foresee (an image that cannot be opened, an
empty queue, a refused submission) drops the keys that were typed before it could be seen, and says how many.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.command import CommandPalette
from textual.errors import NoWidget
from textual.message_pump import MessagePump
from textual.screen import Screen

from tui_labeler.model.pasted import without_escapes
from tui_labeler.model.text import plural
from tui_labeler.terminal.escapes import WORD_KEYS

# How long a screen may take for a message before the next key is tried; a screen that opens an image says itself when it is
# ready.
_PATIENCE = 2.0
# A wait for an image is shown after so many ticks of so many seconds: counted, because a stopped process gets no ticks.
_TICK, _TICKS = 0.1, 8
# After something unforeseen, keys are dropped for the first time, and until none came for the second: in seconds.
_UNSEEN, _QUIET = 0.3, 0.15
_MOST_ROUNDS = 25


class Waiting:
    """A screen that keys may have to wait for."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Event()  # set while what the last key led to is on the screen

    def is_way_out(self, key: str) -> bool:
        """Whether this key gives up waiting."""
        return False

    def tell_waiting(self) -> None:
        """The wait is a long one; a way out works from now on."""

    def give_up(self) -> None:
        """The way out was taken."""

    def holds_back(self, leave: Callable[[], object]) -> bool:
        """Whether something would be lost by leaving now; then the screen asks, and calls `leave` when it is safe."""
        return False


class InputQueue:
    """`handle` gives an event to Textual; it is called in the app's own message loop. `dropped` is told the keys and pastes
    that were dropped together."""

    def __init__(
        self,
        app: App[Any],
        handle: Callable[[events.Event], Awaitable[None]],
        dropped: Callable[[Sequence[events.Event]], None],
    ) -> None:
        self._app, self._handle, self._dropped = app, handle, dropped
        self._waiting: deque[events.Event] = deque()
        self._going_on: asyncio.Task[None] | None = None
        self._passing: events.Event | None = None
        self._surprised = False
        self._last_arrival = 0.0
        self._lost: list[events.Event] = []

    @property
    def is_idle(self) -> bool:
        """Whether everything that came has been handled."""
        return self._going_on is None

    @property
    def has_more(self) -> bool:
        """Whether something that came waits for what the event before it leads to."""
        return bool(self._waiting)

    @staticmethod
    def takes(event: events.Event) -> bool:
        """Whether an event is a person's."""
        return isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded

    async def take(self, event: events.Event) -> None:
        """An event as it arrives; called in the app's message loop, in the order of arrival."""
        self._last_arrival = time.monotonic()
        if event is self._passing:
            self._passing = None
            await self._give(self._told_apart(event))
        elif self._going_on is not None:
            self._waiting.append(event)
        elif isinstance(event, events.MouseMove) and not event.button:
            await self._give(event)  # hovering leads to nothing
        elif self._is_early(event):
            self._waiting.append(event)
            self._going_on = asyncio.create_task(self._go_on([], self._focus))
        else:
            touched, before = self._touched(event), self._focus
            await self._give(self._told_apart(event))
            self._going_on = asyncio.create_task(self._go_on(touched, before))

    async def _give(self, event: events.Event) -> None:
        """To Textual; but Escape lets go of text that is selected with the mouse before it leaves anything."""
        if isinstance(event, events.Key) and event.key == "escape" and self._app.screen.selections:
            self._app.screen.clear_selection()
        else:
            await self._handle(event)

    def drop(self) -> None:
        """Something happened that whoever typed could not foresee: what is not handled yet is dropped, and what comes
        before it could be seen."""
        if self._going_on is None:
            self._going_on = asyncio.create_task(self._go_on([], self._focus))
        self._surprised = True

    # One after the other

    def _is_early(self, event: events.Event) -> bool:
        """Whether a key came before its screen has what it is meant for; a way out is meant for what is seen."""
        screen = self._app.screen
        if not isinstance(event, events.Key) or not isinstance(screen, Waiting) or screen.ready.is_set():
            return False
        return event.key != "ctrl+q" and not screen.is_way_out(event.key)

    def _told_apart(self, event: events.Event) -> events.Event:
        """Alt and a letter is a word key in a field, elsewhere Escape and that letter, which comes next. A paste is its
        text alone, in whatever field."""
        if isinstance(event, events.Paste):
            return events.Paste(without_escapes(event.text))
        if not isinstance(event, events.Key) or event.key not in WORD_KEYS:
            return event
        from textual.widgets import Input, TextArea  # which takes long, and is there with the first field

        word_key, key, character = WORD_KEYS[event.key]
        if isinstance(self._app.focused, Input | TextArea):
            return events.Key(word_key, None)
        self._waiting.appendleft(events.Key(key, character))
        return events.Key("escape", "\x1b")

    @property
    def _focus(self) -> tuple[object, object]:
        return self._app.screen, self._app.focused

    async def _go_on(self, touched: list[MessagePump], before: tuple[object, object]) -> None:
        try:
            await self._settle(touched, before)
            while self._waiting:
                event = self._passing = self._waiting.popleft()
                touched, before = self._touched(event), self._focus
                if not self._app.post_message(event):
                    return  # the app ends
                await self._settle(touched, before)
        finally:
            self._going_on = None

    def _touched(self, event: events.Event) -> list[MessagePump]:
        """Everything that the event passes through."""
        with suppress(NoWidget, IndexError):
            if isinstance(event, events.MouseEvent):
                return list(self._app.get_widget_at(event.x, event.y)[0].ancestors_with_self)
        return []

    async def _settle(self, touched: list[MessagePump], before: tuple[object, object]) -> None:
        """Until the last event is handled with all that followed from it; `before`: what had the focus."""
        for node in (self._app, *touched):
            await self._passed(node)
        for _ in range(_MOST_ROUNDS):
            screen = self._app.screen
            path = list((self._app.focused or screen).ancestors_with_self)
            for node in path:
                await self._passed(node)
            await asyncio.sleep(0)  # workers that were begun reach their first wait
            await self._ready(screen)
            now = self._focus
            if now == before and not any(node.message_queue_size for node in path):
                break
            before = now
        if self._surprised:
            await self._drop()

    async def _passed(self, node: MessagePump) -> None:
        """Until a node has handled what it was given so far."""
        done = asyncio.Event()
        if node.is_running and node.call_later(done.set):
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), _PATIENCE)

    async def _ready(self, screen: Screen[Any]) -> None:
        if isinstance(screen, CommandPalette):
            await self._searched(screen)
        elif isinstance(screen, Waiting) and not screen.ready.is_set():
            await self._waited(screen, screen)

    async def _searched(self, palette: CommandPalette) -> None:
        """The palette has found what was typed."""
        until = time.monotonic() + _PATIENCE
        while any(worker.node is palette and not worker.is_finished for worker in self._app.workers):
            if time.monotonic() > until:
                return
            await asyncio.sleep(0.01)

    async def _waited(self, waiting: Waiting, screen: Screen[Any]) -> None:
        """A screen shows what the last key led to, or a person gave up waiting for it."""
        ready = asyncio.ensure_future(waiting.ready.wait())
        typed_before = 0
        ticks = 0
        try:
            while self._app.screen is screen and not (await asyncio.wait({ready}, timeout=_TICK))[0]:
                ticks += 1
                if ticks == _TICKS:
                    waiting.tell_waiting()
                    typed_before = len(self._waiting)
                elif ticks > _TICKS and any(
                    self._is_way_out(waiting, n) for n in range(typed_before, len(self._waiting))
                ):
                    waiting.give_up()
                    self.drop()
                    return
        finally:
            ready.cancel()

    def _is_way_out(self, waiting: Waiting, index: int) -> bool:
        event = self._waiting[index]
        return isinstance(event, events.Key) and (event.key == "ctrl+q" or waiting.is_way_out(event.key))

    async def _drop(self) -> None:
        since = time.monotonic()  # only now it is on the screen
        while True:
            self._lost += [event for event in self._waiting if isinstance(event, events.Key | events.Paste)]
            self._waiting.clear()
            now = time.monotonic()
            left = max(since + _UNSEEN - now, self._last_arrival + _QUIET - now if self._lost else 0.0)
            if left <= 0:
                break
            await asyncio.sleep(left)
        self._surprised = False
        lost, self._lost = self._lost, []
        if lost:
            self._dropped(lost)


def told(count: int) -> str:
    """What a person reads about dropped keys."""
    return f"{plural(count, 'key')} typed before this could be seen {'was' if count == 1 else 'were'} not used."
