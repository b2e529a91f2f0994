"""The task that is open: where it stands in the project, what comes after it, and what models say of it."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace

from tui_labeler.imaging.view import View
from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.tasks import Task
from tui_labeler.model.text import safe_text
from tui_labeler.tui.assisting import Assisting
from tui_labeler.tui.graphicsapp import grid_of_app
from tui_labeler.tui.holding import when_seen
from tui_labeler.tui.remarks import remark_on
from tui_labeler.tui.screens.labelimage import ImageScreen
from tui_labeler.tui.session_worker import DiskThread, SessionWorker
from tui_labeler.tui.standing import Parts, Standing
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.workers import work

# Seconds in which a frame is encoded and written.
_FRAME_WRITTEN = 0.03
# From so many columns on, the first line has room for the way here beside what it says of the image.
_ROOM_FOR_ALL = 120


class TaskScreen(ImageScreen):
    """Tells how the open task stands, and prepares those that come next. How one comes onto the screen, a subclass says."""

    def __init__(self, project: str) -> None:
        super().__init__(project)
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

    def draft_changed(self) -> None:
        if self._editor is not None:
            self._session_worker.keep_open(self._editor.draft)

    # When the image is on the screen

    @work(exclusive=True, group="prepare")
    async def _prepare(self) -> None:
        """What can wait does, the panel too: it would take the processor from the frame with the image."""
        await asyncio.sleep(_FRAME_WRITTEN)
        await self.ready.wait()
        if self not in self.app.screen_stack:
            return  # it is being taken apart
        if self._is_undrawn:
            await self._draw_when_seen()
        self._draw()
        self._sharpen()
        self._count()
        await self._tell_review_reasons()

    async def _draw_when_seen(self) -> None:
        """Draws an image that was held."""
        async with when_seen(self):
            if self._editor is not None:
                self._draw_picture(self._editor)
        await asyncio.sleep(_FRAME_WRITTEN)

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
