"""The team of a workspace on PostgreSQL: who may do what, and how many tasks each has open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.team import LOGIN_RULE, Member, Role, login_problem
from tui_labeler.model.text import plural, safe_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import Confirm, Pick, Prompt
from tui_labeler.tui.screens.base import HELP, THEME
from tui_labeler.tui.screens.searchedlist import SearchedListScreen
from tui_labeler.tui.widgets.rowtable import Column, TextTable
from tui_labeler.tui.widgets.searchfield import SearchField
from tui_labeler.tui.workers import work

_FOLLOW = 1.0
_NO_ROLES = "This workspace has no roles yet: whoever can sign in to the database may do everything in it.\n\n"
_MAKES = "  makes the roles owner, reviewer and labeler, and you an owner. Then the server holds what each may do."


class TeamScreen(SearchedListScreen[None]):
    """People by name, with their roles; owners add them, take them away, and change their roles."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("role", "enter", "Role", "Give the person another role.", shown="⏎"),
        Action("new", "n", "Add", "Let a login of the server into the workspace; it is made where there is none."),
        Action(
            "delete", "x,delete", "Remove", "Take the person's role away. Their labels stay, and so does the login."
        ),
        Action("search", "slash", "Search", "Show only people whose name holds what you type."),
        THEME,
        HELP,
        Action("back", "escape,q", "Back", "Leave this screen.", shown="q"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = (
        "A person is a login of the PostgreSQL server, and their **role** is held by the server: "
        + "; ".join(f"**{role.value}**: {role.words}" for role in Role)
        + ". A project's workforce says who of the team labels there."
    )
    AUTO_FOCUS = "#members"
    CSS_PATH = "team.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._members: tuple[Member, ...] = ()
        self._mark: Hashable = None
        self._to_select = ""

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", "Team")

    def note(self) -> str:
        total, shown = len(self._members), len(self._matching())
        of_all = f"{shown:,} of " if shown < total else ""
        return f"{of_all}{total:,} {'person' if total == 1 else 'people'}" if total else ""

    def compose_body(self) -> ComposeResult:
        yield SearchField()
        yield TextTable(
            Column("Name", shrinks=True, bold=True),
            Column("Role"),
            Column("Open tasks", right=True),
            id="members",
        )
        yield Static("", id="may")
        with VerticalScroll(id="no-roles", can_focus=False):
            yield Static("")

    async def on_mount(self) -> None:
        self.set_interval(_FOLLOW, self._follow)
        await self._reload()

    def _table(self) -> TextTable:
        return self.query_one("#members", TextTable)

    def _follow(self) -> None:
        if (mark := self.change_mark()) is not None and mark != self._mark and self.is_active:
            self._reload_meanwhile()

    @work(exclusive=True, group="reload")
    async def _reload_meanwhile(self) -> None:
        await self._reload()

    @property
    def _has_roles(self) -> bool:
        return self.workspace.team.standing is not None

    async def _reload(self) -> None:
        self._mark = self.change_mark() or self._mark
        if self._has_roles:
            members = await self.ask(self.workspace.team.members)
            if members is None or not self.is_attached:
                return
            self._members = members
        self.set_class(not self._has_roles, "-no-roles")
        table = self._table()
        table.disabled = not self._has_roles  # else its ⏎ is the one that is meant
        if self.focused is None and self._has_roles:
            table.focus()
        text = Content.assemble(_NO_ROLES, ("⏎", "bold $accent"), _MAKES)
        self.query_one("#no-roles Static", Static).update(text)
        self._fill()

    def _matching(self) -> list[Member]:
        return [member for member in self._members if self.search_field.matches(member.name)]

    def _fill(self) -> None:
        table, members, me = self._table(), self._matching(), self.workspace.team.person
        before = selected.name if (selected := self._selected) else ""
        if any(member.name == self._to_select for member in members):  # else it was asked before they came
            before, self._to_select = self._to_select, ""
        table.show_rows(
            [
                (
                    member.name,
                    (
                        f"{member.name} (you)" if member.name == me else member.name,
                        member.role.value,
                        f"{member.has_open:,}" if member.has_open else "",
                    ),
                )
                for member in members
            ]
        )
        row = next((place for place, member in enumerate(members) if member.name == before), table.cursor_row)
        table.move_cursor(row=row, animate=False)
        self.refresh_crumbs()
        self._moved()

    @property
    def _selected(self) -> Member | None:
        """The person that the cursor stands on."""
        table = self._table()
        if not table.row_count or not table.is_valid_row_index(table.cursor_row):
            return None
        name = table.coordinate_to_cell_key((table.cursor_row, 0)).row_key.value  # type: ignore[arg-type]
        return next((member for member in self._members if member.name == name), None)

    # What can be done

    def title_of(self, action: Action) -> str:
        return "Make roles" if action.name == "role" and not self._has_roles else action.title

    def disabled_reason(self, action: str) -> str:
        if action not in ("role", "new", "delete", "search"):
            return ""
        if not self._has_roles:
            return "" if action == "role" else "There are no roles yet: press ⏎ to make them."
        if action == "search":
            return ""
        if reason := self.workspace.team.why_no_change:
            return reason
        return "Nobody is chosen: Esc shows all again." if action != "new" and self._selected is None else ""

    @on(DataTable.RowSelected)
    async def _chosen(self) -> None:
        await self.action_perform("role")

    @on(DataTable.RowHighlighted)
    def _moved(self) -> None:
        member = self._selected
        text = f"{member.name}, {member.role.value}: {member.role.words}." if member else ""
        self.query_one("#may", Static).update(Content(safe_text(text)))
        self.refresh_keys()

    @work(exclusive=True)
    async def action_role(self) -> None:
        if not self._has_roles:
            await self._make_roles()
        elif member := self._selected:
            role = await self._ask_role(f"The role of “{member.name}”", member.role)
            if role is not None and role is not member.role:
                await self._change_role(member, role)

    async def _make_roles(self) -> None:
        text = (
            "You become an owner. Whoever else used this workspace is kept out until you add them, and labels under "
            "the name of their login from then on."
        )
        if await self.app.push_screen_wait(Confirm("Make the roles?", text, "Make them", danger=False)):
            team = self.workspace.team

            def make() -> str:
                team.make()
                return f"“{team.person}” is an owner. Add the others: n."

            await self._do(make)

    async def _ask_role(self, title: str, role: Role) -> Role | None:
        choices = {each.value: f"{each.value:<9} {each.words}" for each in Role}
        chosen = await self.app.push_screen_wait(Pick(title, choices, role.value))
        return Role(chosen) if chosen else None

    async def _change_role(self, member: Member, role: Role) -> None:
        is_me = member.name == self.workspace.team.person
        text = f"As {role.value} you cannot change the team any more, nor give yourself the role owner again."
        if is_me and not await self.app.push_screen_wait(Confirm("Leave the owners?", text, "Leave them")):
            return

        def change() -> str:
            self.workspace.team.change(member.name, role)
            return f"“{member.name}” is {role.value}: {role.words}."

        await self._do(change)

    @work(exclusive=True)
    async def action_new(self) -> None:
        hint = "The login as the server knows it: its name stands on their labels."
        name = await self.app.push_screen_wait(Prompt("Add someone to the team", hint, problem=self._name_problem))
        if not name:
            return
        role = await self._ask_role(f"The role of “{name}”", Role.LABELER)
        if role is None:
            return

        def add() -> str:
            if not self.workspace.team.add(name, role):
                return f"“{name}” is {role.value}."
            command = self.workspace.team.password_command(name)
            return f"“{name}” is {role.value}. The login is new; where the server asks for a password: {command}"

        self._to_select = name
        await self._do(add)

    def _name_problem(self, name: str) -> str:
        if problem := login_problem(name):
            return f"{problem} {LOGIN_RULE}"
        member = next((member for member in self._members if member.name == name), None)
        return f"“{name}” is {member.role.value} already: ⏎ in the list changes the role." if member else ""

    @work(exclusive=True)
    async def action_delete(self) -> None:
        member = self._selected
        if member is None:
            return
        back = (
            f" What is open there ({plural(member.has_open, 'task')}) can be had by others." if member.has_open else ""
        )
        who, whose = ("You", "Your") if member.name == self.workspace.team.person else ("They", "Their")
        text = (
            f"{who} cannot open this workspace any more.{back} {whose} labels and drafts stay, and so does the login."
        )
        if await self.app.push_screen_wait(Confirm(f"Remove “{member.name}” from the team?", text, "Remove")):

            def remove() -> str:
                given_back = self.workspace.team.remove(member.name)
                left = f"; {plural(given_back, 'task')} came back" if given_back else ""
                return f"“{member.name}” is not of the team any more{left}."

            await self._do(remove)

    async def _do(self, step: Callable[[], str]) -> None:
        """Does it in a thread, and tells what it says, or why it could not be done; then the list is as it is now."""
        try:
            told = await asyncio.to_thread(step)
        except LabelerError as error:
            self._to_select = ""
            self.show_error(error)
        else:
            self.tell(safe_text(told, 400))
        if self.is_attached:
            await self._reload()
