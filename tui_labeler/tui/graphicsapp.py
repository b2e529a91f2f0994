"""The part of the app that knows how its terminal shows images, and changes that while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, Protocol
from weakref import WeakSet

import msgspec
from textual import constants, events
from textual.binding import Binding, BindingType
from textual.signal import Signal
from textual.widget import Widget

from tui_labeler.imaging.view import GLYPHS, HALVES, Grid
from tui_labeler.terminal.answers import Answers
from tui_labeler.terminal.graphics import CELLS, Graphics, window_size
from tui_labeler.tui.depthapp import DepthApp
from tui_labeler.tui.transfers import Transfers

_KEY = "f7"
# So many covered canvases keep their images in the terminal, a picture of the window's size each: kitty's memory for images
# has room for some twenty at 4K.
_MOST_COVERED = 4


class HoldsImages(Protocol):
    """What sent images to the terminal."""

    def hide(self) -> None:
        """Takes all of them back, with their memory."""


class GraphicsApp(DepthApp):
    """An app with `graphics`: whether pictures are pixels or cells, and of which size."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_KEY, "switch_graphics", "Pixels", show=False, priority=True),
    ]

    def __init__(
        self,
        graphics: Graphics | None = None,
        decide_graphics: Callable[[Answers], Graphics] | None = None,
        **terminal: Any,
    ) -> None:
        """`decide_graphics` says what follows from answers that come late; `terminal`: see DepthApp."""
        self.graphics = self._first_graphics = graphics or Graphics()
        self._decide_graphics = decide_graphics
        super().__init__(**terminal)
        # Who has images in the terminal.
        self.image_owners: WeakSet[HoldsImages] = WeakSet()
        # Those of them whose images are kept without being seen, the one covered last at the end.
        self._unseen_owners: list[HoldsImages] = []
        # Commands that free what is left of images, written when the terminal is left.
        self.last_frees: list[str] = []
        # What the terminal kept of images is gone.
        self.images_lost: Signal[None] = Signal(self, "images-lost")
        self.transfers = Transfers(
            lambda text: self.write_to_terminal(text), self._later, asks=not constants.DISABLE_KITTY_KEY
        )
        self._loop: asyncio.AbstractEventLoop | None = None

    async def on_mount(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.app_resume_signal.subscribe(self, lambda app: self._terminal_is_back(), immediate=True)

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        if self._loop is not None:
            self._loop.call_later(seconds, do)

    def terminal_answered(self, count: int) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.transfers.answered, count)

    def images_covered(self, owner: HoldsImages) -> None:
        """The images of `owner` are kept without being seen; those that were covered first go for too many."""
        unseen = [*self._unseen_owners, owner]
        self._unseen_owners = unseen[-_MOST_COVERED:]
        for oldest in unseen[:-_MOST_COVERED]:
            oldest.hide()

    def images_uncovered(self, owner: HoldsImages) -> None:
        """They are seen again, or gone."""
        if owner in self._unseen_owners:
            self._unseen_owners.remove(owner)

    def keeps_covered(self, owner: HoldsImages) -> bool:
        """Whether images of another are kept without being seen: freeing those of `owner` would take them, too, in a kitty
        before September 2026."""
        return any(other is not owner for other in self._unseen_owners)

    def take_terminal_again(self) -> None:
        super().take_terminal_again()
        self.leave_terminal()  # it may have everything still
        self.transfers.begin_again()
        self.images_lost.publish(None)

    def leave_terminal(self) -> int:
        for owner in list(self.image_owners):
            owner.hide()
        if self.last_frees:
            self.write_to_terminal("".join(self.last_frees))
            self.last_frees.clear()
        return self.transfers.leave() + self.late_answers.awaited

    def _terminal_is_back(self) -> None:
        self.transfers.begin_again()
        self.ask_terminal()
        self.images_lost.publish(None)

    @property
    def grid(self) -> Grid:
        """The dots of a cell that pictures are drawn with."""
        shown = self.graphics
        if shown.kind != CELLS:
            width, height = shown.cell
            return Grid(width, height, height / width)
        # Few colours are dithered, for which half blocks have dots enough.
        return GLYPHS[shown.glyphs] if self.palette is None else HALVES

    def on_depth_app_answered(self, event: DepthApp.Answered) -> None:
        if self._decide_graphics is None:
            return
        if (graphics := self._decide_graphics(event.answers)) != self._first_graphics:
            self._first_graphics = graphics
            if self.graphics.kind == CELLS != self.graphics.possible:  # so a person chose
                graphics = msgspec.structs.replace(graphics, kind=CELLS, why=self.graphics.why)
            self.change_graphics(graphics)

    def change_graphics(self, graphics: Graphics) -> None:
        """Draws every picture anew in this way."""
        self.graphics = graphics
        self.refresh_css(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """With another font, cells have another size."""
        self.is_screen_doubtful = True
        columns, rows, width, height = window_size() if self.graphics.kind != CELLS else (0, 0, 0, 0)
        if columns and rows and width >= columns and height >= rows:
            told = width / columns, height / rows
            if any(abs(new - old) >= 1 for new, old in zip(told, self.graphics.cell, strict=True)):
                cell = float(width // columns), float(height // rows)
                self.change_graphics(msgspec.structs.replace(self.graphics, cell=cell))
        elif self.graphics.possible != CELLS:
            self.ask_cell()  # in VS Code only the terminal itself knows

    def action_switch_graphics(self) -> None:
        """Pixels or cells, until the app ends."""
        shown = self.graphics
        if shown.kind != CELLS:
            self.change_graphics(msgspec.structs.replace(shown, kind=CELLS, why="chosen by its key"))
            self.notify(
                "Images in cells until you leave; F7: pixels. To keep it: tui-labeler config set graphics cells"
            )
        elif shown.possible != CELLS:
            self.change_graphics(msgspec.structs.replace(shown, kind=shown.possible, why="chosen by its key"))
            self.notify("Images in pixels")
        else:
            self.notify(f"Images stay in cells: {shown.why}.", markup=False)


def transfers_of_app(widget: Widget) -> Transfers | None:
    """What sends images of this widget; None where there is no terminal to send them to."""
    transfers: Transfers | None = getattr(widget.app, "transfers", None)
    return transfers


def grid_of_app(widget: Widget) -> Grid:
    """The dots of a cell that pictures in this widget are drawn with."""
    grid: Grid = getattr(widget.app, "grid", HALVES)
    return grid
