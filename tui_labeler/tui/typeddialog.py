"""Dialogs in which one types: what was typed and not taken is there again when the dialog is opened the next time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

import msgspec
from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from tui_labeler.model.errors import LabelerError
from tui_labeler.tui.workers import work

if TYPE_CHECKING:
    from tui_labeler.tui.services import AppServices

R = TypeVar("R")
_AS_BEFORE = "Typed before, not kept · Ctrl+R as it was"


class _Typed(msgspec.Struct):
    """The fields' texts as the dialog opened, and as they were left."""

    found: list[str]
    left: list[str]


class TypedDialog(ModalScreen[R | None]):
    """Escape leaves it and loses nothing. `about` names what is typed about (a project, an image): each has its own text;
    nothing is remembered where it is empty. Subclasses end with `take`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("ctrl+r", "as_found", "As it was", priority=True),
    ]

    def __init__(self, about: str) -> None:
        super().__init__()
        self._about = about
        self._as_found: list[str] | None = None  # until it ends with a result
        self._remembered: list[str] | None = None
        self._is_recalled = False

    @property
    def _services(self) -> AppServices:
        return cast("AppServices", self.app)

    @property
    def _memo(self) -> str:
        return f"typed {type(self).__name__} {self._about} {self._services.labeler}"

    def _fields(self) -> list[Input | TextArea]:
        return [field for field in self.query("Input, TextArea") if isinstance(field, Input | TextArea)]

    def _texts(self) -> list[str]:
        return [field.value if isinstance(field, Input) else field.text for field in self._fields()]

    def _show(self, texts: list[str]) -> None:
        for field, text in zip(self._fields(), texts, strict=True):
            if isinstance(field, Input):
                field.value = text
            else:
                field.text = text
                field.move_cursor(field.document.end)

    @on(events.Mount)
    def _note_found(self) -> None:
        """After the subclass has filled its fields."""
        self._as_found = self._texts()
        self._give_back(self._as_found)

    @work(exclusive=True, group="recall")
    async def _give_back(self, found: list[str]) -> None:
        with contextlib.suppress(LabelerError, msgspec.DecodeError):
            kept = await asyncio.to_thread(self._services.workspace.memory.recall, self._memo) if self._about else None
            typed = msgspec.json.decode(kept, type=_Typed) if kept else None
            # What one typed into something that is another one now would undo the change.
            if typed is not None and typed.found == found == self._texts() and len(typed.left) == len(found):
                self._remembered = typed.left
                self._show(typed.left)
                self.query_one(".dialog").border_subtitle = Content(_AS_BEFORE)
        self._is_recalled = True

    @on(Input.Changed)
    @on(TextArea.Changed)
    @work(exclusive=True, group="remember")
    async def _remember_soon(self) -> None:
        await asyncio.sleep(0.15)  # a word costs one write
        await asyncio.to_thread(self.save_now)

    def save_now(self) -> None:
        """On the disk when it returns. Also called when the app is ended from outside."""
        texts, found = self._texts(), self._as_found
        if not self._about or found is None or texts == (self._remembered or found):
            return
        with contextlib.suppress(LabelerError):  # the text is still in its field, and the next change tries again
            self._write(_Typed(found, texts) if texts != found else None)
            self._remembered = texts

    def _write(self, typed: _Typed | None) -> None:
        text = msgspec.json.encode(typed).decode() if typed is not None else None
        self._services.workspace.memory.remember(self._memo, text)

    async def action_leave(self) -> None:
        await asyncio.to_thread(self.save_now)
        self.dismiss(None)

    def action_as_found(self) -> None:
        if self._as_found is not None:
            self._show(self._as_found)
            self.query_one(".dialog").border_subtitle = ""

    @work(exclusive=True, group="remember")
    async def take(self, result: R) -> None:
        """Leaves with a result; what was typed is of no more use."""
        if self._about and (self._remembered is not None or not self._is_recalled):
            with contextlib.suppress(LabelerError):
                await asyncio.to_thread(self._write, None)
            self._as_found = None
        self.dismiss(result)
