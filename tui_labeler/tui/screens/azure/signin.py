"""Signing in with a code that is typed into a browser somewhere else: large, with the time that is left."""

from __future__ import annotations

import threading
import time
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import ProgressBar, Static

from tui_labeler.model.azure import DeviceCode, SignInStatus
from tui_labeler.model.errors import Cancelled, LabelerError
from tui_labeler.model.text import safe_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.jobs import Job
from tui_labeler.tui.screens.base import HELP, LabelerScreen
from tui_labeler.tui.widgets.bigname import big_name
from tui_labeler.tui.widgets.sent import SentLines


class SignInScreen(LabelerScreen[SignInStatus | None]):
    """Ends by itself when the code has been typed; with None when it is left."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("copy", "c", "Copy code", "The code, to your terminal's clipboard."),
        Action("copy_link", "y", "Copy URL", "The page where the code is typed, to your terminal's clipboard."),
        Action("refresh", "r", "New code", "Ask for another code, when this one was refused or is too old."),
        HELP,
        Action("back", "escape,q", "Leave", "Stop signing in.", shown="Esc"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = (
        "Open the page in any browser, on any machine or telephone, and type the code there. This screen goes on by itself."
        " Where this machine has a sign-in of its own (environment, managed identity, Azure CLI), no code is needed."
    )
    CSS_PATH = "signin.tcss"

    def __init__(self, device_only: bool = False) -> None:
        super().__init__()
        self._device_only = device_only
        self._code: DeviceCode | None = None
        self._lives = 0.0
        self._job: Job[SignInStatus] | None = None
        self._ended = False
        self._keys_of: object = None

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", "Azure ML", "Sign in")

    def compose_body(self) -> ComposeResult:
        with Vertical():
            yield Static("Looking for a sign-in that this machine has…", id="lead")
            yield SentLines("", id="url")
            yield Static("", id="code")
            yield SentLines("", id="left")
            yield ProgressBar(show_eta=False, show_percentage=False)
            yield Static("", id="problem")

    def on_mount(self) -> None:
        self.query_one(ProgressBar).display = False
        self.set_interval(0.2, self._look)
        self._begin()

    def on_unmount(self) -> None:
        self._ended = True
        if self._job is not None:
            self._job.cancel()

    def _begin(self) -> None:
        """Signs in with a thread of its own, which does not keep the app from ending."""
        azure, only = self.workspace.azure, self._device_only
        self._code = None
        self._job = job = Job(lambda tell: azure.account.log_in(self._take, tell, only))
        self.query_one("#problem", Static).update("")
        threading.Thread(target=self._run, args=(job,), daemon=True, name="sign-in").start()

    def _take(self, code: DeviceCode) -> None:
        # Called in the sign-in's thread; the screen looks at it.
        self._lives = max(1.0, code.expires - time.time())
        self._code = code

    def _run(self, job: Job[SignInStatus]) -> None:
        result: SignInStatus | LabelerError
        try:
            result = job.run()
        except LabelerError as error:
            result = error
        if not self._ended and not job.cancelled:
            self.app.call_from_thread(self._done, result)

    def _done(self, result: SignInStatus | LabelerError) -> None:
        if isinstance(result, LabelerError):
            self._job = None
            if not isinstance(result, Cancelled):
                self.query_one("#problem", Static).update(
                    Content(safe_text(f"{result.message} r asks for a new code."))
                )
            return
        self.dismiss(result)

    def _look(self) -> None:
        code = self._code
        bar = self.query_one(ProgressBar)
        bar.display = code is not None
        if code is None:
            return
        left = max(0.0, code.expires - time.time())
        self.query_one("#lead", Static).update("To sign in to Azure, open this page in any browser, and type the code:")
        self.query_one("#url", SentLines).show([(Content(safe_text(code.url, 200)), code.url)])
        self.query_one("#code", Static).update(Content(big_name(safe_text(code.code, 40), self.size.width - 6)))
        words = f"{int(left // 60)}:{int(left % 60):02d} left" if left else "The code is too old: r asks for another."
        plain = f"Code {safe_text(code.code, 40)}   {words}"
        self.query_one("#left", SentLines).show([(Content(plain), code.code)])
        bar.update(total=self._lives, progress=left)
        if (state := (code, left > 0, self._job is None)) != self._keys_of:
            self._keys_of = state
            self.refresh_keys()

    # What can be done

    def disabled_reason(self, action: str) -> str:
        if action in ("copy", "copy_link") and self._code is None:
            return "There is no code yet."
        if action == "refresh" and self._job is not None and (self._code is None or self._code.expires > time.time()):
            return "The code is still good."
        return ""

    def action_copy(self) -> None:
        if self._code:
            self.services.send(self._code.code, "Code")

    def action_copy_link(self) -> None:
        if self._code:
            self.services.send(self._code.url, "URL")

    def action_refresh(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._device_only = True
        self._begin()

    def action_back(self) -> None:
        self.dismiss(None)


async def sign_in(screen: LabelerScreen[Any]) -> bool:
    """Signs in over a screen, in a worker; whether someone is signed in then."""
    status = await screen.app.push_screen_wait(SignInScreen())
    if status is not None:
        who = f" as {status.username}" if status.username else ""
        screen.tell(f"Signed in to Azure{who} ({status.method}). {status.note}")
    return status is not None
