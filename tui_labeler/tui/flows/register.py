"""An export's way into Azure ML: uploaded and registered with one key."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.azure import Registered
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import plural
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.screens.azure.signin import sign_in
from tui_labeler.tui.screens.base import LabelerScreen


async def register(screen: LabelerScreen[Any], result: ExportResult) -> Registered | None:
    """Uploads and registers with progress; signs in first where nobody is. None where it did not come to that."""
    azure = screen.workspace.azure
    status = await screen.ask(azure.account.status)
    if status is None or not (status.signed_in or await sign_in(screen)):
        return None
    dialog = JobDialog[Registered](f"Registering {result.name}", lambda tell: azure.exports.register(result, tell))
    registered = await screen.app.push_screen_wait(dialog)
    if isinstance(registered, LabelerError):
        screen.show_error(registered)
        return None
    if registered is not None:
        sent = (
            f"{plural(len(registered.uploaded), 'file')} uploaded" if registered.uploaded else "nothing new to upload"
        )
        screen.tell(f"“{registered.name}” is {'registered' if registered.new else 'registered already'}; {sent}.")
    return registered
