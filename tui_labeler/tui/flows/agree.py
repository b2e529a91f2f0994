"""The question before images are sent to a backend of ML assist."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.base import LabelerScreen


async def agree_to_send(screen: LabelerScreen[Any], project: str) -> None:
    """Asks whoever labels, once for a backend, where the project's ML assist is one. Who says no labels without proposals,
    and is asked again the next time. Await it in a worker."""
    assist, labeler = screen.workspace.assist, screen.services.labeler
    address = await screen.ask(assist.to_agree, project, labeler)
    if address is None:
        return
    text = (
        f"ML assist of “{safe_text(project, 60)}” asks a server for proposals:\n\n  {safe_text(address.url, 120)}\n\n"
        "Images that you are about to label, and some that are labeled, are sent there. Without that you label by hand."
    )
    if address.warning:
        text += f"\n\n{safe_text(address.warning, 300)}"
    if await screen.app.push_screen_wait(
        Confirm(f"Send images to {address.host}?", text, "Send them", "Label by hand")
    ):
        await screen.ask(assist.agree, project, labeler, address)
