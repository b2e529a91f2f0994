"""How tasks come onto the labeling screen, one after the other, and what stands there when there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tui_labeler.imaging.colours import use_colour_numbers
from tui_labeler.imaging.picture import Picture
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import load_keymap
from tui_labeler.labeling.listed_tasks import ListedTasks
from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.errors import ClassGone, DiskFull, LabelerError, NewerLabels, Unreachable
from tui_labeler.model.geometry import Size
from tui_labeler.model.tasks import ProjectState, Status, Submission
from tui_labeler.model.text import safe_text
from tui_labeler.tui import labelkeys, panelstate
from tui_labeler.tui.actions import Action
from tui_labeler.tui.assisting import Assisting
from tui_labeler.tui.flows.agree import agree_to_send
from tui_labeler.tui.flows.drafts import bring_back_drafts, choose_labels
from tui_labeler.tui.graphicsapp import grid_of_app
from tui_labeler.tui.screens.labelbase import layout_key
from tui_labeler.tui.screens.labeltask import TaskScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.workers import work

# How often the size of the canvas is looked at, ten milliseconds apart, before an image counts as open: a window that is
# too small has no canvas.
_LAYOUT_ROUNDS = 50


class SessionScreen(TaskScreen):
    """Opens one task of the labeling session after the other; what keys do to it, a subclass says."""

    HELP_TEXT = labelkeys.HELP_TEXT

    def __init__(self, project: str, path: str = "", listed: ListedTasks | None = None) -> None:
        """`path`: the task to open, for looking at it or correcting it; without one, the next of the queue. `listed`: the
        tasks to look through instead."""
        super().__init__(project)
        self._first_path = path or (listed.paths[listed.position] if listed else "")
        self._first_listed = listed

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
        except (Unreachable, DiskFull) as error:
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
            if isinstance(moved, str):
                self.say(f"{moved} {self._editor.key('go_to')} opens any." if self._editor else moved)
                self.unforeseen()
            else:
                await self._open()
        except (NewerLabels, ClassGone):
            await self._open()
        except LabelerError as error:
            is_empty = self._session is not None and self._session.task is None
            # A full disk stands in the place of the image, and is tried again: it is not told each time.
            if not (is_empty and isinstance(error, DiskFull)):
                self.show_error(error)
            self.unforeseen()
            if is_empty:
                self._show_empty(self._strand(error), labelkeys.footer(None))
        finally:
            self.ready.set()

    async def _open(self) -> None:
        session, editor = self._session, self._editor
        assert session is not None
        assert editor is not None
        if session.task is None and session.listed is not None:
            self.app.notify(session.listed.end_words, markup=False)
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
            self.empty_queue.is_paused = status is not None and status.status is ProjectState.PAUSED
            return
        task, draft = session.task, self._session_worker.begin()
        self.renew_classes(session.class_list)
        if session.lost:  # keys typed ahead were for what was there
            self.unforeseen()
            lost = f"{session.lost} Look at what is left, and submit it."
            self.app.notify(safe_text(lost, 400), severity="warning", markup=False, timeout=12)
        try:
            picture = await self._pictures.get(task.path)
            if not self._is_there:
                return
        except LabelerError as error:
            if not self._is_there:
                return
            is_away = isinstance(error, Unreachable)
            words = labelkeys.broken_words(editor, task.path, self._strand(error), is_away)
            self._show_empty(words, labelkeys.broken_offers(editor, is_away))
            return
        if session.newer is not None:
            await self._decide(session, session.newer, draft, picture)
            return
        editor.open(draft, picture.size, session.proposed, session.candidates)
        self.hide_notice()
        canvas = self.query_one(Canvas)
        size = canvas.size if canvas.size.area else self.query_one(".stage").size
        self._look.open(picture, size.width, size.height, grid_of_app(self))
        if not canvas.has_focus:  # else it would be painted anew, with the image before this one
            canvas.focus()
        await self._laid_out(canvas)
        self._is_undrawn = True
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
        if self.empty_queue.is_done:
            offers = labelkeys.done_offers(editor.keymap, status)
            self.show_notice(why)
            self.offer(offers, is_done=True)
            self.show_panel(panelstate.of_nothing(editor, "", "", offers))

    def use_classes(self, names: tuple[str, ...], became: Mapping[str, str]) -> None:
        if self._editor is not None:
            self._editor.use_classes(names, became)

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
