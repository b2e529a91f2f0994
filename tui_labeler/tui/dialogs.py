"""Small questions over a screen: are you sure, one line of text, and progress of something long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import fitted, safe_text
from tui_labeler.tui.jobs import Job
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.workers import work
from tui_labeler.workspace import Progress

T = TypeVar("T")
_STYLES = Path(__file__).with_name("dialogs.tcss")


def dialog_styles(*own: str) -> list[str | PurePath]:
    """A CSS_PATH: how a dialog looks, `.dialog` around its parts, then the screen's `own` files beside it."""
    return [_STYLES, *own]


class Confirm(ModalScreen[bool]):
    """A question before something is lost. Escape and `n` say no; the focus stands on no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape,q", "answer(False)", "No"),
        Binding("left,right", "app.focus_next", show=False),
    ]
    CSS_PATH = dialog_styles()

    def __init__(self, title: str, text: str, yes: str, no: str = "Cancel", danger: bool = True) -> None:
        super().__init__()
        self._title, self._text, self._yes, self._no, self._danger = title, text, yes, no, danger

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(fitted(self._title, 60))
            yield Static(Content(safe_text(self._text).replace("␊", "\n")))
            with Horizontal():
                yield Button(Content(f"{safe_text(self._no, 30)} (n)"), id="no")
                yield Button(
                    Content(f"{safe_text(self._yes, 30)} (y)"), id="yes", variant="error" if self._danger else "primary"
                )

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)


class Prompt(ModalScreen[str | None]):
    """One line of text; `problem` says, as one types, why it cannot be taken. None when left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel")]
    CSS_PATH = dialog_styles()

    def __init__(self, title: str, hint: str, value: str = "", problem: Callable[[str], str] | None = None) -> None:
        super().__init__()
        self._title, self._hint, self._value = title, hint, value
        self._problem = problem or (lambda text: "")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(fitted(self._title, 60))
            yield Static(Content(self._hint), classes="hint")
            yield Field(self._value)
            yield Static("", classes="error")
            yield Static("Enter takes it · Esc leaves", classes="hint")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.query_one(".error", Static).update(
            Content(safe_text(self._problem(event.value) if event.value else "", 400))
        )

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        if not (problem := self._problem(event.value)):
            self.dismiss(event.value)
        else:
            self.query_one(".error", Static).update(Content(safe_text(problem, 400)))

    def action_leave(self) -> None:
        self.dismiss(None)


class Pick(ModalScreen[str | None]):
    """One of a few things, each a value with the text that stands for it; None when left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "Cancel")]
    CSS_PATH = dialog_styles()

    def __init__(self, title: str, choices: Mapping[str, str | Content], selected: str = "") -> None:
        super().__init__()
        self._title, self._choices, self._selected = title, choices, selected

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(fitted(self._title, 60))
            yield OptionList(
                *(
                    Option(text if isinstance(text, Content) else Content(fitted(text, 60)), value)
                    for value, text in self._choices.items()
                )
            )
            yield Static("⏎ takes it · Esc leaves", classes="hint")

    def on_mount(self) -> None:
        rows = self.query_one(OptionList)
        rows.focus()
        if self._selected in self._choices:
            rows.highlighted = list(self._choices).index(self._selected)

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_leave(self) -> None:
        self.dismiss(None)


class JobDialog(ModalScreen[T | LabelerError | None], Generic[T]):
    """Runs something long in a thread and shows how far it is; Escape stops it. Ends with the work's result, or with
    the LabelerError that it raised (Cancelled after Escape)."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "stop", "Cancel")]
    CSS_PATH = dialog_styles()

    def __init__(self, title: str, work: Callable[[Progress], T]) -> None:
        super().__init__()
        self._title = title
        self._job = Job(work)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(fitted(self._title, 60))
            yield Static("Starting…", id="what")
            yield ProgressBar(show_eta=False)
            yield Static("Esc cancels, and leaves nothing behind", classes="hint")

    def on_mount(self) -> None:
        self.set_interval(0.1, self._look)
        self._run()

    @work(exit_on_error=False)
    async def _run(self) -> None:
        try:
            self.dismiss(await asyncio.to_thread(self._job.run))
        except LabelerError as error:
            self.dismiss(error)

    def _look(self) -> None:
        if self._job.cancelled:
            self.query_one("#what", Static).update("Stopping…")
        elif self._job.at is not None:
            step, done, total = self._job.at
            self.query_one("#what", Static).update(Content(step.line(done, total)))
            self.query_one(ProgressBar).update(total=total or None, progress=done)

    def action_stop(self) -> None:
        self._job.cancel()
