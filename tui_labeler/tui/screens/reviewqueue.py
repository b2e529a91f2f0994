"""Where the review screen gets its images from, and what becomes of the decisions about them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable

from textual.content import Content
from textual.widgets import Static

from tui_labeler.labeling.reviewing import Decision, ReviewSheet
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.mistakes import Mistake
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.review import ReviewItem, ReviewState
from tui_labeler.tui.screens.reviewbase import ReviewBase
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.workers import work

# Images that are reviewed together: enough for some pages of each class, and few enough to stay in memory.
_BATCH = 24
# Seconds between two looks, where nothing waits, whether something does by now.
_FOLLOW = 1.0
# A crop's least columns and rows, and the most of them beside and below each other.
_COLUMNS, _ROWS, _ACROSS, _DOWN = 19, 9, 8, 3


class ReviewQueue(ReviewBase):
    """One batch after the other, until nothing waits for the one who sits here. What comes later is said, and opened by a
    key: by itself it would be accepted by a key that was meant for what was there before."""

    _mark: Hashable | None = None
    _has_come = False  # nothing is shown, and something waits by now

    def on_mount(self) -> None:
        self.set_interval(_FOLLOW, self._follow)
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self._next_batch()

    async def on_unmount(self) -> None:
        self._pictures.close()
        try:
            await asyncio.to_thread(self.workspace.review.leave, self.project, self.services.labeler)
        except LabelerError as error:
            self.log.error(str(error))  # what this reviewer had open comes back to the others by itself

    @work(group="session", exclusive=True)
    async def _next_batch(self) -> None:
        self.ready.clear()
        try:
            await self._open_batch()
        finally:
            self.ready.set()

    async def _open_batch(self) -> None:
        canvas = self.query_one(Canvas)
        columns, rows = max(self.app.size.width, 80), max(self.app.size.height - 4, 20)
        self._across = min(max(columns // _COLUMNS, 1), _ACROSS)
        batch = await self.ask(self._read)
        if batch is None:
            self._say_nothing("Nothing can be reviewed here.")
            return
        spec, items, mistakes, self._waiting = batch
        self._has_come = False
        names, has_review = spec.classes.names, spec.workforce.review > 0
        self._sheet = ReviewSheet(names, self._across * min(max(rows // _ROWS, 1), _DOWN))
        self._sheet.open(items, mistakes)
        self._images, self._image, self._shown = None, 0, {}
        self.refresh_keys()  # some are for images only
        if not items:
            self._say_nothing(f"Nothing waits for you.{self._why_nothing(has_review)}")
            return
        self.set_class(False, "-notice")
        canvas.focus()
        await self._show()

    def _follow(self) -> None:
        """Asks one cheap question: whether anyone has written since."""
        if self._sheet.pages or self._has_come or not self.ready.is_set():
            return
        mark = self.change_mark()
        if mark is not None and mark != self._mark:
            self._mark = mark
            self._look_again()

    @work(group="pending", exclusive=True)
    async def _look_again(self) -> None:
        is_waiting = await self.ask(self.workspace.review.is_waiting, self.project, self.services.labeler)
        if is_waiting and not self._sheet.pages and self.ready.is_set() and self.is_attached:
            self._has_come = True
            self._say_nothing("There is something to review again: ⏎ opens it.")
            self.refresh_keys()

    def _why_nothing(self, has_review: bool) -> str:
        if self._waiting:
            return " What waits is your own, or another reviewer has it."
        return "" if has_review else " The project has no review: ⇧Q in its Details says what share of images gets one."

    def _read(self) -> tuple[ProjectSpec, tuple[ReviewItem, ...], dict[str, list[Mistake]], int]:
        """All of it with the same names of classes: it is read again where an owner edited them meanwhile."""
        while True:
            before = self.workspace.queue.class_list(self.project)
            batch = self._read_once()
            if self.workspace.queue.class_list(self.project) == before:
                return batch

    def _read_once(self) -> tuple[ProjectSpec, tuple[ReviewItem, ...], dict[str, list[Mistake]], int]:
        quality, name = self.workspace.quality, self.project
        items = self.workspace.review.waiting(name, self.services.labeler, _BATCH)
        by_path: dict[str, list[Mistake]] = {}
        for mistake in quality.mistakes(name):
            by_path.setdefault(mistake.path, []).append(mistake)
        waiting = quality.figures(name).review.waiting
        return self.workspace.projects.specification(name), items, by_path, waiting

    def _say_nothing(self, text: str) -> None:
        self.set_class(True, "-notice")
        self.query_one("#notice", Static).update(Content(text))
        self.query_one("#prompt", Static).update("")
        self.query_one("#remark", Static).display = False
        self.refresh_crumbs()

    async def _decide(self, decisions: tuple[Decision, ...]) -> None:
        """Keeps decisions; then the next page, or the next batch."""
        if decisions:
            told = await self.ask(self._keep, decisions)
            self._seen += len(decisions)
            self._waiting = max(self._waiting - len(decisions), 0)
            if told:
                self.warn(told)
        if self._sheet.is_done or (self._images is not None and not self._sheet.undecided()):
            await self._open_batch()
        else:
            await self._show()

    def _keep(self, decisions: tuple[Decision, ...]) -> str:
        """Returns what could not be kept, in words."""
        review, who = self.workspace.review, self.services.labeler
        accepted = [decision.item for decision in decisions if decision.state is ReviewState.ACCEPTED]
        problems = []
        if accepted:
            review.accept(self.project, accepted, who)
        for decision in decisions:
            try:
                if decision.labels is not None:
                    review.correct(self.project, decision.item, decision.labels, who)
                elif decision.state is ReviewState.RETURNED:
                    review.give_back(self.project, decision.item, who, decision.comment, region=decision.region)
            except LabelerError as error:
                problems.append(str(error))
        return " ".join(problems[:3])

    @work(group="session")
    async def _decided(self, decisions: tuple[Decision, ...]) -> None:
        await self._while_busy(lambda: self._decide(decisions))

    @work(group="session")
    async def _page(self) -> None:
        await self._while_busy(self._show)

    async def _while_busy(self, step: Callable[[], Awaitable[None]]) -> None:
        """Keys wait until what the last one led to is on the screen."""
        self.ready.clear()
        try:
            await step()
        finally:
            self.ready.set()

    @work(group="session")
    async def _decide_image(self, decision: Decision) -> None:
        self._sheet.drop(decision.item)
        self._images = self._sheet.undecided()
        self._image = min(self._image, max(len(self._images) - 1, 0))
        await self._while_busy(lambda: self._decide((decision,)))

    def _give_back(self, item: ReviewItem, comment: str, region: int) -> str:
        who = self.workspace.review.give_back(self.project, item, self.services.labeler, comment, region=region)
        self._seen += 1
        return who
