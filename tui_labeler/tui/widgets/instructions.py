"""The fields of labeling instructions: a URL, Markdown with a preview, and the person's own editor."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, ContentSwitcher, Input, Markdown, Static, TextArea

from tui_labeler.model.project import Instructions
from tui_labeler.model.text import safe_lines, safe_text
from tui_labeler.tui.editor import EditorProblem, edit_text
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.widgets.textfield import TextField


def safe_markdown(text: str) -> str:
    """Markdown of someone else, line by line without control characters."""
    return safe_lines(text)


class InstructionsFields(Vertical):
    """`fill` shows, `read` takes."""

    DEFAULT_CSS = """
    InstructionsFields { height: auto; }
    InstructionsFields ContentSwitcher { height: 1fr; min-height: 4; margin-bottom: 1; }
    InstructionsFields TextArea { height: 100%; }
    InstructionsFields Markdown { height: 100%; overflow-y: auto; padding: 0 1; border-left: outer $border-blurred; }
    InstructionsFields .heading { margin-top: 1; height: 1; }
    InstructionsFields .heading Static { width: 1fr; }
    InstructionsFields .heading Button { margin: 0 0 0 1; }
    """

    def __init__(self, url_error: Static | None = None, text_error: Static | None = None) -> None:
        """The lines that say what is wrong with the URL and with the text, where the form has such lines."""
        super().__init__()
        self._url_error, self._text_error = url_error, text_error

    class Changed(Message):
        """A person typed."""

    def compose(self) -> ComposeResult:
        yield Static("Detailed task instruction URL", classes="label")
        yield Field(placeholder="https://…", id="url")
        if self._url_error:
            yield self._url_error
        with Horizontal(classes="heading"):
            yield Static("Task instructions")
            yield Button("Preview", id="toggle")
            yield Button("$EDITOR", id="edit")
        with ContentSwitcher(initial="text"):
            yield TextField(id="text", placeholder="Markdown")
            yield Markdown("", id="preview", open_links=False)
        if self._text_error:
            yield self._text_error

    def fill(self, instructions: Instructions) -> None:
        self.query_one("#url", Input).value = instructions.url
        self.query_one("#text", TextArea).text = instructions.text

    def read(self) -> Instructions:
        return Instructions(self.query_one("#url", Input).value.strip(), self.query_one("#text", TextArea).text)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self) -> None:
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _to_text(self, event: Input.Submitted) -> None:
        """From the URL to the text, where that can be typed."""
        if self.query_one(ContentSwitcher).current == "text":
            event.stop()
            self.query_one("#text", TextArea).focus()

    @on(Button.Pressed, "#toggle")
    async def _toggle(self) -> None:
        switcher = self.query_one(ContentSwitcher)
        showing = switcher.current == "text"
        if showing:
            await self.query_one("#preview", Markdown).update(safe_markdown(self.query_one("#text", TextArea).text))
        switcher.current = "preview" if showing else "text"
        self.query_one("#toggle", Button).label = Content("Write" if showing else "Preview")

    @on(Button.Pressed, "#edit")
    def _edit(self) -> None:
        area = self.query_one("#text", TextArea)
        try:
            area.text = edit_text(self.app, area.text)
        except EditorProblem as problem:
            self.notify(safe_text(problem), severity="warning", markup=False)
