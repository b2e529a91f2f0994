"""Walking through folders to choose one, and adding a datastore."""

from __future__ import annotations

import asyncio
import os
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.names import name_problem
from tui_labeler.model.tasks import Datastore
from tui_labeler.model.text import fitted, safe_text
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.typeddialog import TypedDialog
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.widgets.pathfield import CompletedNames, PathField
from tui_labeler.tui.workers import work
from tui_labeler.workspace import Workspace


class FolderBrowser(ModalScreen[str | None]):
    """Enter goes into a folder, Ctrl+S uses the one that is shown. Below a datastore's root (`datastore`), or anywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Cancel"),
        Binding("ctrl+s", "use", "Use this folder"),
        Binding("left,backspace", "up", "Up"),
    ]
    CSS_PATH = dialog_styles("wizard.tcss")

    def __init__(self, workspace: Workspace, start: str, datastore: str = "") -> None:
        super().__init__()
        self._workspace, self._datastore = workspace, datastore
        self._folder = start

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Choose a folder"
            yield Static("", id="where")
            yield OptionList()
            yield Static("⏎ goes in · ← goes up · Ctrl+S uses this folder · Esc leaves", classes="hint")
            yield Static("", classes="error")
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Use this folder (Ctrl+S)", id="yes", variant="primary")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()
        self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        try:
            names = await asyncio.to_thread(self._workspace.datasets.folders, self._folder, self._datastore)
        except LabelerError as error:
            self.query_one(".error", Static).update(Content(safe_text(error, 400)))
            return
        self._show(names)

    def _show(self, names: tuple[str, ...]) -> None:
        self.query_one(".error", Static).update("")
        self.query_one("#where", Static).update(Content(fitted(self._folder or "/", 60)))
        rows = self.query_one(OptionList)
        rows.clear_options()
        rows.add_options([Option(Content(f"▸ {fitted(name, 56)}"), name) for name in names])
        if not names:
            rows.add_option(Option(Content.styled("no folder in here", "$foreground 60%"), disabled=True))
        else:
            rows.highlighted = 0

    @on(OptionList.OptionSelected)
    def _into(self, event: OptionList.OptionSelected) -> None:
        if event.option.id:
            self._folder = os.path.join(self._folder, event.option.id)
            self._look()

    def action_up(self) -> None:
        self._folder = os.path.dirname(self._folder.rstrip("/"))
        self._look()

    @on(Button.Pressed, "#yes")
    def action_use(self) -> None:
        self.dismiss(self._folder)

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        self.dismiss(None)


class AddDatastore(TypedDialog[Datastore]):
    """A name and a folder; the new datastore, or None."""

    CSS_PATH = dialog_styles("wizard.tcss")

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("a new one")
        self._workspace = workspace

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Add a datastore"
            yield Static("A name for a folder that holds images; they stay where they are.", classes="hint")
            yield Static("Folder (Tab completes it)", classes="label")
            names = CompletedNames()
            yield PathField(
                complete=self._workspace.datasets.complete_path,
                names=names,
                placeholder="for example ~/images",
                id="url",
            )
            yield names
            yield Static("Name", classes="label")
            yield Field(placeholder="for example cans", id="name")
            yield Static("", classes="error")
            with Horizontal():
                yield Button("Browse", id="browse")
                yield Button("Cancel (Esc)", id="no")
                yield Button("Add (⏎)", id="yes", variant="primary")

    @on(Input.Submitted, "#url")
    def _to_name(self, event: Input.Submitted) -> None:
        name = self.query_one("#name", Input)
        if not name.value:
            proposed = os.path.basename(event.value.rstrip("/"))
            name.value = "" if name_problem(proposed, "datastore") else proposed
        name.focus()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one(".error", Static).update("")  # it was about what stood there before

    @on(Button.Pressed, "#browse")
    @work(exclusive=True)
    async def _browse(self) -> None:
        start = os.path.expanduser(self.query_one("#url", Input).value or "~")
        folder = await self.app.push_screen_wait(FolderBrowser(self._workspace, start))
        if folder:
            self.query_one("#url", Input).value = folder
            self.query_one("#url", Input).focus()

    @on(Input.Submitted, "#name")
    @on(Button.Pressed, "#yes")
    @work(group="add")
    async def _add(self) -> None:
        name, url = self.query_one("#name", Input).value, self.query_one("#url", Input).value
        try:
            made = await asyncio.to_thread(self._workspace.datasets.add_datastore, name, url)
        except LabelerError as error:
            self.query_one(".error", Static).update(Content(safe_text(error, 400)))
            return
        if warning := await asyncio.to_thread(self._workspace.datasets.warning, made):
            self.app.notify(safe_text(warning, 400), severity="warning", markup=False, timeout=15)
        self.take(made)

    @on(Button.Pressed, "#no")
    async def _leave(self) -> None:
        await self.action_leave()
