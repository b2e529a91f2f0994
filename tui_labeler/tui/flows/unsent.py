"""What waits on this machine since a server was away is told when the app begins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui_labeler.model.text import safe_text
from tui_labeler.tui.services import AppServices

_TOLD = 3


async def tell_unsent(services: AppServices, own_too: bool, tell: Callable[[str], None]) -> None:
    """`own_too`: also the labeler's own for the workspace that is open, which the labeling screen sends itself."""
    sessions, state = services.workspace.sessions, services.places.state
    found = await asyncio.to_thread(sessions.unsent, services.labeler, state, own_too)
    for finding in found[:_TOLD]:
        tell(safe_text(f"{finding.found} {finding.mend}", 400))
    if len(found) > _TOLD:
        tell(f"All that is kept on this machine: tui-labeler workspace kept lists {len(found)}.")
