"""How tasks come onto the labeling screen: opened, told about, counted, and what stands there when there is none."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace

from tui_labeler.imaging.colours import use_colour_numbers
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import View
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import load_keymap
from tui_labeler.labeling.listed_tasks import ListedTasks
from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.errors import LabelerError, NewerLabels, Unreachable
from tui_labeler.model.geometry import Size
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.tasks import Status, Submission, Task
from tui_labeler.model.text import safe_text
from tui_labeler.tui import labelkeys, panelstate
from tui_labeler.tui.actions import Action
from tui_labeler.tui.assisting import Assisting
from tui_labeler.tui.flows.agree import agree_to_send
from tui_labeler.tui.flows.drafts import bring_back_drafts, choose_labels
from tui_labeler.tui.graphicsapp import grid_of_app
from tui_labeler.tui.remarks import remark_on
from tui_labeler.tui.screens.labelbase import layout_key
from tui_labeler.tui.screens.labelimage import ImageScreen
from tui_labeler.tui.session_worker import DiskThread, SessionWorker
from tui_labeler.tui.standing import Parts, Standing
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.workers import work

# Seconds in which a frame is encoded and written.
_FRAME_WRITTEN = 0.03
# How often the size of the canvas is looked at, ten milliseconds apart, before an image counts as open: a window that is
# too small has no canvas.
_LAYOUT_ROUNDS = 50
# From so many columns on, the first line has room for the way here beside what it says of the image.
_ROOM_FOR_ALL = 120


class TaskScreen(ImageScreen):
    """Opens one task after the other and tells how it stands; what keys do to it, inheritors say."""

    HELP_TEXT = labelkeys.HELP_TEXT

    def __init__(self, project: str, path: str = "", listed: ListedTasks | None = None) -> None:
        """`path`: the task to open, for looking at it or correcting it; without one, the next of the queue. `listed`: the
        tasks to look through instead."""
        super().__init__(project)
        self._first_path = path or (listed.paths[listed.position] if listed else "")
        self._first_listed = listed
        self._session_worker = SessionWorker(
            lambda: self.app.call_later(self.say, "This task went to someone else; your draft is kept."),
            lambda error: self.app.call_later(self.show_error, error),
            self.saving,
        )
        self._assisting: Assisting | None = None
        self._stands = Standing()

    @property
    def path(self) -> str:
        return self._session.task.path if self._session and self._session.task else ""

    def crumbs(self) -> tuple[str, ...]:
        where = (self.project, self.path or "Label")
        return where if self.size.width < _ROOM_FOR_ALL else ("Projects", *where)

    def standing(self) -> Parts:
        session, editor = self._session, self._editor
        if session is None or session.task is None or editor is None:
            return ()
        position = f"{session.listed.words} found" if session.listed else self._stands.position_words(session.task)
        if self._is_correction:
            return position, (f"● changed, {editor.key('submit')} submits", "bold $text-warning")
        return position, self._stands.state_words(session.task, editor.draft.is_changed)

    def model_words(self) -> str:
        return self._assisting.words if self._assisting is not None else ""

    def outlines(self, path: str, prompt: Prompt) -> Future[tuple[Outline, ...]] | None:
        segmenter = self._assisting.segmenter if self._assisting is not None else None
        return segmenter.outlines(path, prompt) if segmenter is not None else None

    def task_state(self) -> str:
        task = self._session.task if self._session else None
        if task is None or self._editor is None:
            return ""
        if self._is_correction:
            return "● changed"
        return task.state.caption

    @property
    def _is_correction(self) -> bool:
        """Whether labels that count were changed, and the change is not submitted."""
        task, editor = self._session.task if self._session else None, self._editor
        return task is not None and editor is not None and not task.is_open and editor.draft.is_changed

    @property
    def disk(self) -> DiskThread:
        return self._session_worker

    @property
    def _session(self) -> LabelingSession | None:
        return self._session_worker.session

    def on_mount(self) -> None:
        self.set_class(True, "-notice")
        self._begin()

    def on_unmount(self) -> None:
        self._pictures.close()
        self._session_worker.end()
        self._close_line()

    def go_on_stranded(self) -> None:
        if self._editor is None:
            self._begin()
        elif self._session is not None and self._session.task is not None:
            self._go(self._session_worker.run(lambda: None))
        else:
            self.go_on()

    def draft_changed(self) -> None:
        if self._editor is not None:
            self._session_worker.keep_open(self._editor.draft)

    # The session, in its thread

    @work(exclusive=True, group="session")
    async def _begin(self) -> None:
        try:
            keymap = load_keymap(self.services.places.config / "keys.toml")
            self._spec = await asyncio.to_thread(self.workspace.projects.specification, self.project)
            regions = await asyncio.to_thread(self.workspace.tasks.recent_regions, self.project)
            layout = await asyncio.to_thread(self.workspace.memory.recall, layout_key(self.project))
            await bring_back_drafts(self, self.project)
            line = await self._open_line()
        except Unreachable as error:
            self.show_notice(self._strand(error))
            self.ready.set()
            return
        except LabelerError as error:
            self.app.notify(safe_text(error, 400), severity="error", markup=False, timeout=12)
            self.dismiss()
            return
        use_colour_numbers(self._spec.classes.colour_numbers)
        self._editor = Editor(self._spec.details.type, self._spec.classes.names, keymap)
        if layout in ("4", "6", "9") and self._editor.offers("layout") and not self._first_path:
            self._show_sheet(int(layout))
            return
        self._editor.sizes.learn(reversed(regions))
        sessions, who = self.workspace.sessions, self.services.labeler
        self._line = line
        self._session_worker.session = session = sessions.labeling(self.project, who, line)
        session.coming = self._pictures.begin
        if self._spec.assist.enabled:
            await agree_to_send(self, self.project)
            self._assisting = Assisting(self.workspace, self.project)
            await self.ask(self._assisting.begin)
            self._editor.has_segmenter = self._assisting.segmenter is not None
        path, listed = self._first_path, self._first_listed
        if listed is not None:
            self._go(self._session_worker.run(lambda: session.look_through(listed)))
        else:
            self._go(self._session_worker.run(lambda: session.open(path) if path else session.begin()))

    @work(group="session")
    async def _go(self, step: asyncio.Future[object]) -> None:
        """Shows the task that `step`, on its way to the disk already, opens. Keys typed meanwhile wait for it."""
        self.ready.clear()
        self.fit_pictures()
        try:
            moved = await step
            if not self._is_there:
                return
            if moved is False:
                self.say("There is no further task in that direction.")
                self.unforeseen()
            else:
                await self._open()
        except NewerLabels:
            await self._open()
        except LabelerError as error:
            self.show_error(error)
            self.unforeseen()
            if self._session is not None and self._session.task is None:
                self._show_empty(self._strand(error), labelkeys.footer(None))
        finally:
            self.ready.set()

    async def _open(self) -> None:
        session, editor = self._session, self._editor
        assert session is not None
        assert editor is not None
        if session.task is None and session.listed is not None:
            self.app.notify(f"That was the last of {session.listed.total:,}.", markup=False)
            self.leave()
            return
        if session.task is None:
            status = await self.ask(self.workspace.projects.status, self.project)
            why = await self._session_worker.run(session.why_empty)
            offers = labelkeys.done_offers(editor.keymap, status) if status else labelkeys.footer(None)
            if not self._is_there:
                return
            if self.line_words():
                self._strand()
            self._show_empty(why, offers, is_done=True)
            return
        task, draft = session.task, self._session_worker.begin()
        try:
            picture = await self._pictures.get(task.path)
            if not self._is_there:
                return
        except LabelerError as error:
            if not self._is_there:
                return
            words = labelkeys.broken_words(editor, task.path, self._strand(error))
            self._show_empty(words, labelkeys.broken_offers(editor))
            return
        if session.newer is not None:
            await self._decide(session, session.newer, draft, picture)
            return
        editor.open(draft, picture.size, session.proposed, session.candidates)
        self.hide_notice()
        canvas = self.query_one(Canvas)
        size = canvas.size if canvas.size.area else self.query_one(".stage").size
        self._look.open(picture, size.width, size.height, grid_of_app(self))
        canvas.focus()
        await self._laid_out(canvas)
        self._draw_picture(editor)
        self._prepare()
        if editor.needs_objects:
            await self._find_objects(editor)

    async def _decide(self, session: LabelingSession, theirs: Submission, mine: Draft, picture: Picture) -> None:
        """Someone submitted labels after this draft was begun: neither takes the other's place before a person says so."""
        self.unforeseen()
        choice = await choose_labels(self, self._spec, self.path, theirs, mine, picture)
        if choice is None:
            self.dismiss()
            return
        draft, is_theirs = choice
        await self._session_worker.run(lambda: session.decide(draft))
        if is_theirs:
            await self._session_worker.run(session.resume)
        await self._open()

    async def _laid_out(self, canvas: Canvas) -> None:
        """Letters lead to places in what is seen of the image: the canvas must have its size before a key is taken."""
        for _ in range(_LAYOUT_ROUNDS):
            view = self._look.view
            if view is None or (view.columns, view.rows) == (canvas.size.width, canvas.size.height):
                return
            await asyncio.sleep(0.01)

    @work(exclusive=True, group="prepare")
    async def _prepare(self) -> None:
        """What can wait does, the panel too: it would take the processor from the frame with the image."""
        await asyncio.sleep(_FRAME_WRITTEN)
        await self.ready.wait()
        if self not in self.app.screen_stack:
            return  # it is being taken apart
        self._draw()
        self._sharpen()
        self._count()
        await self._tell_review_reasons()

    async def _tell_review_reasons(self) -> None:
        """Why this image has to be looked at again: beside it, and below it until the next key."""
        path = self.path
        try:
            remark = await self._session_worker.run(lambda: remark_on(self._session, self.workspace))
        except LabelerError as error:
            self.say(str(error))
            return
        if remark is not None and self.path == path:
            self.remark_on(path, remark)
            if not self._message:
                self.say(remark.words)

    def _show_empty(self, text: str, offers: tuple[Action, ...], is_done: bool = False) -> None:
        self.unforeseen()
        self._look.close()
        self.show_notice(text)
        self.offer(offers, is_done)
        if self._editor is not None:
            self._editor.open(Draft(), Size(1, 1))
            state = panelstate.of_nothing(self._editor, self.path, self.task_state(), offers)
            self.show_panel(state)
        self._count()

    def show_done(self, status: Status) -> None:
        if self._session is not None and self._editor is not None:
            self._tell_done(self._session, self._editor, status)

    @work(exclusive=True, group="done")
    async def _tell_done(self, session: LabelingSession, editor: Editor, status: Status) -> None:
        """What others do changes why there is no task, and what can be done."""
        why = await self._session_worker.run(session.why_empty)
        if self._is_done:
            offers = labelkeys.done_offers(editor.keymap, status)
            self.show_notice(why)
            self.offer(offers, is_done=True)
            self.show_panel(panelstate.of_nothing(editor, "", "", offers))

    @work(exclusive=True, group="count")
    async def _count(self) -> None:
        """How much is left, and what comes next: prepared while this image is looked at."""
        session = self._session
        if session is None:
            return
        status = await self.ask(self.workspace.projects.status, self.project)
        try:
            upcoming, earlier = await self._session_worker.run(session.nearby)
        except LabelerError as error:
            self.show_error(error)
            return
        if status is None or not self.is_attached:
            return
        self._stands = replace(self._stands, total=status.total)
        self.tell_pending(status)
        await self._stand(session.task)
        self._pictures.keep([path for path in (self.path, *upcoming, earlier) if path])
        if upcoming:
            self._send_ahead(upcoming[0])
        if self._assisting is not None and self.path:
            self._assisting.look((self.path, *upcoming[:1]))
        if self._assisting is not None and (news := await self.ask(self._assisting.news)):
            self.app.notify(safe_text(news, 300), severity="warning", markup=False, timeout=12)

    @work(exclusive=True, group="ahead")
    async def _send_ahead(self, path: str) -> None:
        """The image that comes after this one, so that it stands there at once."""
        picture = await self._pictures.coming(path)
        canvas = self.query_one_optional(Canvas)
        if picture is not None and canvas is not None and canvas.size.area:
            size, grid = canvas.size, grid_of_app(self)
            await canvas.prepare(picture, View.fit(picture.size, size.width, size.height, grid), self._look.tone)

    async def _stand(self, task: Task | None) -> None:
        """Where the task stands in the project, and whose labels count."""
        if task is None:
            return
        stands = await self.ask(self._stands.of, task, self.workspace.tasks)
        if stands is not None and self.is_attached and self._session is not None and self._session.task is task:
            self._stands = stands
            self.refresh_crumbs()

    # Another screen in its place

    def _show_sheet(self, layout: int) -> None:
        """Several images instead of one; drafts are kept."""
        self.ready.clear()
        self._open_sheet(layout)

    @work(exclusive=True, group="session")
    async def _open_sheet(self, layout: int) -> None:
        await self.ask(self.workspace.memory.remember, layout_key(self.project), str(layout))
        if self._session is not None:
            # The open image, with its draft, is one of those that the sheet is going to claim.
            await self._session_worker.run(self._session.end)
        await self._end_line()
        self.services.routes.sheet_in_place(self.project, self._spec, self.keymap, layout)
