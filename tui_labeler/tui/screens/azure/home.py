"""The Azure screen: who is signed in, and which workspace is in use."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.azure import SignInStatus, WorkspaceRef
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import safe_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.screens.azure.remoterows import retired_memo
from tui_labeler.tui.screens.azure.signin import sign_in
from tui_labeler.tui.screens.azure.workspaces import WorkspacesScreen
from tui_labeler.tui.screens.base import HELP, THEME, LabelerScreen
from tui_labeler.tui.widgets.sent import SentLines
from tui_labeler.tui.workers import work

_METHODS = {"encrypted": "encrypted, in this machine's store", "file": "in a plain file", "memory": "in memory only"}

_WHAT_FOR = (
    "With a workspace of the team's, its datastores hold the images of datasets, exports are uploaded and registered as "
    "data assets that AutoML trains on, and labels that the retired service left can be fetched.\n\n"
    "Without one, everything works here as well: in this workspace, on this machine."
)


class AzureScreen(LabelerScreen[None]):
    """Sign in, choose a workspace; then datastores, data assets and exports find their way."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action(
            "sign", "o", "Sign in", "With what this machine has, or with a code typed in any browser; then out again."
        ),
        Action("workspace", "w", "Workspace", "Choose the Azure ML workspace, and remember it."),
        Action(
            "import_labels", "i", "Import", "What the retired labeling service left: fetch it, and import its labels."
        ),
        Action("refresh", "r", "Check", "Ask Azure whether sign-in and workspace are valid."),
        Action("copy", "c", "Copy address", "The workspace's address, to your terminal's clipboard."),
        THEME,
        HELP,
        Action("back", "escape,q", "Back", "Leave this screen.", shown="q"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = (
        "With a workspace in use, its datastores and data assets stand in step 3 of a new project, an export is registered "
        "as a data asset with one key, and projects of the retired labeling service stand in the list, where it still "
        "answers."
    )
    CSS_PATH = "home.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._status: SignInStatus | None = None

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", "Azure ML")

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield SentLines("", id="facts")
            yield Static("", id="next")

    async def on_mount(self) -> None:
        await self._show()

    @property
    def _address(self) -> str:
        return self.services.settings.get("azure_workspace").value

    async def _show(self) -> None:
        self._status = status = await self.ask(self.workspace.azure.account.status)
        if status is None or not self.is_attached:
            return
        who = f"{status.username or 'yes'} ({status.method})" if status.signed_in else "nobody"
        rows = [
            ("Signed in", who),
            *((("Tenant", status.tenant),) if status.tenant else ()),
            *((("Tokens", _METHODS.get(status.kept, "with the sign-in of this machine")),) if status.signed_in else ()),
            ("Cloud", status.cloud),
            ("Workspace", self._address or "none in use"),
        ]
        lines = [
            (
                Content.assemble((key.ljust(12), "$foreground 60%"), safe_text(value)),
                self._address if key == "Workspace" else "",
            )
            for key, value in rows
        ]
        if status.note:
            lines += [(Content(""), ""), (Content.styled(safe_text(status.note), "$text-warning"), "")]
        self.query_one("#facts", SentLines).show(lines)
        self.query_one("#next", Static).update(self._next())
        self.refresh_keys()

    def _next(self) -> Content:
        """The key to press now, and what for."""
        if self._status is None or not self._status.signed_in:
            why = "signs in, with a code that you type in any browser.\n\n" + _WHAT_FOR
            return Content.assemble(("o", "bold $accent"), f"  {why}")
        if not self._address:
            return Content.assemble(("w", "bold $accent"), "  chooses the workspace.")
        return Content("")

    # What can be done

    def disabled_reason(self, action: str) -> str:
        if action in ("workspace", "refresh", "import_labels") and not self._signed_in:
            return "Nobody is signed in: press o."
        if action in ("refresh", "copy", "import_labels") and not self._address:
            return "No workspace is in use: press w."
        return ""

    @property
    def _signed_in(self) -> bool:
        return self._status is not None and self._status.signed_in

    def title_of(self, action: Action) -> str:
        return "Sign out" if action.name == "sign" and self._signed_in else action.title

    async def action_sign(self) -> None:
        if self._signed_in:
            await self._sign_out()
        else:
            self._sign_in()

    @work(exclusive=True, group="azure")
    async def _sign_in(self) -> None:
        if await sign_in(self):
            await self._show()
            if not self._address:
                await self._choose()
        await self._show()

    @work(exclusive=True, group="azure")
    async def action_workspace(self) -> None:
        await self._choose()

    async def _choose(self) -> None:
        chosen = await self.app.push_screen_wait(WorkspacesScreen())
        if chosen is not None and await self._use(chosen.address):
            await self.ask(self.services.settings.set, "azure_workspace", chosen.address)
            self.tell(f"“{chosen.name}” is in use.")
        await self._show()

    async def _use(self, address: str) -> bool:
        dialog = JobDialog[WorkspaceRef](
            "Azure ML workspace", lambda tell: self.workspace.azure.account.use(address, tell)
        )
        result = await self.app.push_screen_wait(dialog)
        if isinstance(result, LabelerError):
            self.show_error(result)
        return isinstance(result, WorkspaceRef)

    @work(exclusive=True, group="azure")
    async def action_refresh(self) -> None:
        if await self._use(self._address):
            self.tell("Azure answers, and knows the workspace.")
            await self.ask(self.workspace.memory.remember, retired_memo(self._address), None)

    def action_import_labels(self) -> None:
        self.services.routes.azure_leftovers()

    async def _sign_out(self) -> None:
        await self.ask(self.workspace.azure.account.log_out)
        self.tell("Signed out of Azure.")
        await self._show()

    def action_copy(self) -> None:
        self.services.send(self._address, "Address")
