"""The app in as many colours as its terminal has: widgets by a filter on their lines, pictures by their palette."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.filter import LineFilter
from textual.message import Message
from textual.widget import Widget

from tui_labeler.imaging.palette import Palette
from tui_labeler.terminal.answers import Answers
from tui_labeler.terminal.probe import LateAnswers


def palette_of_app(widget: Widget) -> Palette | None:
    """What pictures in this widget are drawn with: None for direct colour."""
    palette: Palette | None = getattr(widget.app, "palette", None)
    return palette


class DepthFilter(LineFilter):
    """Writes each colour of a line as the nearest of the terminal's own. (Rich would do it when it writes, but takes dark
    greys for navy, and never again once a style was written.)"""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self._style = lru_cache(4096)(self._find_style)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(text, style and self._style(style), control) for text, style, control in segments]

    def _find_style(self, style: Style) -> Style:
        return style + Style.from_color(self._colour(style.color), self._colour(style.bgcolor))

    def _colour(self, colour: RichColor | None) -> RichColor | None:
        if colour is None or colour.type is not ColorType.TRUECOLOR or colour.triplet is None:
            return colour
        (number,) = self._palette.nearest(np.array([colour.triplet], np.uint8)).tolist()
        kind = ColorType.STANDARD if self._palette.is_sixteen else ColorType.EIGHT_BIT
        return RichColor(f"color({number})", kind, number)


class AnswerKeys:
    """Keeps what the terminal answers late from being typed into the app. Called from the driver's thread."""

    def __init__(
        self, answers: Answers, rest: str, give: Callable[[Message], None], told: Callable[[Answers], None]
    ) -> None:
        self._guard = threading.RLock()
        self._late = LateAnswers[Message](answers, rest, give, told)
        self._timer: threading.Timer | None = None

    def take(self, message: Message) -> bool:
        """Whether the message was a key that is held back, or has been given on."""
        if not isinstance(message, events.Key) or self._late.done:
            return False
        with self._guard:
            self._late.take(_text_of(message), message)
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._late.patience, self._tick)
            self._timer.daemon = True
            self._timer.start()
        return True

    def _tick(self) -> None:
        with self._guard:
            self._late.tick()


def _text_of(key: events.Key) -> str:
    """The text that a key stands for. Textual writes an escape that it did not understand as ^, or as alt."""
    text = key.character or "\0"
    if key.key in ("circumflex_accent", "escape"):
        return "\x1b"
    return f"\x1b{text}" if key.key.startswith("alt+") else text
