"""Review: crops by the page, or whole images; accepted, corrected or given back by single keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.sheet import Tile, compose_sheet, tile_at
from tui_labeler.labeling.reviewing import LETTERS, Crop, Decision, Press, ReviewSheet
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.mistakes import Mistake
from tui_labeler.model.regions import Labels
from tui_labeler.model.review import ReviewItem, ReviewState
from tui_labeler.model.text import fitted, plural, safe_text, whole_parts
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import Prompt
from tui_labeler.tui.inputqueue import Waiting
from tui_labeler.tui.pictures import Pictures
from tui_labeler.tui.reviewtiles import PEOPLE, crop_tile, image_tile
from tui_labeler.tui.screens.base import HELP, LabelerScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.workers import work

# Images that are reviewed together: enough for some pages of each class, and few enough to stay in memory.
_BATCH = 24
_ENOUGH = Size(1024, 768)
# A crop's least columns and rows, and the most of them beside and below each other.
_COLUMNS, _ROWS, _ACROSS, _DOWN = 19, 9, 8, 3


class ReviewScreen(Waiting, LabelerScreen[None]):
    """What waits for the one who sits here."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("accept", "space", "Accept", "All that is shown is right, but for what is marked.", shown="Space"),
        Action("open", "enter", "Open", "The image of the crop that was marked last, to be corrected.", shown="⏎"),
        Action("give_back", "exclamation_mark", "Give back", "To its labeler, with a comment.", shown="!"),
        Action("images", "tab", "Crops, images", "Crops by the page, or one whole image.", shown="Tab", priority=True),
        Action("earlier", "pageup", "Earlier", "The page before.", shown="PgUp"),
        HELP,
        Action("back", "escape", "Back", "Leave; what was not decided stays with the others.", shown="Esc"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    AUTO_FOCUS = "Canvas"
    HELP_TEXT = (
        "Boxes of a class stand side by side, the doubtful ones first. **Space** accepts them all. A crop's **letter** "
        "marks it as wrong; then a **digit** gives it another class, **Del** takes it away, **,** says that it does not "
        "fit, **.** that its neighbour is not marked. What has to be drawn anew goes back to its labeler; the rest is "
        "corrected at once. An image is decided on when all its boxes were seen."
    )
    CSS_PATH = "review.tcss"

    def __init__(self, project: str) -> None:
        super().__init__()
        self.project = project
        self._sheet = ReviewSheet((), 1)
        self._pictures = Pictures(lambda path: self.workspace.tasks.read_image(project, path))
        self._pictures.enough = _ENOUGH
        self._shown: dict[str, Picture | str] = {}
        self._across = 1
        self._images: tuple[ReviewItem, ...] | None = None  # one image at a time: those that are undecided
        self._image = 0
        self._answers: dict[str, Labels | None] = {}
        self._message = ""
        self._waiting = self._seen = 0

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", self.project, "Review")

    def note(self) -> Content | str:
        return f"Waiting: {self._waiting:,} · reviewed here: {self._seen:,}"

    def compose_body(self) -> ComposeResult:
        yield Canvas()
        yield Static("Opening…", id="notice")
        yield Static("", id="prompt")

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self._next_batch()

    async def on_unmount(self) -> None:
        self._pictures.close()
        try:
            await asyncio.to_thread(self.workspace.quality.leave, self.project, self.services.labeler)
        except LabelerError as error:
            self.log.error(str(error))  # what this reviewer had open comes back to the others by itself

    # The queue

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
        names, items, mistakes, self._waiting = batch
        self._sheet = ReviewSheet(names, self._across * min(max(rows // _ROWS, 1), _DOWN))
        self._sheet.open(items, mistakes)
        self._images, self._image, self._shown = None, 0, {}
        if not items:
            others = " What waits is your own, or another reviewer has it." if self._waiting else ""
            self._say_nothing(f"Nothing waits for you.{others}")
            return
        self.set_class(False, "-notice")
        canvas.focus()
        await self._show()

    def _read(self) -> tuple[tuple[str, ...], tuple[ReviewItem, ...], dict[str, list[Mistake]], int]:
        quality, name = self.workspace.quality, self.project
        items = quality.waiting(name, self.services.labeler, _BATCH)
        by_path: dict[str, list[Mistake]] = {}
        for mistake in quality.mistakes(name):
            by_path.setdefault(mistake.path, []).append(mistake)
        waiting = quality.figures(name).review.waiting
        return self.workspace.projects.specification(name).classes.names, items, by_path, waiting

    def _say_nothing(self, text: str) -> None:
        self.set_class(True, "-notice")
        self.query_one("#notice", Static).update(Content(text))
        self.query_one("#prompt", Static).update("")
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
        quality, who = self.workspace.quality, self.services.labeler
        accepted = [decision.item for decision in decisions if decision.state is ReviewState.ACCEPTED]
        problems = []
        if accepted:
            quality.accept(self.project, accepted, who)
        for decision in decisions:
            try:
                if decision.labels is not None:
                    quality.correct(self.project, decision.item, decision.labels, who)
                elif decision.state is ReviewState.RETURNED:
                    quality.give_back(self.project, decision.item, who, decision.comment, region=decision.region)
            except LabelerError as error:
                problems.append(str(error))
        return " ".join(problems[:3])

    # Keys

    async def on_key(self, event: events.Key) -> None:
        if not self._sheet.pages or self._images is not None:
            return
        key = event.key if event.key in ("delete", "backspace", "comma", "full_stop") else event.character or ""
        if key in LETTERS or key.isdigit() or len(key) > 1:
            event.stop()
            await self._press(key)

    async def _press(self, key: str) -> None:
        await self._react(self._sheet.press(key))

    async def _react(self, press: Press) -> None:
        self._message = press.message
        if press.command == "decided":
            self._decided(self._sheet.decisions())
        elif press.command == "page":
            self._page()
        elif press.command == "open":
            self._open_image()
        else:
            self._draw()

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

    async def action_accept(self) -> None:
        if self._images is None:
            await self._press("space")
        elif item := self._item():
            self._decide_image(Decision(item, ReviewState.ACCEPTED))

    async def action_earlier(self) -> None:
        if self._images is None:
            await self._press("pageup")
        else:
            self._image = max(self._image - 1, 0)
            self._page()

    def action_back(self) -> None:
        if self._images is None and self._sheet.focus >= 0:
            self._sheet.press("escape")
            self._draw()
        else:
            self.dismiss()

    async def action_open(self) -> None:
        self._open_image()

    def _open_image(self) -> None:
        crop = self._focused()
        path = item.path if self._images is not None and (item := self._item()) else crop.item.path if crop else ""
        if path:
            self.services.routes.label(self.project, path)
        else:
            self._message = "First the letter of a crop."
            self._draw()

    async def action_images(self) -> None:
        if not self._sheet.pages:
            return
        self._images = None if self._images is not None else self._sheet.undecided()
        self._image = 0
        self._page()

    @work(group="session")
    async def action_give_back(self) -> None:
        crop = self._focused()
        item = self._item() if self._images is not None else crop.item if crop else None
        if item is None:
            self._message = "First the letter of a crop."
            self._draw()
            return
        hint = f"What is to be done with {fitted(item.path, 40)}; its labeler sees it."
        comment = await self.app.push_screen_wait(Prompt("Give back", hint))
        if comment is not None:
            region = crop.region if self._images is None and crop else -1
            given = await self.ask(self._give_back, item, comment, region)
            if given:
                self.tell(f"{fitted(item.path, 40)} goes back to {given}.")
                self._sheet.drop(item)
                await self._decide(())

    def _give_back(self, item: ReviewItem, comment: str, region: int) -> str:
        who = self.workspace.quality.give_back(self.project, item, self.services.labeler, comment, region=region)
        self._seen += 1
        return who

    @work(group="session")
    async def _decide_image(self, decision: Decision) -> None:
        self._sheet.drop(decision.item)
        self._images = self._sheet.undecided()
        self._image = min(self._image, max(len(self._images) - 1, 0))
        await self._while_busy(lambda: self._decide((decision,)))

    def _item(self) -> ReviewItem | None:
        images = self._images or ()
        return images[self._image] if self._image < len(images) else None

    def _focused(self) -> Crop | None:
        page = self._sheet.page
        return page[self._sheet.focus] if 0 <= self._sheet.focus < len(page) else None

    # Showing

    async def _show(self) -> None:
        """The page with its pictures; those of the next one are prepared."""
        item = self._item()
        paths = [item.path] if item else [crop.item.path for crop in self._sheet.page]
        ahead = self._sheet.pages[self._sheet.at + 1 : self._sheet.at + 2]
        self._pictures.keep([*paths, *(crop.item.path for page in ahead for crop in page)])
        self._answers = {}
        if item is not None:
            task = await self.ask(self.workspace.tasks.get, self.project, item.path)
            self._answers = (await self.ask(self.workspace.quality.answers, task) or {}) if task else {}
        self._draw()
        await asyncio.gather(*(self._load(path) for path in dict.fromkeys(paths)))
        self._draw()

    async def _load(self, path: str) -> None:
        try:
            self._shown[path] = await self._pictures.get(path)
        except LabelerError as error:
            self._shown[path] = str(error).split("\n")[0]

    @on(Canvas.Resized)
    def _resized(self) -> None:
        self._draw()

    def on_screen_resume(self) -> None:
        self._draw()

    def _draw(self) -> None:
        canvas = self.query_one_optional(Canvas)
        if canvas is None or not canvas.size.area or not self._sheet.pages:
            return
        places = {name: class_index for class_index, name in enumerate(self._sheet.names)}
        item = self._item()
        layout = (1, 1) if item else self._layout()
        tiles = self._tiles(item, layout, places)
        cells = compose_sheet(canvas.size.width, canvas.size.height, layout, tiles, places, canvas.palette, canvas.grid)
        canvas.show_cells(cells)
        text = whole_parts(safe_text(self._prompt(item)), max(self.size.width - 2, 20))
        self.query_one("#prompt", Static).update(self._in_their_colours(text) if item else Content(text))
        self.refresh_crumbs()

    def _in_their_colours(self, text: str) -> Content:
        """The names of those who labeled the image as their boxes are drawn."""
        shown, at = Content(text), 0
        for person, name in enumerate(self._answers):
            begin = text.find(written := safe_text(name), at)
            if begin >= 0:
                at = begin + len(written)
                shown = shown.stylize(f"bold #{bytes(PEOPLE[person % len(PEOPLE)]).hex()}", begin, at)
        return shown

    def _layout(self) -> tuple[int, int]:
        across = self._across
        return across, max(-(-len(self._sheet.page) // across), 1)

    def _dots(self, layout: tuple[int, int]) -> tuple[int, int]:
        canvas = self.query_one(Canvas)
        return canvas.grid.size(canvas.size.width // layout[0] - 2, canvas.size.height // layout[1] - 2)

    def _tiles(self, item: ReviewItem | None, layout: tuple[int, int], places: dict[str, int]) -> tuple[Tile, ...]:
        dots = self._dots(layout)
        if item is not None:
            return (image_tile(item, self._answers.values(), self._shown.get(item.path), places, dots),)
        sheet = self._sheet
        return tuple(
            crop_tile(
                crop,
                sheet.mark_of(crop),
                self._shown.get(crop.item.path),
                places,
                dots,
                LETTERS[index],
                index == sheet.focus,
            )
            for index, crop in enumerate(sheet.page)
        )

    def _prompt(self, item: ReviewItem | None) -> str:
        if self._message:
            return self._message
        if item is not None:
            whose = f"labeled by {item.labeler}" if item.labeler else f"from {', '.join(self._answers) or 'several'}"
            left = plural(len(self._images or ()), "image")
            return f"{item.path} · {whose} · {left} left · Space accepts · ⏎ corrects · ! gives back · PgUp"
        crop = self._focused()
        if crop is not None:
            how = "a digit: its class" if crop.region == -1 else "digit: another class · Del · , loose · . neighbour"
            return " · ".join(filter(None, (crop.why, how, "⏎ opens it", crop.item.path)))
        sheet = self._sheet
        if not sheet.page:
            return ""
        name = sheet.page[0].name or "images without objects"
        what = "nobody marked these" if sheet.page[0].region == -1 else f"“{name}”"
        return f"Page {sheet.at + 1} of {len(sheet.pages)} · {what} · Space: all right · a letter marks what is wrong"

    # The mouse

    @on(Canvas.Pointed)
    async def _pointed(self, event: Canvas.Pointed) -> None:
        if event.what != "down" or self._images is not None or not self._sheet.page:
            return
        canvas = self.query_one(Canvas)
        cell = canvas.grid.cell(event.dot_x, event.dot_y)
        index = tile_at(canvas.size.width, canvas.size.height, self._layout(), *cell)
        if index < len(self._sheet.page):
            await self._press(LETTERS[index])
