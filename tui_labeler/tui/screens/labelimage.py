"""An image with its regions on the canvas: drawn, looked at nearer, and pointed at."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from concurrent.futures import Future

from textual import on

from tui_labeler.imaging.overlay import Overlay
from tui_labeler.imaging.view import View
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import Command
from tui_labeler.labeling.tools.tool import Scene
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.text import fitted, safe_text
from tui_labeler.tui import labelkeys, panelstate
from tui_labeler.tui.graphicsapp import grid_of_app
from tui_labeler.tui.holding import is_passing
from tui_labeler.tui.pictures import Pictures
from tui_labeler.tui.pointer import Pointer
from tui_labeler.tui.remarks import Remark
from tui_labeler.tui.screens.labelline import LineScreen
from tui_labeler.tui.viewing import Viewing
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.tui.widgets.overview import Overview
from tui_labeler.tui.workers import work

# So long keys wait for what a segmentation model sees, in seconds.
_SOON = 0.4


class ImageScreen(LineScreen):
    """What is seen of one image, and the mouse on it. Which image it is, and where its draft goes, a subclass says."""

    def __init__(self, project: str) -> None:
        super().__init__(project)
        self._editor: Editor | None = None
        self._pictures = Pictures(lambda path: self.workspace.tasks.read_image(project, path))
        self._look = Viewing()
        self._pointer = Pointer()
        # Whether nothing of the open image was drawn yet.
        self._is_undrawn = False
        self._standing: tuple[str | tuple[str, str], ...] = ()
        self._remark: tuple[str, Remark | None] = ("", None)  # and the image that it is about

    @property
    @abstractmethod
    def path(self) -> str:
        """The image that is open; empty if there is none."""

    @abstractmethod
    def task_state(self) -> str:
        """Where the task of that image stands, in a word or two."""

    def takes(self, key: str) -> bool:
        return self._editor is not None and self._editor.takes(key)

    def disabled_reason(self, action: str) -> str:
        editor = self._editor
        if editor is None or action in ("choose", "move") or editor.offers(action):
            return ""
        return "There are no proposals." if action in ("proposals", "accept_all") else "Not in this kind of project."

    def model_words(self) -> str:
        """What ML assist does now; empty where it is off."""
        return ""

    @property
    def remark(self) -> Remark | None:
        """Why the image has to be looked at again."""
        path, remark = self._remark
        return remark if path == self.path else None

    def remark_on(self, path: str, remark: Remark) -> None:
        self._remark = path, remark
        self._draw()

    @abstractmethod
    def draft_changed(self) -> None:
        """After every change: the draft has to reach the disk."""

    @property
    def names(self) -> tuple[str, ...]:
        return self._editor.names if self._editor else ()

    @property
    def keymap(self) -> dict[str, Command]:
        return self._editor.keymap if self._editor else {}

    @property
    def zoom(self) -> float:
        """Dots of the canvas for an image pixel; 0 where no image is open."""
        return self._look.view.zoom if self._look.view is not None else 0.0

    def fit_pictures(self) -> None:
        """Images are decoded no larger than the window needs."""
        width, height = grid_of_app(self).size(max(self.size.width, 80), max(self.size.height, 24))
        self._pictures.enough = Size(width, height)

    def _scene(self, editor: Editor, view: View) -> Scene:
        return editor.scene(view.area, view.column_size, time.monotonic())

    @property
    def _is_there(self) -> bool:
        """Whether nothing of the screen is taken away yet: workers may end after that."""
        return all(self.query_one_optional(part) for part in (Canvas, LabelPanel, Overview, KeyBar))

    @property
    def _is_held(self) -> bool:
        """Whether the open image is not to be begun yet: keys that wait may lead on to another, or the line has not taken
        the last one. Who opened it has it drawn as soon as this ends."""
        return self._is_undrawn and is_passing(self)

    def _draw(self) -> None:
        editor, look = self._editor, self._look
        if not self._is_there or editor is None or look.picture is None or look.view is None or self._is_held:
            return
        self._draw_picture(editor)
        words = self.task_state(), self.model_words(), self.remark
        self.show_panel(panelstate.of_editor(editor, self.path, self.zoom, *words))
        if (standing := self.standing()) != self._standing:
            self._standing = standing
            self.refresh_crumbs()
        self.query_one(Overview).show(look.picture, look.view)
        self.query_one(KeyBar).show(labelkeys.footer(editor))
        self.draw_prompt()

    def _draw_picture(self, editor: Editor) -> None:
        look = self._look
        if not self._is_there or look.picture is None or look.view is None or self._is_held:
            return
        self._is_undrawn = False
        overlay = overlay_builder.overlay(editor, self._scene(editor, look.view))
        if self._pointer.band is not None:
            overlay = Overlay(overlay.marks, band=self._pointer.band, name=editor.name, filled=editor.filled)
        places = {name: class_index for class_index, name in enumerate(editor.names)}
        self.query_one(Canvas).show(look.shown or look.picture, look.view, overlay, places, look.tone, look.full)

    def prompt(self) -> str:
        editor, view = self._editor, self._look.view
        if editor is None or view is None:
            return ""
        changed = f"● changed, {editor.key('submit')} submits · " if self.task_state().startswith("●") else ""
        if self.remark is not None and self.remark.is_from_reviewer and not self.has_class("-panel"):  # which shows it
            changed += f"“{fitted(safe_text(self.remark.text), self.size.width // 2)}” · "
        return changed + overlay_builder.prompt(editor, self._scene(editor, view))

    async def _find_objects(self, editor: Editor) -> None:
        """What the open image shows, for a tool that asks for it: where to look for objects."""
        path = self.path
        try:
            objects = await self._pictures.objects(path)
        except LabelerError as error:
            self.show_error(error)
            return
        if self.path == path:
            editor.objects = objects

    def outlines(self, path: str, prompt: Prompt) -> Future[tuple[Outline, ...]] | None:
        """What a segmentation model sees at the prompt, whenever it has an answer; None where there is no model."""
        return None

    @work(exclusive=True, group="objects")
    async def find_objects(self, editor: Editor) -> None:
        """What the tool in use asks of the image that is open: keys that were typed meanwhile wait, but not long for a
        model that has not looked at the image yet."""
        path, prompt, tool = self.path, editor.point_box.asked, editor.point_box
        outlining = self.outlines(path, prompt) if prompt is not None else None
        try:
            if editor.needs_objects:
                await self._find_objects(editor)
            outlines, is_late = await self._soon(outlining)
            if (search := editor.search(outlines)) is not None:
                boxes = await asyncio.to_thread(search)
                if self.path == path:
                    tool.show(boxes)
            elif prompt is not None and self.path == path:
                tool.postpone() if is_late else self._show_outlines(editor, outlines)
            if prompt is not None:
                self._draw()
        finally:
            self.ready.set()
        if is_late and prompt is not None:
            outlines, _ = await self._soon(outlining, None)
            if self.path == path and tool.show_late(prompt, outlines):
                self._say_if_none(outlines)
                self._draw()

    def _show_outlines(self, editor: Editor, outlines: tuple[Outline, ...]) -> None:
        self._say_if_none(outlines)
        editor.point_box.show((), outlines)

    def _say_if_none(self, outlines: tuple[Outline, ...]) -> None:
        if not outlines and not self._message:
            self.say("The segmentation model outlines nothing there.")

    async def _soon(
        self, outlining: Future[tuple[Outline, ...]] | None, seconds: float | None = _SOON
    ) -> tuple[tuple[Outline, ...], bool]:
        """(what the model sees, whether it needs longer than this)."""
        if outlining is None:
            return (), False
        try:
            waiting = asyncio.shield(asyncio.wrap_future(outlining))
            return await asyncio.wait_for(waiting, seconds), False
        except TimeoutError:
            return (), True
        except LabelerError as error:
            self.say(safe_text(str(error), 200))
            return (), False

    @work(exclusive=True, group="sharpen")
    async def _sharpen(self) -> None:
        """All of the image's pixels, for the magnifier and for looking nearer."""
        look, path = self._look, self.path
        if not path or look.full is not None:
            return
        try:
            full = await self._pictures.full(path)
        except LabelerError as error:
            self.show_error(error)
            return
        if self.path == path and self.is_attached:
            look.full = full
            self._draw()
            if not full.is_full:
                extent = f"{full.size.width} × {full.size.height} pixels"
                self.say(f"{extent} would take too much memory: the image is shown smaller.")

    @on(Canvas.Resized)
    def _resized(self) -> None:
        size = self.query_one(Canvas).size
        self._look.resize(size.width, size.height, grid_of_app(self))
        self.fit_pictures()
        self._draw()

    def on_screen_resume(self) -> None:
        self._draw()

    # The mouse

    @on(LabelPanel.RegionPicked)
    def _region_picked(self, event: LabelPanel.RegionPicked) -> None:
        if self._editor is not None and not self.is_opening:
            self._editor.select(event.place)
            self._draw()
        self.query_one(Canvas).focus()

    @on(Canvas.Pointed)
    def _pointed(self, event: Canvas.Pointed) -> None:
        editor, view = self._editor, self._look.view
        if editor is None or view is None or self.is_opening:
            return
        self._pointer.take(event, editor, self._look)
        self.draft_changed()
        self._draw()

    @on(LabelPanel.Picked)
    async def _picked(self, event: LabelPanel.Picked) -> None:
        editor = self._editor
        if editor is None or not 0 <= event.place < len(editor.names):
            return
        if event.eye:
            editor.hidden_classes ^= {editor.names[event.place]}
            self._draw()
        else:
            await self.choose(event.place)
        self.query_one(Canvas).focus()
