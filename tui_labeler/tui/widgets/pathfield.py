"""A field for a path of this machine: Tab and → complete it, as in a shell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui_labeler.datastores.pathcompletion import PathCompletion
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import cell_width, fitted, safe_text
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.workers import work

# Keys that are typed behind a Tab wait so long for what it completes; a slower folder comes later, and they do not wait.
_AT_ONCE = 0.3
_MOST_ROWS = 4
_WIDEST = 30


class CompletedNames(Static):
    """What a path can become; nothing, and no row, where nothing is to be chosen."""

    DEFAULT_CSS = """
    CompletedNames { height: auto; color: $text-muted; display: none; }
    CompletedNames.-shown { display: block; }
    """

    def show(self, text: str) -> None:
        self.set_class(bool(text), "-shown")
        self.update(Content(text))

    def offer(self, names: tuple[str, ...]) -> None:
        parent = self.parent
        room = max(getattr(parent, "content_size", self.app.size).width, 20)
        self.show("\n".join(_columns(names, room)))


def _columns(names: tuple[str, ...], room: int) -> list[str]:
    """Names beside each other in at most `_MOST_ROWS` rows; how many more there are stands last."""
    texts = [fitted(name, min(_WIDEST, room)) for name in names]
    width = max(map(cell_width, texts), default=0) + 2
    beside = max((room + 2) // width, 1)
    rows = _MOST_ROWS if len(texts) <= _MOST_ROWS * beside else _MOST_ROWS - 1
    shown = texts[: rows * beside]
    lines = [
        "".join(text + " " * (width - cell_width(text)) for text in shown[at : at + beside]).rstrip()
        for at in range(0, len(shown), beside)
    ]
    if more := len(texts) - len(shown):
        lines.append(f"… and {more:,} more")
    return lines


class PathField(Field):
    """`complete` reads folders, in a thread; `names` is where the candidates stand. Tab leads on to the next field where
    there is nothing to complete, or once it has shown what there is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", show=False)]

    def __init__(
        self,
        value: str = "",
        *,
        complete: Callable[[str], PathCompletion],
        names: CompletedNames,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id)
        self._complete, self._names = complete, names
        self._offered = ""  # the text whose candidates were shown

    def watch_value(self, value: str) -> None:
        super().watch_value(value)
        if self.is_attached and value != self._offered:
            self._offered = ""
            self._names.show("")

    async def action_complete(self) -> None:
        typed = self.value
        if not typed or typed == self._offered or not self._at_end:
            self.screen.focus_next()
            return
        await self._look(typed, leads_on=True)

    def action_cursor_right(self, select: bool = False) -> None:
        if select or not self._at_end or not self.value or self.value == self._offered:
            super().action_cursor_right(select)
        else:
            self._look_aside(self.value)

    @property
    def _at_end(self) -> bool:
        return self.cursor_position >= len(self.value)

    async def _look(self, typed: str, leads_on: bool) -> None:
        asked = asyncio.ensure_future(asyncio.to_thread(self._completed, typed))
        await asyncio.wait((asked,), timeout=_AT_ONCE)
        if asked.done():
            self._take(typed, asked.result(), leads_on)
        else:
            self._names.show("Looking …")
            self._take_late(typed, asked, leads_on)

    @work(exclusive=True, group="complete")
    async def _look_aside(self, typed: str) -> None:
        await self._look(typed, leads_on=False)

    @work(exclusive=True, group="complete late")
    async def _take_late(
        self, typed: str, asked: asyncio.Future[PathCompletion | LabelerError], leads_on: bool
    ) -> None:
        found = await asked
        self._take(typed, found, leads_on and self.value == typed)

    def _completed(self, typed: str) -> PathCompletion | LabelerError:
        try:
            return self._complete(typed)
        except LabelerError as error:
            return error

    def _take(self, typed: str, found: PathCompletion | LabelerError, leads_on: bool) -> None:
        if not self.is_attached or not self.value.startswith(typed):
            return  # something else is asked now
        if isinstance(found, LabelerError):
            self._offered = self.value
            self._names.show(safe_text(str(found), 300))
            return
        since = self.value[len(typed) :]
        self.value = found.text + (since.removeprefix("/") if found.text.endswith("/") else since)
        self.cursor_position = len(self.value)
        self._offered = "" if since else self.value if found.names else ""
        self._names.offer(found.names if not since else ())
        if leads_on and not found.names and found.text == typed and self.has_focus:
            self.screen.focus_next()
