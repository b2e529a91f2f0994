"""What the review screen shows: crops by the page or a whole image, with their pictures and the line below them."""

from __future__ import annotations

import asyncio

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.sheet import Tile
from tui_labeler.labeling.reviewing import LETTERS, Crop, ReviewSheet
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels
from tui_labeler.model.review import ReviewItem
from tui_labeler.model.text import cell_width, fitted, plural, safe_text, whole_parts
from tui_labeler.tui.inputqueue import Waiting
from tui_labeler.tui.pictures import Pictures
from tui_labeler.tui.reviewtiles import PEOPLE, Cutter, crop_tile, image_tile, with_room
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.tilenotes import said_once
from tui_labeler.tui.widgets.canvas import Canvas

_ENOUGH = Size(1024, 768)
# Dots of a terminal's pixels that an outline is wide.
_PEN = 3
# No cell of characters has more dots side by side.
_FINEST = 2
# Cells of the keys that a marked crop takes, with what stands around them.
_KEYS_WIDTH = 68
_NAME_INK = "#101216"  # on a person's colour, which is light in every theme


class ReviewBase(Waiting, LabelerScreen[None]):
    """A batch of images before a reviewer: `_sheet` has its crops, `_images` those that are looked at whole."""

    CSS_PATH = "review.tcss"

    def __init__(self, project: str) -> None:
        super().__init__()
        self.project = project
        self._sheet = ReviewSheet((), 1)
        self._pictures = Pictures(lambda path: self.workspace.tasks.read_image(project, path))
        self._pictures.enough = _ENOUGH
        self._shown: dict[str, Picture | str] = {}
        self._cutter = Cutter()
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
        yield Static("", id="remark")
        yield Static("", id="prompt")

    def _item(self) -> ReviewItem | None:
        images = self._images or ()
        return images[self._image] if self._image < len(images) else None

    def _focused(self) -> Crop | None:
        page = self._sheet.page
        return page[self._sheet.focus] if 0 <= self._sheet.focus < len(page) else None

    async def _show(self) -> None:
        """The page with its pictures; those of the next one are prepared."""
        item = self._item()
        paths = [item.path] if item else [crop.item.path for crop in self._sheet.page]
        ahead = self._sheet.pages[self._sheet.at + 1 : self._sheet.at + 2]
        if self._has_pixels:
            width, height = self._dots((1, 1))
            self._pictures.enough = Size(max(width, _ENOUGH.width), max(height, _ENOUGH.height))
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
        canvas.show_sheet(layout, said_once(tiles), places)
        text = whole_parts(safe_text(self._prompt(item)), max(self.size.width - 2, 20))
        self._show_remark(item)
        words = self._in_their_colours(text) if item else Content(text)
        self.query_one("#prompt", Static).update(words, layout=False)  # a layout has pixels sent again, all of them
        self.refresh_crumbs()

    def _in_their_colours(self, text: str) -> Content:
        """The names of those who labeled the image as their boxes are drawn."""
        shown, at = Content(text), 0
        for person, name in enumerate(self._answers):
            begin = text.find(written := safe_text(name), at)
            if begin >= 0:
                at = begin + len(written)
                shown = shown.stylize(f"bold {_NAME_INK} on #{bytes(PEOPLE[person % len(PEOPLE)]).hex()}", begin, at)
        return shown

    def _layout(self) -> tuple[int, int]:
        across = self._across
        return across, max(-(-len(self._sheet.page) // across), 1)

    def _dots(self, layout: tuple[int, int]) -> tuple[int, int]:
        canvas = self.query_one(Canvas)
        return canvas.grid.size(canvas.size.width // layout[0] - 2, canvas.size.height // layout[1] - 2)

    @property
    def _has_pixels(self) -> bool:
        return self.query_one(Canvas).grid.across > _FINEST

    def _tiles(self, item: ReviewItem | None, layout: tuple[int, int], places: dict[str, int]) -> tuple[Tile, ...]:
        dots, pen = self._dots(layout), _PEN if self._has_pixels else 1
        if pen != self._cutter.pen:
            self._cutter = Cutter(pen)
        if item is not None:
            shown = self._shown.get(item.path)
            return (image_tile(item, self._answers.values(), shown, places, dots, self._cutter),)
        sheet = self._sheet
        tiles = tuple(
            crop_tile(
                crop,
                sheet.mark_of(crop),
                self._shown.get(crop.item.path),
                places,
                dots,
                LETTERS[index],
                index == sheet.focus,
                self._cutter,
            )
            for index, crop in enumerate(sheet.page)
        )
        return with_room(tiles, self.query_one(Canvas).size.width // layout[0] - 1)

    def _show_remark(self, item: ReviewItem | None) -> None:
        """What was asked for when what is looked at went back, and what was made of it."""
        crop = self._focused()
        looked_at = [item] if item else [crop.item] if crop else [crop.item for crop in self._sheet.page]
        returns = {one.path: one.given_back for one in looked_at if one.given_back}
        text = f"{len(returns)} images were given back: a letter, or Tab, shows why."
        if len(returns) < 2:
            text = "".join(f"{fitted(path, 30)} · {back.words}" for path, back in returns.items())
        if crop is not None and self._is_remarked(crop):
            text = "\n".join(filter(None, (text, crop.why)))
        shown = Content("\n".join(map(safe_text, text.split("\n"))))
        remark = self.query_one("#remark", Static)
        remark.display = bool(text)
        if not (isinstance(remark.content, Content) and remark.content.is_same(shown)):
            remark.update(shown)  # it may take another height, and what is above it another one

    def _is_remarked(self, crop: Crop) -> bool:
        """Whether its doubt is too long to stand before the keys."""
        return cell_width(safe_text(crop.why)) > self.size.width - _KEYS_WIDTH

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
            keys = f"{how} · ⏎ opens it"
            # What can be pressed stands whole; a doubt that leaves no room for it goes into the line above.
            why = "" if self._is_remarked(crop) else crop.why
            return " · ".join(filter(None, (why, keys, crop.item.path)))
        sheet = self._sheet
        if not sheet.page:
            return ""
        name = sheet.page[0].name or "images without objects"
        what = "nobody marked these" if sheet.page[0].region == -1 else f"“{name}”"
        return f"Page {sheet.at + 1} of {len(sheet.pages)} · {what} · Space: all right · a letter marks what is wrong"
