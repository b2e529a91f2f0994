"""Navigation: which screen shows what. Each screen's module is imported when its screen is first opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

if TYPE_CHECKING:
    from tui_labeler.labeling.keys import Command
    from tui_labeler.labeling.listed_tasks import ListedTasks
    from tui_labeler.model.azure import RemoteProject
    from tui_labeler.model.project import ProjectSpec
    from tui_labeler.model.tasks import ExportResult


class ScreenRoutes:
    """The `Routes` of an app."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    def project(self, project: str) -> None:
        from tui_labeler.tui.screens.dashboard import DashboardScreen

        self._app.push_screen(DashboardScreen(project))

    def label(self, project: str, path: str = "") -> None:
        from tui_labeler.tui.screens.label import LabelScreen

        self._app.push_screen(LabelScreen(project, path))

    def look_through(self, project: str, listed: ListedTasks) -> None:
        from tui_labeler.tui.screens.label import LabelScreen

        self._app.push_screen(LabelScreen(project, listed=listed))

    async def classes(self, project: str) -> None:
        from tui_labeler.tui.screens.classes import ClassesScreen

        await self._app.push_screen_wait(ClassesScreen(project))

    def review(self, project: str) -> None:
        from tui_labeler.tui.screens.review import ReviewScreen

        self._app.push_screen(ReviewScreen(project))

    def label_in_place(self, project: str) -> None:
        from tui_labeler.tui.screens.label import LabelScreen

        self._app.switch_screen(LabelScreen(project))

    def sheet_in_place(self, project: str, spec: ProjectSpec, keymap: dict[str, Command], layout: int) -> None:
        from tui_labeler.tui.screens.sheet import SheetScreen

        self._app.switch_screen(SheetScreen(project, spec, keymap, layout))

    async def create_project(self) -> str | None:
        from tui_labeler.tui.screens.wizard.wizard import WizardScreen

        return await self._app.push_screen_wait(WizardScreen())

    async def import_labels(self, project: str, path: str = "") -> bool:
        from tui_labeler.tui.screens.importing import ImportScreen

        screen: Screen[bool] = ImportScreen(project, path)
        taken: bool | None = await self._app.push_screen_wait(screen)
        return bool(taken)

    def export_result(self, result: ExportResult, in_place: bool = False) -> None:
        from tui_labeler.tui.screens.export import ExportScreen

        (self._app.switch_screen if in_place else self._app.push_screen)(ExportScreen(result))

    def remote_project(self, remote: RemoteProject) -> None:
        from tui_labeler.tui.screens.azure.remote import RemoteScreen

        self._app.push_screen(RemoteScreen(remote))

    def team(self) -> None:
        from tui_labeler.tui.screens.team import TeamScreen

        self._app.push_screen(TeamScreen())

    def azure(self, on_return: Callable[[], object] | None = None) -> None:
        from tui_labeler.tui.screens.azure.home import AzureScreen

        def returned(_: None) -> None:
            if on_return is not None:
                on_return()

        self._app.push_screen(AzureScreen(), returned)

    def azure_leftovers(self) -> None:
        from tui_labeler.tui.screens.azure.rescue import RescueScreen

        self._app.push_screen(RescueScreen())

    def themes(self) -> None:
        from tui_labeler.tui.screens.themes import ThemesScreen

        self._app.push_screen(ThemesScreen())
