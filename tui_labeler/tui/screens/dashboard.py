"""One project: dashboard, data, details and exports, kept up to date with what others do."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, DataTable, TabbedContent, TabPane

from tui_labeler.imaging.colours import use_colour_numbers
from tui_labeler.model.errors import NotFound
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ExportResult, ProjectState, Status
from tui_labeler.model.training import TrainingPlan
from tui_labeler.model.transfers import ExportChoice
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.lastexport import export_title, last_export
from tui_labeler.tui.screens import dashboardactions
from tui_labeler.tui.screens.base import SEARCHING
from tui_labeler.tui.screens.project import filterkeys
from tui_labeler.tui.screens.project.data import DataPane
from tui_labeler.tui.screens.project.details import CHANGES, DetailsPane
from tui_labeler.tui.screens.project.exports import ExportsPane
from tui_labeler.tui.screens.project.overview import OverviewPane
from tui_labeler.tui.screens.project.pane import PaneHost, ProjectPane
from tui_labeler.tui.states import project_state
from tui_labeler.tui.workers import work

_FOLLOW = 1.0
_TABS = ("dashboard", "data", "details", "exports")


class DashboardScreen(PaneHost):
    """The project's tabs."""

    ACTIONS: ClassVar[tuple[Action, ...]] = dashboardactions.ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        *(Binding(str(number), f"tab('{name}')", show=False) for number, name in enumerate(_TABS, 1)),
    ]
    FIELD_ACTIONS = SEARCHING
    HELP_TEXT = (
        "**Dashboard** shows how far the project is, **Data** every task with its labels, **Details** what the project "
        "was created with, **Exports** the datasets made from it. It follows what other labelers do."
    )
    CSS_PATH = "dashboard.tcss"

    def __init__(self, project: str) -> None:
        super().__init__()
        self.project = project
        self.status: Status | None = None
        self.spec: ProjectSpec | None = None
        self.class_edit = 0
        self.training = TrainingPlan()
        self._export = ExportChoice()
        self.newest: ExportResult | None = None
        self.images_an_hour = 0.0
        self._mark: Hashable | None = None

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", self.project)

    def standing(self) -> Content | str:
        if self.status is None:
            return ""
        words, colour = project_state(self.status)
        return Content.styled(words, f"${colour}")

    def compose_body(self) -> ComposeResult:
        with TabbedContent(initial="dashboard"):
            with TabPane("1 Dashboard", id="dashboard"):
                yield OverviewPane()
            with TabPane("2 Data", id="data"):
                yield DataPane()
            with TabPane("3 Details", id="details"):
                yield DetailsPane()
            with TabPane("4 Exports", id="exports"):
                yield ExportsPane()

    async def on_mount(self) -> None:
        self.set_interval(_FOLLOW, self.follow)
        await self.reload()

    def follow(self) -> None:
        """Shows what others changed; asks the database one cheap question a second."""
        if (mark := self.change_mark()) is not None and mark != self._mark and self.is_active:
            self._mark = mark
            self._reload_meanwhile()

    @work(exclusive=True, group="reload")
    async def _reload_meanwhile(self) -> None:
        await self.reload()

    async def reload(self) -> None:
        """Reads status and specification, and hands them to the tabs."""
        loaded = await self.ask(self._read)
        if loaded is None:
            return
        if isinstance(loaded, NotFound):
            self.warn(f"The project “{self.project}” was deleted.")
            self.dismiss()
            return
        self.status, known, self.training, self._export, self.newest, self.images_an_hour = loaded
        self.spec, self.class_edit = known
        use_colour_numbers(self.spec.classes.colour_numbers)
        for pane in self.query(ProjectPane):
            pane.show_status(self.status, self.spec)
        self.refresh_crumbs()
        self._show_keys()
        self.refresh_keys()

    def _read(
        self,
    ) -> tuple[Status, tuple[ProjectSpec, int], TrainingPlan, ExportChoice, ExportResult | None, float] | NotFound:
        space, name = self.workspace, self.project
        try:
            status, known = space.projects.status(name), space.projects.known(name)
            newest = next(iter(space.exchange.exports(name)), None)
            pace = space.exchange.images_an_hour(status)
            return status, known, space.azure.training.plan(name), last_export(space, name), newest, pace
        except NotFound as gone:
            return gone

    async def on_screen_resume(self) -> None:
        if self.status is not None:
            await self.reload()

    # Tabs

    def action_tab(self, name: str) -> None:
        self.query_one(TabbedContent).active = name

    def action_next_tab(self) -> None:
        tabs = self.query_one(TabbedContent)
        tabs.active = _TABS[(_TABS.index(tabs.active) + 1) % len(_TABS)]

    @on(TabbedContent.TabActivated)
    def _activated(self, event: TabbedContent.TabActivated) -> None:
        event.pane.query_one(ProjectPane).opened()
        self._show_keys()
        self.refresh_keys()

    def _pane(self) -> ProjectPane | None:
        """The tab in front."""
        tabs = self.query_one_optional(TabbedContent)
        return tabs.active_pane.query_one(ProjectPane) if tabs is not None and tabs.active_pane is not None else None

    def action_to_list(self) -> None:
        self.query_one(DataPane).to_list()

    def action_back(self) -> None:
        """Out of the filters first, then out of the project."""
        pane = self._pane()
        if filterkeys.close(self.focused):
            return
        if pane is not None and pane.is_narrowed:
            pane.show_all()
        else:
            self.dismiss()

    # What can be done

    def title_of(self, action: Action) -> str:
        paused = self.status is not None and self.status.status is ProjectState.PAUSED
        if action.name == "train" and self.training.take:
            return "Take the model"
        if of_filter := filterkeys.title(action, self.focused):
            return of_filter
        if action.name == "back" and (pane := self._pane()) is not None and pane.is_narrowed:
            return "Show all"
        if action.name == "gallery" and self.query_one(DataPane).is_gallery:
            return "Table"
        if action.name == "enter_row" and isinstance(pane := self._pane(), DetailsPane):
            return pane.focused_change or action.title
        if action.name == "export":
            return export_title(self.workspace, self._export)
        return "Start" if action.name == "pause" and paused else action.title

    def disabled_reason(self, action: str) -> str:
        if self.status is None:
            return ""
        if action in dashboardactions.OF_DATA and not isinstance(self._pane(), DataPane):
            return "That is done to rows of Data: press 2."
        if action == "known":
            pane = self._pane()
            return pane.known_problem() if isinstance(pane, DataPane) else "Choose an image in Data first (2)."
        if action in dashboardactions.OF_TRAINING:
            return dashboardactions.training_refusal(action, self.training)
        if action == "enter_row" and isinstance(self._pane(), ExportsPane):
            action = "copy"  # both are of an export
        return dashboardactions.refusal(action, self.status, self.newest is not None, self.workspace.team.may_own)

    def action_label(self) -> None:
        self.services.routes.label(self.project)

    def action_review(self) -> None:
        self.services.routes.review(self.project)

    async def perform(self, action: Action) -> None:
        if action not in CHANGES:
            await super().perform(action)
        elif self.spec is not None:
            self.forget_failures()
            self.action_tab("details")
            self.query_one(DetailsPane).change(action.name.removeprefix("change_"))

    def action_enter_row(self) -> None:
        """What a click into the last line does; the key is taken by what has the focus."""
        if isinstance(self.focused, Button):
            self.focused.press()
        elif isinstance(self.focused, DataTable):
            self.focused.action_select_cursor()
        else:
            filterkeys.enter(self.focused)

    def action_known(self) -> None:
        self.query_one(DataPane).turn_known()

    def keys_shown(self) -> tuple[Action, ...]:
        shown = super().keys_shown()
        footers: dict[type, tuple[str, ...]] = {
            DataPane: dashboardactions.DATA_FOOTER,
            DetailsPane: dashboardactions.DETAILS_FOOTER,
            ExportsPane: dashboardactions.EXPORTS_FOOTER,
        }
        if shown is not self.ACTIONS:
            return shown
        if of_filter := filterkeys.shown(self.focused):
            return of_filter
        return dashboardactions.footer(footers.get(type(self._pane())), self.training)

    def action_change_many(self) -> None:
        self.query_one(DataPane).change_many()

    def action_select_all(self) -> None:
        self.query_one(DataPane).select_all()

    def action_gallery(self) -> None:
        self.query_one(DataPane).turn_gallery()

    def action_sort_next(self) -> None:
        self.query_one(DataPane).sort_next()

    def action_sort_backwards(self) -> None:
        self.query_one(DataPane).sort_backwards()

    def action_take_back(self) -> None:
        self.query_one(DataPane).take_back()

    def action_export(self) -> None:
        from tui_labeler.tui.flows.export import begin_export

        begin_export(self, self.project)

    def action_export_as(self) -> None:
        from tui_labeler.tui.flows.export import begin_export

        begin_export(self, self.project, ask=True)

    @work(group="other screen")
    async def action_import_labels(self) -> None:
        if await self.services.routes.import_labels(self.project):
            await self.reload()

    async def action_pause(self) -> None:
        from tui_labeler.tui.flows.pause import pause_or_start

        if self.status is not None:
            await pause_or_start(self, self.project, self.status.status)
            await self.reload()

    @work()
    async def action_refresh(self) -> None:
        from tui_labeler.tui.flows.refresh import refresh_project

        await refresh_project(self, self.project)
        await self.reload()

    @work()
    async def action_train(self) -> None:
        from tui_labeler.tui.flows.train import go_on

        if await go_on(self, self.project, self.training):
            await self.reload()

    @work()
    async def action_cancel_training(self) -> None:
        from tui_labeler.tui.flows.train import cancel

        if self.training.last is not None:
            await cancel(self, self.project, self.training.last)
            await self.reload()

    def action_copy_link(self) -> None:
        if self.training.last is not None:
            self.services.send(self.training.last.studio, "Link")

    def action_copy(self) -> None:
        pane = self._pane()
        export = (pane.chosen if isinstance(pane, ExportsPane) else None) or self.newest
        if export is not None:
            self.services.send(export.name, export.name)
