"""The list of projects: the first screen."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_labeler.elapsed import elapsed
from tui_labeler.imaging.colours import use_colour_numbers
from tui_labeler.model.azure import RemoteProject
from tui_labeler.model.listing import ProjectNews
from tui_labeler.model.tasks import ProjectState, ProjectSummary
from tui_labeler.model.text import plural
from tui_labeler.model.transfers import ExportChoice
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.lastexport import export_title, last_export
from tui_labeler.tui.screens import projectactions, projectrows
from tui_labeler.tui.screens.azure import remoterows
from tui_labeler.tui.screens.base import WIDE
from tui_labeler.tui.screens.inplace import InPlaceScreen
from tui_labeler.tui.screens.project.preview import ProjectPreview
from tui_labeler.tui.screens.searchedlist import SearchedListScreen
from tui_labeler.tui.widgets.projecttable import ProjectTable
from tui_labeler.tui.widgets.searchfield import SearchField
from tui_labeler.tui.workers import work

_FOLLOW = 1.0
_MINUTE = 60.0
# Azure is asked when the first frame has long been drawn, in seconds: its modules would be imported beside the drawing.
_REMOTE_AFTER = 0.4


class ProjectsScreen(SearchedListScreen[None], InPlaceScreen[None]):
    """Name, type, progress and status of every project of the workspace."""

    ACTIONS: ClassVar[tuple[Action, ...]] = projectactions.ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = "A **project** is a set of images, the classes to find in them, and the labels made so far."
    CSS_PATH = "projects.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._projects: tuple[ProjectSummary, ...] = ()
        self._news: dict[str, ProjectNews] = {}
        self._mark: Hashable | None = None
        self._filled = elapsed()
        self._remote: tuple[RemoteProject, ...] = ()
        # The project that the cursor rests on, and what one key exports of it.
        self._export: tuple[str, ExportChoice] = ("", ExportChoice())
        self._to_select = ""

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects",)

    def standing(self) -> Content | str:
        total, shown = len(self._projects), len(self._matching())
        return (
            f"{shown:,} of {plural(total, 'project')}" if shown < total else plural(total, "project") if total else ""
        )

    def compose_body(self) -> ComposeResult:
        with Vertical(id="search-line"):
            yield SearchField()
        with Horizontal(id="body"):
            yield ProjectTable()
            yield ProjectPreview()
        with Vertical(id="empty"):
            yield Static(id="empty-text")

    async def on_mount(self) -> None:
        self._table().focus()
        self.set_interval(_FOLLOW, self.follow)
        # The rows hold colours, not names of colours.
        self.app.theme_changed_signal.subscribe(self, lambda _: self._fill())
        await self.reload()
        self.set_timer(_REMOTE_AFTER, self._load_remote)

    @work(exclusive=True, group="remote")
    async def _load_remote(self) -> None:
        """Projects of Azure ML's own service, below ours, when the list stands already."""
        self._remote = await remoterows.load_remote(self)
        if self._remote and self.is_attached:
            self._fill()

    def _table(self) -> ProjectTable:
        return self.query_one(ProjectTable)

    def follow(self) -> None:
        """Shows what others changed; asks the database one cheap question a second."""
        if (mark := self.change_mark()) is not None and mark != self._mark and self.is_active:
            self._reload_meanwhile()
        elif self.is_active and elapsed() - self._filled > _MINUTE:  # rows say how many minutes ago something was
            self._fill()

    @work(exclusive=True, group="reload")
    async def _reload_meanwhile(self) -> None:
        await self.reload()

    async def reload(self) -> None:
        listed = await self.ask(self._read)
        if listed is not None:
            self._projects, self._news = listed
            self._mark = self.change_mark() or self._mark
            self._fill()

    def _read(self) -> tuple[tuple[ProjectSummary, ...], dict[str, ProjectNews]]:
        """The news only where they are shown."""
        space = self.workspace.projects
        return space.summaries(), space.news() if self._is_wide else {}

    def on_screen_resume(self) -> None:
        if self._mark is not None:
            self.follow()
            self._show_preview()

    def _fill(self) -> None:
        self._filled = elapsed()
        ours, remote = self._matching(), self._matching_remote()
        widths, colours = self._widths(), self.app.theme_variables
        now, room, wide = self.workspace.now(), self._room, self._is_wide
        rows = [
            (project.name, projectrows.cells(project, self._news, now, colours, widths, room, wide)) for project in ours
        ]
        rows += [
            (remoterows.row_key(project), projectrows.remote_cells(project, colours, widths)) for project in remote
        ]
        from_top = self.search_field.has_focus
        table = self._table()
        table.show(tuple(projectrows.titles(widths)), rows, self._to_select, from_top)
        if self._to_select in table.rows:
            self._to_select = ""
        self.set_class(not rows, "-empty")
        self._show_preview()
        if not rows:
            self.query_one("#empty-text", Static).update(projectrows.empty_text(searching=bool(self._projects)))
        self.refresh_crumbs()
        self.refresh_keys()

    def _matching(self) -> list[ProjectSummary]:
        return [project for project in self._projects if self.search_field.matches(project.name)]

    def _matching_remote(self) -> list[RemoteProject]:
        return [project for project in self._remote if self.search_field.matches(project.name)]

    def _widths(self) -> projectrows.Widths:
        now = self.workspace.now()
        return projectrows.widths(self._projects, self._remote, self._news, now, self._room, self._is_wide)

    @property
    def _is_wide(self) -> bool:
        return self.app.size.width >= WIDE  # the screen itself has no size yet when its projects are read first

    @property
    def _room(self) -> int:
        """Cells that the list has."""
        screen = self.app.size.width
        return screen - (self.query_one(ProjectPreview).columns(screen) if self._is_wide else 0)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        preview = self.query_one(ProjectPreview)
        preview.styles.width = preview.columns(event.size.width) if self._is_wide else "100%"
        if self._mark is None:
            return
        if self._is_wide and not self._news:
            self._reload_meanwhile()
        if not self._table().has(tuple(projectrows.titles(self._widths()))):
            self._fill()

    @property
    def selected_remote(self) -> RemoteProject | None:
        """The remote project that the cursor stands on."""
        name = self._table().row_key
        return next((project for project in self._remote if name == remoterows.row_key(project)), None)

    @property
    def selected(self) -> ProjectSummary | None:
        """The project that the cursor stands on."""
        name = self._table().row_key
        return next((project for project in self._projects if project.name == name), None)

    # What can be done

    def title_of(self, action: Action) -> str:
        paused = action.name == "pause" and self.selected and self.selected.status is ProjectState.PAUSED
        if action.name == "export" and self.selected and self.selected.name == self._export[0]:
            return export_title(self.workspace, self._export[1])
        return "Start" if paused else action.title

    def keys_shown(self) -> tuple[Action, ...]:
        shown = super().keys_shown()
        return projectactions.with_team(shown) if self.workspace.team.can_have_roles else shown

    def disabled_reason(self, action: str) -> str:
        if action == "team":
            return self.workspace.team.why_none
        if action == "show_all":  # Escape again and again ends nothing
            return "" if self.search_field.is_open else projectactions.NOTHING_TO_LEAVE
        has_export = self.query_one(ProjectPreview).newest is not None
        is_remote = self.selected_remote is not None
        may_start = self.workspace.team.may_own
        return projectactions.refusal(action, bool(self._projects), self.selected, is_remote, has_export, may_start)

    @on(DataTable.RowSelected)
    async def _chosen(self) -> None:
        await self.action_perform("open")

    @on(DataTable.RowHighlighted)
    def _moved(self) -> None:
        self.refresh_keys()
        self._look_at_export()
        self._show_preview()

    def _show_preview(self) -> None:
        """What stands beside the list; where there is no room for it, only the newest export is looked for."""
        self.query_one(ProjectPreview).show(self.selected.name if self.selected else "")

    @work(exclusive=True, group="keys")
    async def _look_at_export(self) -> None:
        """What one key would export of the project under the cursor, for the last line."""
        if self.selected is not None:
            name = self.selected.name
            choice = await self.ask(last_export, self.workspace, name)
            if choice is not None and self.is_attached and (name, choice) != self._export:
                self._export = (name, choice)
                self.refresh_keys()

    def action_open(self) -> None:
        if self.selected:
            self.services.routes.project(self.selected.name)
        elif remote := self.selected_remote:
            self.services.routes.remote_project(remote)

    def action_copy(self) -> None:
        if newest := self.query_one(ProjectPreview).newest:
            self.services.send(newest.name, newest.name)

    def action_team(self) -> None:
        self.services.routes.team()

    def action_azure(self) -> None:
        self.services.routes.azure(on_return=self._load_remote)

    def action_label(self) -> None:
        if self.selected:
            self.services.routes.label(self.selected.name)

    @work(exclusive=True, group="dialog")
    async def action_new(self) -> None:
        use_colour_numbers(())
        made = await self.services.routes.create_project()
        if made:
            self.close_search()  # which might not show it
            self._to_select = made
        await self.reload()
        if made:
            self.services.routes.project(made)

    def action_export(self) -> None:
        from tui_labeler.tui.flows.export import begin_export

        if self.selected:
            begin_export(self, self.selected.name)

    def action_export_as(self) -> None:
        from tui_labeler.tui.flows.export import begin_export

        if self.selected:
            begin_export(self, self.selected.name, ask=True)

    async def action_pause(self) -> None:
        from tui_labeler.tui.flows.pause import pause_or_start

        if self.selected:
            await pause_or_start(self, self.selected.name, self.selected.status)
            await self.reload()

    @work()
    async def action_refresh(self) -> None:
        from tui_labeler.tui.flows.refresh import refresh_project

        if self.selected:
            await refresh_project(self, self.selected.name)
            await self.reload()

    @work()
    async def action_delete(self) -> None:
        from tui_labeler.tui.flows.delete import delete_project

        if self.selected:
            await delete_project(self, self.selected.name)
            await self.reload()

    def action_show_all(self) -> None:
        self.close_search()

    def leave(self) -> None:
        self.app.exit()
