"""Classifying 4, 6 or 9 images at a time."""

from __future__ import annotations

from textual import on

from tui_labeler.imaging.sheet import Tile, tile_at
from tui_labeler.labeling.key_result import KeyResult
from tui_labeler.labeling.keys import Command
from tui_labeler.labeling.sheet import LAYOUTS
from tui_labeler.model.text import plural
from tui_labeler.tui import labelkeys, panelstate
from tui_labeler.tui.screens.sheetsession import SheetSessionScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.labelpanel import LabelPanel


class SheetScreen(SheetSessionScreen):
    """Images in a grid, tagged by digits and submitted together."""

    HELP_TEXT = labelkeys.SHEET_HELP

    @property
    def names(self) -> tuple[str, ...]:
        return self._sheet.names

    @property
    def keymap(self) -> dict[str, Command]:
        return self._sheet.keymap

    def on_mount(self) -> None:
        self.query_one(KeyBar).show(labelkeys.sheet_footer(self._sheet))
        self._next()

    # Keys

    async def press(self, key: str) -> None:
        if not self.is_opening:
            offered = self.empty_queue.action_of(key)
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
        properties = (("Layout", plural(sheet.layout, "image")), ("File", file))
        if self.empty_queue.actions:
            self.show_panel(panelstate.of_nothing(sheet, "", "", self.empty_queue.actions))
            self.query_one(KeyBar).show(self.empty_queue.actions)
        else:
            self.show_panel(panelstate.of_sheet(sheet, properties))
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
