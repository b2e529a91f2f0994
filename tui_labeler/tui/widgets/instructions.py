"""The fields of labeling instructions: a URL, Markdown with a preview, and the person's own editor."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, ContentSwitcher, Input, Markdown, Static, TextArea

from tui_labeler.model.project import Instructions
from tui_labeler.model.text import safe_text
from tui_labeler.tui.editor import EditorProblem, edit_text


def safe_markdown(text: str) -> str:
    """Markdown of someone else, line by line without control characters."""
    return "\n".join(safe_text(line) for line in text.split("\n"))


class InstructionsFields(Vertical):
    """`fill` shows, `read` takes."""

    DEFAULT_CSS = """
    InstructionsFields { height: auto; }
    InstructionsFields ContentSwitcher { height: 10; margin-top: 1; }
    InstructionsFields TextArea { height: 10; }
    InstructionsFields Markdown { height: 10; overflow-y: auto; border: round $border-blurred; }
    InstructionsFields Horizontal { height: auto; }
    InstructionsFields Button { margin: 0 2 0 0; }
    """

    class Changed(Message):
        """A person typed."""

    def compose(self) -> ComposeResult:
        yield Static("Instruction URL", classes="label")
        yield Input(placeholder="https://…", id="url")
        with ContentSwitcher(initial="text"):
            yield TextArea(
                id="text", language=None, tab_behavior="focus", placeholder="Or write them here, as Markdown"
            )
            yield Markdown("", id="preview", open_links=False)
        with Horizontal():
            yield Button("Preview", id="toggle", compact=True)
            yield Button("Open in $EDITOR", id="edit", compact=True)

    def fill(self, found: Instructions) -> None:
        self.query_one("#url", Input).value = found.url
        self.query_one("#text", TextArea).text = found.text

    def read(self) -> Instructions:
        return Instructions(self.query_one("#url", Input).value.strip(), self.query_one("#text", TextArea).text)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self) -> None:
        self.post_message(self.Changed())

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
