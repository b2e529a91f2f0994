"""Projects of Azure ML's retired labeling service in the list of projects, after our own and marked as remote."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from rich.text import Text

from tui_labeler.model.azure import RemoteProject
from tui_labeler.model.errors import LabelerError, Retired
from tui_labeler.model.text import fitted, safe_text
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.workspace import Workspace

_MARK = "azure:"


def row_key(project: RemoteProject) -> str:
    """The key of its row: no project's name holds a colon."""
    return f"{_MARK}{project.name}"


MARK = "  (Azure ML)"


def kind(project: RemoteProject) -> str:
    return safe_text(project.annotation or project.media, 24)


def share(project: RemoteProject) -> str:
    return f"{project.completed or 0:,}/{project.total:,}" if project.total is not None else "not told"


def cells(
    project: RemoteProject, colours: Mapping[str, str], widths: tuple[int, int, int, int, int]
) -> tuple[Text, ...]:
    """Name, type, bar, share and status, as those of our own; `widths` are those of the columns."""
    name, _, width, share_width, status = widths
    total = project.total or 0
    full = round(width * (project.completed or 0) / total) if total else 0
    bar = Text().append("━" * full, colours["success"]).append("━" * (width - full), colours["border-blurred"])
    title = Text().append(fitted(project.name, max(8, name - len(MARK))), "bold").append(MARK)
    return (
        title,
        Text(kind(project)),
        bar,
        Text(share(project).rjust(share_width)),
        Text(safe_text(project.status, status)),
    )


def retired_memo(address: str) -> str:
    """Where the workspace remembers that Azure's labeling service said that it is gone; it is told once."""
    return f"azure.retired.{address}"


async def load_remote(screen: LabelerScreen[None]) -> tuple[RemoteProject, ...]:
    """The workspace's remote projects. Nothing is asked without a workspace in use and a sign-in; what goes wrong is told
    in a toast, and that the service is gone is told once."""
    workspace = screen.workspace
    address = screen.services.settings.get("azure_workspace").value
    if not workspace.azure.account.configured:
        return ()
    try:
        return await asyncio.to_thread(_ask, workspace, address)
    except LabelerError as error:
        if isinstance(error, Retired):
            await screen.ask(workspace.memory.remember, retired_memo(address), "told")
        if screen.is_attached:
            screen.show_error(error)
        return ()


def _ask(workspace: Workspace, address: str) -> tuple[RemoteProject, ...]:
    if workspace.memory.recall(retired_memo(address)) or not workspace.azure.account.status().signed_in:
        return ()
    return workspace.azure.retired_projects.list()
