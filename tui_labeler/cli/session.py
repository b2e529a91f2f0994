"""What a command works with: the settings, the places, and the workspace, opened when it is first asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from tui_labeler import limits
from tui_labeler.places import Places, find_places, workspace_address
from tui_labeler.settings import Settings
from tui_labeler.workspace import Workspace


class Session:
    """One run of the command line."""

    def __init__(self, home: str | None, workspace: str | None, color: str | None = None) -> None:
        self.places: Places = find_places(home)
        self.settings = Settings(self.places, os.environ)
        self.color = color or self.settings.get("color").value
        self.workspace_url = workspace or self.settings.get("workspace").value

    def apply_limits(self) -> None:
        """What one file may cost, for this process. Raises BadInput."""
        limits.use(self.settings.limits())

    @property
    def is_default(self) -> bool:
        """Whether the workspace is the one of whoever names none: the first command makes it."""
        return workspace_address(self.workspace_url) == self.places.database

    def labeler(self, opened: Workspace) -> str:
        """Who labels in it: the login of a team's, else whoever the settings name."""
        return opened.team.person or self.settings.get("labeler").value

    def open(self, create: bool = True) -> Workspace:
        """Raises WorkspaceError, and BadInput for a URL that names no workspace; with `create=False` also where there is
        none yet."""
        self.apply_limits()
        exports = Path(self.settings.get("exports").value)
        return Workspace(
            workspace_address(self.workspace_url),
            exports,
            create,
            azure=self.settings.azure(),
            passed_names=self.settings.passed_names(),
            folder=self.places.data,
        )


def session(ctx: click.Context) -> Session:
    """The session of this run."""
    state: dict[str, Any] = ctx.find_root().obj
    if "session" not in state:
        state["session"] = Session(state.get("home"), state.get("workspace"), state.get("color"))
    current: Session = state["session"]
    return current


def workspace(ctx: click.Context, create: bool = True) -> Workspace:
    """The workspace of this run; it is closed when the command ends. It is made where it is not there (`create`)."""
    state: dict[str, Any] = ctx.find_root().obj
    if "workspace_open" not in state:
        state["workspace_open"] = session(ctx).open(create)
        state["close"] = state["workspace_open"].close
    opened: Workspace = state["workspace_open"]
    return opened
