"""How sheets of tasks come onto the screen: claimed and opened together, submitted, and what stands there without any."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Mapping

from tui_labeler.imaging.picture import Picture
from tui_labeler.labeling.keys import Command
from tui_labeler.labeling.sheet import Place, Sheet, next_layout
from tui_labeler.labeling.sheet_session import SheetSession
from tui_labeler.model.errors import LabelerError, Unreachable
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ProjectState, Status
from tui_labeler.model.text import safe_text
from tui_labeler.tui import labelkeys
from tui_labeler.tui.actions import Action
from tui_labeler.tui.assisting import Assisting
from tui_labeler.tui.flows.agree import agree_to_send
from tui_labeler.tui.graphicsapp import grid_of_app
from tui_labeler.tui.pictures import Pictures
from tui_labeler.tui.screens.labelbase import layout_key
from tui_labeler.tui.screens.labelline import LineScreen
from tui_labeler.tui.session_worker import DiskThread
from tui_labeler.tui.workers import work

# Seconds in which images that were prepared come.
_TOGETHER = 0.03


class SheetSessionScreen(LineScreen):
    """Opens one sheet of the session after the other; what keys do to it, and how it looks, a subclass says."""

    def __init__(self, project: str, spec: ProjectSpec, keymap: dict[str, Command], layout: int) -> None:
        super().__init__(project)
        self._spec = spec
        self._sheet = Sheet(spec.details.type, spec.classes.names, keymap, layout)
        self._disk = DiskThread(self.saving)
        self._pictures = Pictures(lambda path: self.workspace.tasks.read_image(project, path))
        self._shown: dict[str, Picture] = {}
        self._is_drawn_soon = False
        self._session: SheetSession | None = None
        self._assisting: Assisting | None = None

    @property
    def disk(self) -> DiskThread:
        return self._disk

    def on_unmount(self) -> None:
        self._pictures.close()
        self._disk.close(self._session.end if self._session else None)
        self._close_line()

    @abstractmethod
    def _draw(self) -> None:
        """Shows the sheet as it is now."""

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
        if drafts:
            self.renew_classes(session.class_list)
        task_ids = {path: lease.task.id for path, lease in session.leases.items()}
        self._disk.opened(drafts, task_ids, session.class_list.edit)
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
            self.empty_queue.is_paused = status is not None and status.status is ProjectState.PAUSED
            return
        self.hide_notice()
        width, height = grid_of_app(self).size(max(self.size.width, 80), max(self.size.height, 24))
        self._pictures.enough = Size(width, height)
        self._pictures.keep(drafts)
        self._draw_soon()
        loading = (self._load(index, path) for index, path in enumerate(drafts))
        if away := next((error for error in await asyncio.gather(*loading) if error is not None), None):
            self._show_empty(self._strand(away), labelkeys.footer(None))
            return
        self._count(tuple(drafts))

    def use_classes(self, names: tuple[str, ...], became: Mapping[str, str]) -> None:
        self._sheet.use_classes(names)

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

    async def _load(self, index: int, path: str) -> Unreachable | None:
        """What is to be said once, as it would be the same for each image."""
        try:
            self._shown[path] = await self._pictures.get(path)
        except Unreachable as error:
            return error
        except LabelerError as error:
            draft = self._sheet.places[index].draft
            self._sheet.places[index] = Place(path, draft, str(error).split("\n")[0])
            self.unforeseen()
        if self.is_attached:
            self._draw_soon()
        return None

    def _draw_soon(self) -> None:
        """Images that come together are drawn together: each time, all of them go to the terminal."""
        if not self._is_drawn_soon:
            self._is_drawn_soon = True
            self.set_timer(_TOGETHER, self._draw_loaded)

    def _draw_loaded(self) -> None:
        self._is_drawn_soon = False
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
        if self.empty_queue.is_done:
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

    # Another layout

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
