"""Who is signed in to Azure, and which Azure ML workspace is in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_labeler.certificates import require_certificates
from tui_labeler.model.azure import AzureOptions, DeviceCode, SignInStatus, WorkspaceRef, parse_workspace
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.progress import Progress, Step, silent

if TYPE_CHECKING:
    from tui_labeler.azure.connection import Connection

Show = Callable[[DeviceCode], None]


class Account:
    """The sign-in, the choice of a workspace, and the connection that the other parts ask."""

    def __init__(self, options: AzureOptions) -> None:
        self.options = options
        self._opened: Connection | None = None
        self._chosen: WorkspaceRef | None = None

    @property
    def connection(self) -> Connection:
        if self._opened is None:
            from tui_labeler.azure.connection import Connection

            self._opened = Connection(self.options)
        return self._opened

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def stop(self) -> None:
        """Gives up what is under way in other threads: the program ends."""
        if self._opened is not None:
            self._opened.stop()

    @property
    def configured(self) -> bool:
        """Whether a workspace was chosen; costs nothing."""
        return bool(self._chosen or self.options.workspace)

    @property
    def chosen(self) -> WorkspaceRef:
        """The Azure ML workspace in use. Raises NotAllowed where none was chosen, BadInput for a setting that is none."""
        if self._chosen is None:
            if not self.options.workspace:
                raise NotAllowed(
                    "No Azure ML workspace has been chosen.",
                    "Choose one: tui-labeler azure use SUBSCRIPTION/GROUP/WORKSPACE, or a in the app.",
                )
            self._chosen = parse_workspace(self.options.workspace)
        return self._chosen

    def status(self) -> SignInStatus:
        """Who is signed in; nobody is asked. Raises NotAllowed where nobody could be."""
        require_certificates()
        return self.connection.sign_in.status()

    def log_in(
        self, show: Show, progress: Progress = silent, device_only: bool = False, can_show: bool = True
    ) -> SignInStatus:
        """Signs in with what the machine has, otherwise with a device code, which `show` gets to put before the person;
        `can_show`: whether there is one. Raises NotAllowed, Unreachable, Cancelled."""
        require_certificates()
        status = self.connection.sign_in.log_in(show, lambda: progress(Step.SIGN_IN, 0, 0), device_only, can_show)
        self.connection.forget()
        return status

    def log_out(self) -> bool:
        """Forgets the sign-in and its tokens; False where there was none."""
        self.connection.forget()
        return self.connection.sign_in.log_out()

    def workspaces(self, progress: Progress = silent) -> tuple[WorkspaceRef, ...]:
        """Every Azure ML workspace that the person can see."""
        from tui_labeler.azure import discovery

        at = [0, 0]

        def told(done: int, total: int) -> None:
            at[:] = [done, total]

        return self.connection.run(
            discovery.workspaces(self.connection.arm, told), lambda: progress(Step.SUBSCRIPTIONS, at[0], at[1])
        )

    def use(self, address: str, progress: Progress = silent) -> WorkspaceRef:
        """Chooses a workspace, after a look whether it is there; whoever calls keeps the choice in the settings."""
        from tui_labeler.azure import discovery

        wanted = parse_workspace(address)
        self._chosen = self.connection.run(
            discovery.check(self.connection.arm, wanted), lambda: progress(Step.AZURE, 0, 0)
        )
        return self._chosen
