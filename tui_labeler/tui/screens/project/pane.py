"""What the tabs of a project's screen have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import cast

from textual.containers import Container

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ExportResult, Status
from tui_labeler.model.training import TrainingPlan
from tui_labeler.tui.screens.inplace import InPlaceScreen


class PaneHost(InPlaceScreen[None]):
    """The project's screen, as far as its tabs need it."""

    project: str
    status: Status | None
    spec: ProjectSpec | None
    class_edit: int
    """The last edit of classes that `spec` knows of."""
    training: TrainingPlan
    newest: ExportResult | None
    images_an_hour: float

    @abstractmethod
    async def reload(self) -> None:
        """Reads status and specification, and hands them to the tabs."""


class ProjectPane(Container):
    """A tab. `show_status` is called with every new state of the project; `opened` when the tab comes to the front."""

    @property
    def owner(self) -> PaneHost:
        return cast(PaneHost, self.screen)

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        """Shows what is new."""

    @property
    def is_narrowed(self) -> bool:
        """Whether the tab shows only a part of what there is, or a way to it has the focus."""
        return False

    def show_all(self) -> None:
        """What Escape does first where the tab is narrowed."""

    def opened(self) -> None:
        """Takes the focus where the tab has something to focus."""
