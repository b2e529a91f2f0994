"""Choosing the Azure ML workspace: every one that the person can see, searched as one types."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static

from tui_labeler.model.azure import WorkspaceRef
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import plural, safe_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.screens.base import HELP_BESIDE_FIELDS, LabelerScreen
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.widgets.rowtable import Column, TextTable
from tui_labeler.tui.workers import work


class WorkspacesScreen(LabelerScreen[WorkspaceRef | None]):
    """Typing searches, arrows move, Enter takes. Ends with the workspace, or None."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("choose", "enter", "Choose", "Use this workspace from now on.", shown="⏎", priority=True),
        Action("down", "down", "Next", "The next workspace.", footer=False, priority=True),
        Action("up", "up", "Before", "The workspace before.", footer=False, priority=True),
        Action("back", "escape", "Back", "Leave without a choice.", shown="Esc"),
        HELP_BESIDE_FIELDS,
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = "Names, resource groups, subscriptions and places are searched; several words have to hold all of them."
    CSS_PATH = "workspaces.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[WorkspaceRef, ...] = ()
        self._shown: list[WorkspaceRef] = []

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", "Azure ML", "Workspace")

    def note(self) -> Content | str:
        return f"{len(self._shown):,} of {plural(len(self._all), 'workspace')}" if self._all else ""

    def compose_body(self) -> ComposeResult:
        yield Field(placeholder="Search by name, resource group or subscription")
        yield TextTable(
            Column("Workspace", shrinks=True),
            Column("Resource group", shrinks=True),
            Column("Subscription", shrinks=True),
            Column("Location"),
        )
        yield Static("", id="none")

    def on_mount(self) -> None:
        self.query_one(TextTable).can_focus = False
        self.query_one(Input).focus()
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        dialog = JobDialog[tuple[WorkspaceRef, ...]](
            "Azure ML workspaces", lambda tell: self.workspace.azure.account.workspaces(tell)
        )
        workspaces = await self.app.push_screen_wait(dialog)
        if isinstance(workspaces, LabelerError):
            self.show_error(workspaces)
            self.query_one("#none", Static).update(Content(safe_text(workspaces, 400)))
        elif workspaces is not None:
            self._all = workspaces
            self._fill()

    @on(Input.Changed)
    def _fill(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        self._shown = [workspace for workspace in self._all if all(word in _text(workspace) for word in words)]
        rows = [
            (
                workspace.address,
                (
                    workspace.name,
                    workspace.group,
                    workspace.subscription_name or workspace.subscription,
                    workspace.location,
                ),
            )
            for workspace in self._shown
        ]
        table = self.query_one(TextTable)
        table.show_rows(rows)
        table.move_cursor(row=0, animate=False)
        none = "" if self._shown else "No workspace holds that." if self._all else "You can see no Azure ML workspace."
        self.query_one("#none", Static).update(none)
        self.refresh_crumbs()
        self.refresh_keys()

    def disabled_reason(self, action: str) -> str:
        return "There is no workspace to choose." if action == "choose" and not self._shown else ""

    def action_choose(self) -> None:
        row = self.query_one(TextTable).cursor_row
        if row < len(self._shown):
            self.dismiss(self._shown[row])

    def action_down(self) -> None:
        self.query_one(TextTable).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(TextTable).action_cursor_up()

    def action_back(self) -> None:
        self.dismiss(None)


def _text(workspace: WorkspaceRef) -> str:
    return f"{workspace.address} {workspace.subscription_name} {workspace.location}".casefold()
