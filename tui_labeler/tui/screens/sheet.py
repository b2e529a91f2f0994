"""Classifying 4, 6 or 9 images at a time."""

from __future__ import annotations

import asyncio

from textual import on

from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.sheet import Tile, tile_at
from tui_labeler.labeling.key_result import KeyResult
from tui_labeler.labeling.keys import Command
from tui_labeler.labeling.sheet import LAYOUTS, Place, Sheet, next_layout
from tui_labeler.labeling.sheet_session import SheetSession
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import Status
from tui_labeler.model.text import plural, safe_text
from tui_labeler.tui import labelkeys, panelstate
from tui_labeler.tui.actions import Action
from tui_labeler.tui.assisting import Assisting
from tui_labeler.tui.flows.agree import agree_to_send
from tui_labeler.tui.graphicsapp import grid_of_app
from tui_labeler.tui.pictures import Pictures
from tui_labeler.tui.screens.labelbase import layout_key
from tui_labeler.tui.screens.labelline import LineScreen
from tui_labeler.tui.session_worker import DiskThread
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.tui.workers import work


class SheetScreen(LineScreen):
    """Images in a grid, tagged by digits and submitted together."""

    HELP_TEXT = labelkeys.SHEET_HELP

    def __init__(self, project: str, spec: ProjectSpec, keymap: dict[str, Command], layout: int) -> None:
        super().__init__(project)
        self._spec = spec
        self._sheet = Sheet(spec.details.type, spec.classes.names, keymap, layout)
        self._disk = DiskThread(self.saving)
        self._pictures = Pictures(lambda path: self.workspace.tasks.read_image(project, path))
        self._shown: dict[str, Picture] = {}
        self._session: SheetSession | None = None
        self._assisting: Assisting | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return self._sheet.names

    @property
    def keymap(self) -> dict[str, Command]:
        return self._sheet.keymap

    @property
    def disk(self) -> DiskThread:
        return self._disk

    def on_mount(self) -> None:
        self.query_one(KeyBar).show(labelkeys.sheet_footer(self._sheet))
        self._next()

    def on_unmount(self) -> None:
        self._pictures.close()
        self._disk.close(self._session.end if self._session else None)
        self._close_line()

    # The session, in its thread

    def _next(self, last: asyncio.Future[None] | None = None) -> None:
        """Another sheet of open tasks, after what is on its way to the disk already."""
        self.ready.clear()
        self._open_next(last)

    @work(group="session")
    async def _open_next(self, last: asyncio.Future[None] | None) -> None:
        if self._assisting is None and self._spec.assist.enabled:
            await agree_to_send(self, self.project)
            self._assisting = Assisting(self.workspace, self.project)
        try:
            if last is not None:
                await last
        except LabelerError as error:
            self.show_error(error)
            self.unforeseen()
        try:
            await self._open(self._session or await self._begun())
        except LabelerError as error:
            self._show_empty(self._strand(error), labelkeys.footer(None))
        finally:
            self.ready.set()

    async def _begun(self) -> SheetSession:
        self._line = await self._open_line()
        sessions = self.workspace.sessions
        self._session = session = sessions.sheet(self.project, self.services.labeler, self._line)
        return session

    async def _open(self, session: SheetSession) -> None:
        if self._line is not None:
            self._line.ahead = self._sheet.layout
        drafts = await self._disk.run(lambda: session.claim(self._sheet.layout))
        self._shown = {}
        self._disk.opened(drafts)
        self._sheet.open(
            tuple(
                Place(path, draft, self._newer(session, path), session.proposed.get(path, ()))
                for path, draft in drafts.items()
            )
        )
        if not drafts:
            status = await self.ask(self.workspace.projects.status, self.project)
            offers = self._done_offers(status) if status else labelkeys.footer(None)
            if self.line_words():
                self._strand()
            self._show_empty(await self._disk.run(session.why_empty), offers, is_done=True)
            return
        self.hide_notice()
        width, height = grid_of_app(self).size(max(self.size.width, 80), max(self.size.height, 24))
        self._pictures.enough = Size(width, height)
        self._pictures.keep(drafts)
        self._draw()
        await asyncio.gather(*(self._load(index, path) for index, path in enumerate(drafts)))
        self._count(tuple(drafts))

    def _newer(self, session: SheetSession, path: str) -> str:
        who = session.newer_labels(path)
        return f"{who} labeled it after you began: open it alone (W) to choose." if who else ""

    @work(exclusive=True, group="count")
    async def _count(self, paths: tuple[str, ...]) -> None:
        """How much is left, and what comes next: prepared while these are looked at."""
        session = self._session
        if self._assisting is not None and (news := await self.ask(self._assisting.news)):
            self.app.notify(safe_text(news, 300), severity="warning", markup=False, timeout=12)
        status = await self.ask(self.workspace.projects.status, self.project)
        if status is not None and session is not None and self.is_attached:
            self.tell_pending(status)
            upcoming = await self._disk.run(lambda: session.upcoming(self._sheet.layout))
            self._pictures.keep([*paths, *(task.path for task in upcoming)])

    async def _load(self, index: int, path: str) -> None:
        try:
            self._shown[path] = await self._pictures.get(path)
        except LabelerError as error:
            draft = self._sheet.places[index].draft
            self._sheet.places[index] = Place(path, draft, str(error).split("\n")[0])
            self.unforeseen()
        if self.is_attached:
            self._draw()

    def _submit(self) -> None:
        session, sheet = self._session, self._sheet
        assert session is not None
        ready = {
            image.path: (image.draft, self._shown[image.path].size)
            for image in sheet.places
            if image.draft.tags and image.path in self._shown
        }
        self._next(self._disk.run(lambda: session.submit(ready)))

    def _skip(self) -> None:
        """The image with the focus goes; the others stay, and what was given is kept as drafts."""
        session, sheet = self._session, self._sheet
        if session is None or not sheet.places:
            return
        path = sheet.places[sheet.focus].path
        self.ready.clear()
        self._skipped(session, sheet.focus, self._disk.run(lambda: session.skip(path)))

    @work(group="session")
    async def _skipped(self, session: SheetSession, index: int, step: asyncio.Future[None]) -> None:
        sheet = self._sheet
        try:
            await step
            del sheet.places[index]
            if sheet.places:
                sheet.open(tuple(sheet.places))
                self._draw()
            else:
                await self._open(session)
        except LabelerError as error:
            self.show_error(error)
            self.unforeseen()
        finally:
            self.ready.set()

    def _show_empty(self, text: str, offers: tuple[Action, ...], is_done: bool = False) -> None:
        self.unforeseen()
        self._sheet.open(())
        self.show_notice(text)
        self.offer(offers, is_done)
        self._draw()

    def _done_offers(self, status: Status) -> tuple[Action, ...]:
        return tuple(offer for offer in labelkeys.done_offers(self.keymap, status) if offer.name != "previous")

    def show_done(self, status: Status) -> None:
        self._tell_done(status)

    @work(exclusive=True, group="done")
    async def _tell_done(self, status: Status) -> None:
        if self._session is None:
            return
        why = await self._disk.run(self._session.why_empty)
        if self._is_done:
            self.show_notice(why)
            self.offer(self._done_offers(status), is_done=True)
            self._draw()

    def go_on_stranded(self) -> None:
        self._next()

    def go_on(self) -> None:
        if not self.is_opening:
            self._next()

    def review(self, paths: tuple[str, ...]) -> None:
        self.services.routes.label(self.project, paths[0])

    # Keys

    async def press(self, key: str) -> None:
        if not self.is_opening:
            offered = self.offered(key)
            self._react(KeyResult(offered) if offered else self._sheet.press(key))

    async def command(self, name: str) -> None:
        if not self.is_opening:
            self._react(self._sheet.command(name))

    async def choose(self, class_index: int) -> None:
        if not self.is_opening:
            self._react(self._sheet.tag(class_index))

    def _react(self, key_result: KeyResult) -> None:
        self._message = key_result.message
        self._keep()
        if self.do_offer(key_result.command):
            return
        if key_result.command == "submit":
            if self._sheet.places:
                self._submit()
        elif key_result.command == "skip":
            self._skip()
        elif key_result.command == "layout":
            self._change_layout()
        elif key_result.command == "back":
            self.leave()
        elif key_result.command == "resume" and not self._sheet.places:
            self.go_on()
        elif key_result.command in ("previous", "next", "resume"):
            self._message = f"Earlier images open one at a time: {self._sheet.key('layout')} changes the layout."
        else:
            self.open_dialog(key_result.command)
        self._draw()

    def _keep(self) -> None:
        """Every draft that changed is on the disk before the next key matters."""
        session = self._session
        if session is None:
            return
        for image in self._sheet.places:
            self._disk.keep(image.path, image.draft, session.save, self._told)
        self._disk.after(session.active, self._told)

    def _told(self, error: LabelerError) -> None:
        self.app.call_later(self.show_error, error)

    def _change_layout(self) -> None:
        self.ready.clear()
        self._open_layout(next_layout(self._sheet.layout))

    @work(group="session")
    async def _open_layout(self, layout: int) -> None:
        await self.ask(self.workspace.memory.remember, layout_key(self.project), str(layout))
        if layout == 1:
            if self._session is not None:
                await self._disk.run(self._session.end)  # the first of these images is what is going to be opened
            await self._end_line()
            self.services.routes.label_in_place(self.project)
            return
        self._sheet.layout = layout
        self._next()

    # Showing

    @on(Canvas.Resized)
    async def on_screen_resume(self) -> None:
        self._draw()

    def _draw(self) -> None:
        sheet, canvas = self._sheet, self.query_one(Canvas)
        if sheet.places and canvas.size.area:
            tiles = tuple(
                Tile(
                    self._shown.get(image.path),
                    () if image.is_open else image.draft.tags,
                    image.problem or ("" if image.path in self._shown else "Opening…"),
                    proposed=image.proposed if image.is_open else (),
                    focused=number == sheet.focus,
                    selected=number in sheet.selected,
                )
                for number, image in enumerate(sheet.places)
            )
            places = {name: number for number, name in enumerate(sheet.names)}
            canvas.show_sheet(LAYOUTS[sheet.layout], tiles, places)
        self._draw_side()

    def _draw_side(self) -> None:
        sheet = self._sheet
        file = sheet.places[sheet.focus].path if sheet.places else ""
        facts = (("Layout", plural(sheet.layout, "image")), ("File", file))
        if self._offers:
            self.show_panel(panelstate.of_nothing(sheet, "", "", self._offers))
            self.query_one(KeyBar).show(self._offers)
        else:
            self.show_panel(panelstate.of_sheet(sheet, facts))
            self.query_one(KeyBar).show(labelkeys.sheet_footer(sheet))
        self.draw_prompt()

    def prompt(self) -> str:
        sheet = self._sheet
        if not sheet.places:
            return ""
        if sheet.picker.is_open:
            return sheet.picker.prompt()
        chosen = f"A digit tags the {len(sheet.selected)} selected" if sheet.selected else "A digit tags this one"
        proposed = sum(image.is_open for image in sheet.places)
        take = f" · {sheet.key('submit')} takes {plural(proposed, 'proposal')}" if proposed else ""
        left = f" · {len(sheet.untagged)} without a tag" if sheet.untagged else f" · {sheet.key('submit')} submits"
        return f"{chosen}{take or left} · Space selects"

    # The mouse

    @on(Canvas.Pointed)
    def _pointed(self, event: Canvas.Pointed) -> None:
        if event.what == "down" and not self.is_opening:
            canvas = self.query_one(Canvas)
            size, layout = canvas.size, LAYOUTS[self._sheet.layout]
            self._sheet.toggle(tile_at(size.width, size.height, layout, *canvas.grid.cell(event.dot_x, event.dot_y)))
            self._draw()

    @on(LabelPanel.Picked)
    def _picked(self, event: LabelPanel.Picked) -> None:
        self._react(self._sheet.tag(event.place))
        self.query_one(Canvas).focus()
