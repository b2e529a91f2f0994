"""What screens are given by the app, as protocols: a screen knows neither the app's class nor other screens' modules.

`Routes` leads to screens by what they show; `tui_labeler.tui.routes` is the one module that knows all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from tui_labeler.labeling.keys import Command
    from tui_labeler.labeling.listed_tasks import ListedTasks
    from tui_labeler.model.azure import RemoteProject
    from tui_labeler.model.project import ProjectSpec
    from tui_labeler.model.tasks import ExportResult
    from tui_labeler.places import Places
    from tui_labeler.settings import Settings
    from tui_labeler.tui.clipboard import Sent
    from tui_labeler.workspace import Workspace


class Routes(Protocol):
    """Ways to other screens; each puts its screen over the one that is shown, or, named so, in its place."""

    def project(self, project: str) -> None:
        """Its dashboard, data, details and exports."""

    def label(self, project: str, path: str = "") -> None:
        """Labeling: the next task, or the one of the image `path`."""

    def look_through(self, project: str, listed: ListedTasks) -> None:
        """Labeling along these tasks, instead of along the queue."""

    async def classes(self, project: str) -> None:
        """The label classes of a project, until one is back. Await it in a worker."""

    def review(self, project: str) -> None:
        """Looking over what others labeled."""

    def label_in_place(self, project: str) -> None:
        """Labeling one image at a time, in the place of the screen that is shown."""

    def sheet_in_place(self, project: str, spec: ProjectSpec, keymap: dict[str, Command], layout: int) -> None:
        """Labeling `layout` images at a time, in the place of the screen that is shown."""

    async def create_project(self) -> str | None:
        """The wizard; the name of the project that was made, if one was. Await it in a worker."""

    async def import_labels(self, project: str, path: str = "") -> bool:
        """Another tool's labels; whether any were taken. Await it in a worker."""

    def export_result(self, result: ExportResult, in_place: bool = False) -> None:
        """A dataset that was written: its name, its files and the lines that load it; `in_place` of the screen shown."""

    def remote_project(self, remote: RemoteProject) -> None:
        """A project of Azure ML's retired labeling service."""

    def team(self) -> None:
        """Who may do what in a workspace that several share."""

    def azure(self, on_return: Callable[[], object] | None = None) -> None:
        """Sign-in, and the choice of an Azure ML workspace."""

    def azure_leftovers(self) -> None:
        """What the retired service left in the workspace."""

    def themes(self) -> None:
        """The choice of colours."""


@runtime_checkable
class SavesAtEnd(Protocol):
    """A screen that may have something that is not on the disk yet."""

    def save_now(self) -> None:
        """Called when the app is about to be ended from outside: what is not on the disk yet goes there now."""


@runtime_checkable
class SaysInPlace(Protocol):
    """A screen that says what just happened beside the thing that it happened to, instead of over another one."""

    def say_sent(self, sent: Sent) -> bool:
        """That this text was sent to the clipboard; False where it does not stand here."""


class AppServices(Protocol):
    """The app, as far as its screens need it."""

    workspace: Workspace
    settings: Settings
    places: Places
    labeler: str
    own_themes: list[str]
    routes: Routes
    failures_shown: bool

    @property
    def keys_wait(self) -> bool:
        """Whether more was typed than was handled so far."""

    def send(self, text: str, what: str) -> None:
        """Puts `text` on the clipboard of the person's terminal and into a file; `what` names it in what is said."""

    def remember_told(self, message: str) -> None:
        """Keeps what a screen says itself in the list of messages."""

    def drop_input(self) -> None:
        """Something unforeseen is on the screen: what was typed before it could be seen is dropped, and that is told."""
