"""What the tabs of a project's screen have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.containers import Container

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import Status

if TYPE_CHECKING:
    from tui_labeler.tui.screens.dashboard import DashboardScreen


class ProjectPane(Container):
    """A tab. `show_status` is called with every new state of the project; `opened` when the tab comes to the front."""

    @property
    def owner(self) -> DashboardScreen:
        return cast("DashboardScreen", self.screen)

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        """Shows what is new."""

    def opened(self) -> None:
        """Takes the focus where the tab has something to focus."""
