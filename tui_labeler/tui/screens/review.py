"""Review: crops by the page, or whole images; accepted, corrected or given back by single keys."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.binding import BindingType

from tui_labeler.imaging.sheet import tile_at
from tui_labeler.labeling.reviewing import LETTERS, Decision, Press
from tui_labeler.model.review import ReviewState
from tui_labeler.model.text import fitted
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import Prompt
from tui_labeler.tui.screens.base import HELP
from tui_labeler.tui.screens.reviewqueue import ReviewQueue
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.workers import work


class ReviewScreen(ReviewQueue):
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
    LEADS_ANYWHERE = False
    HELP_TEXT = (
        "Boxes of a class stand side by side, the doubtful ones first. **Space** accepts them all. A crop's **letter** "
        "marks it as wrong; then a **digit** gives it another class, **Del** takes it away, **,** says that it does not "
        "fit, **.** that its neighbour is not marked. What has to be drawn anew goes back to its labeler; the rest is "
        "corrected at once. An image is decided on when all its boxes were seen."
    )

    def disabled_reason(self, action: str) -> str:
        if action == "open" and self._has_come:
            return ""
        is_for_images = action in ("accept", "open", "give_back", "images", "earlier")
        return "Nothing waits to be reviewed." if is_for_images and not self._sheet.pages else ""

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
        if self._has_come:
            self._next_batch()
        else:
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
