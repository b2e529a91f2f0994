"""An export's way into Azure ML: uploaded and registered with one key, then its name, link and snippet to copy."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from tui_labeler.model.azure import Registered
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import plural, safe_text
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.screens.base import LabelerScreen

_WORDS = {"azure": "Asking Azure", "upload": "Bytes uploaded", "library": "Loading azure-ai-ml (a few seconds)"}


async def register(screen: LabelerScreen[Any], result: ExportResult) -> Registered | None:
    """Uploads and registers with progress; signs in first where nobody is. None where it did not come to that."""
    from tui_labeler.tui.screens.azure.signin import sign_in

    cloud = screen.workspace.cloud
    status = await screen.ask(cloud.sign_in_status)
    if status is None or not (status.signed_in or await sign_in(screen)):
        return None
    dialog = JobDialog[Registered](
        f"Registering {result.name}", _WORDS, lambda tell: cloud.register_export(result, tell)
    )
    found = await screen.app.push_screen_wait(dialog)
    if isinstance(found, LabelerError):
        screen.show_error(found)
        return None
    if found is not None:
        sent = f"{plural(len(found.uploaded), 'file')} uploaded" if found.uploaded else "nothing new to upload"
        screen.tell(f"“{found.name}” is {'registered' if found.new else 'registered already'}; {sent}.")
    return found


def facts(found: Registered | None, reason: str) -> Content:
    """What stands on the export's screen about Azure; `reason`: why it cannot be registered, if it cannot."""
    if found is None and reason:
        return Content.styled(f"Azure ML: {safe_text(reason, 300)}", "$foreground 60%")
    if found is None:
        return Content.assemble(("u", "bold $accent"), "  uploads it and registers it as a data asset in Azure ML")
    names = ", ".join(f"{name} (version {found.version})" for name in (found.name, *found.more))
    rows = [("Data asset", names), ("Workspace", found.workspace), ("Studio", found.studio)]
    return Content("\n").join(
        Content.assemble((key.ljust(11), "$foreground 60%"), safe_text(value, 500)) for key, value in rows
    )
