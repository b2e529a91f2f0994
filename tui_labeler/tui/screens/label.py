"""The labeling screen: one task after the other, hands on the keyboard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui_labeler.imaging.overlay import Overlay
from tui_labeler.imaging.view import View
from tui_labeler.labeling import drag as dragging
from tui_labeler.labeling import showing
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor, Reaction
from tui_labeler.labeling.keys import load_keymap
from tui_labeler.labeling.sitting import Sitting
from tui_labeler.labeling.tools.tool import Scene
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.text import safe_text
from tui_labeler.tui import labelkeys
from tui_labeler.tui.actions import Action
from tui_labeler.tui.pictures import Pictures
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.sitter import Sitter
from tui_labeler.tui.viewing import Viewing
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.tui.widgets.overview import Overview


class LabelScreen(LabelerScreen[None]):
    """Canvas, classes, and what to do next. Keys go to the editor; what it leaves is done here."""

    ACTIONS: ClassVar[tuple[Action, ...]] = labelkeys.footer(None)
    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = "Canvas"
    HELP_TEXT = labelkeys.HELP_TEXT
    DEFAULT_CSS = """
    LabelScreen .side { width: 26; background: $surface; }
    LabelScreen .stage { width: 1fr; height: 1fr; }
    LabelScreen #notice { display: none; width: 1fr; height: 1fr; content-align: center middle; padding: 0 4; }
    LabelScreen.-notice #notice { display: block; }
    LabelScreen.-notice Canvas { display: none; }
    LabelScreen #prompt { height: 1; dock: bottom; padding: 0 1; background: $surface; color: $foreground; }
    LabelScreen .body { height: 1fr; }
    """

    def __init__(self, project: str, path: str = "") -> None:
        super().__init__()
        self.project = project
        self._first_path = path
        self._editor: Editor | None = None
        self._spec = ProjectSpec()
        self._pictures = Pictures(lambda path: self.workspace.read_image(project, path))
        self._look = Viewing()
        self._sitter = Sitter(
            lambda: self.app.call_from_thread(self._say, "This task went to someone else; your draft is kept."),
            lambda error: self.app.call_from_thread(self.show_error, error),
        )
        self._busy = False
        self._typed: list[str] = []
        self._drag: dragging.Drag | None = None
        self._pending = 0
        self._message = ""

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", self.project, "Label")

    def note(self) -> Content | str:
        words = "Approximate pending tasks in project" if self.size.width >= 110 else "Pending"
        return f"{words}: {self._pending:,}"

    def compose_body(self) -> ComposeResult:
        with Horizontal(classes="body"):
            with Vertical(classes="stage"):
                yield Canvas()
                yield Static("Opening…", id="notice")
                yield Static("", id="prompt")
            with Vertical(classes="side"):
                yield LabelPanel()
                yield Overview()

    def on_mount(self) -> None:
        self.set_class(True, "-notice")
        self._begin()

    def on_unmount(self) -> None:
        self._pictures.close()
        self._sitter.close()

    @property
    def _sitting(self) -> Sitting | None:
        return self._sitter.sitting

    # The sitting, in its thread

    @work(exclusive=True, group="sitting")
    async def _begin(self) -> None:
        try:
            keymap = load_keymap(self.labeler_app.places.config / "keys.toml")
            self._spec = await asyncio.to_thread(self.workspace.specification, self.project)
            regions = await asyncio.to_thread(self.workspace.recent_regions, self.project)
        except LabelerError as error:
            self.labeler_app.notify(safe_text(error, 400), severity="error", markup=False, timeout=12)
            self.dismiss()
            return
        self._editor = Editor(self._spec.details.type, self._spec.classes.names, keymap)
        self._editor.sizes.learn(reversed(regions))
        self._sitter.sitting = sitting = self.workspace.sitting(self.project, self.labeler_app.labeler)
        path = self._first_path
        await self._go(lambda: sitting.open(path) if path else sitting.begin())

    async def _go(self, step: Callable[[], object]) -> None:
        """Does something that opens another task, then shows it. Keys typed meanwhile wait."""
        self._busy = True
        try:
            moved = await self._sitter.run(step)
            if moved is False:
                self._say("There is no further task in that direction.")
            else:
                await self._open()
        except LabelerError as error:
            self.show_error(error)
            if self._sitting is not None and self._sitting.task is None:
                self._tell_notice(str(error))
        finally:
            self._busy = False
        typed, self._typed = self._typed, []
        for key in typed:
            await self.press(key)

    async def _open(self) -> None:
        sitting, editor = self._sitting, self._editor
        assert sitting is not None
        assert editor is not None
        if sitting.task is None:
            self._look.picture = None
            self._tell_notice(await self._sitter.run(sitting.why_empty))
            self._count()
            return
        task, draft = sitting.task, self._sitter.opened()
        canvas = self.query_one(Canvas)
        self._pictures.enough = Size(max(self.size.width, 80), max(self.size.height * 2, 48))
        try:
            picture = await self._pictures.get(task.path)
        except LabelerError as error:
            self._look.picture = None
            self._tell_notice(f"{task.path}\n\n{error}\n\nS skips this image, PgUp and PgDn go to others.")
            self._count()
            return
        editor.open(draft, picture.size)
        self.set_class(False, "-notice")
        size = canvas.size if canvas.size.area else self.query_one(".stage").size
        self._look.open(picture, size.width, size.height)
        canvas.focus()
        self._draw()
        self._sharpen()
        self._count()

    def _tell_notice(self, text: str) -> None:
        lines = [safe_text(line, 200) for line in text.split("\n")]
        self.query_one("#notice", Static).update(Content("\n".join(lines)))
        self.set_class(True, "-notice")
        self.query_one("#prompt", Static).update("", layout=False)
        if self._editor is not None:
            self._editor.open(Draft(), Size(1, 1))

    @work(exclusive=True, group="count")
    async def _count(self) -> None:
        """How much is left, and what comes next: prepared while this image is looked at."""
        sitting = self._sitting
        if sitting is None:
            return
        status = await self.ask(self.workspace.status, self.project)
        upcoming = await self.ask(sitting.upcoming)
        if status is None or upcoming is None or not self.is_attached:
            return
        self._pending = status.incomplete + status.needs_review
        self.refresh_crumbs()
        here = [sitting.task.path] if sitting.task else []
        self._pictures.keep([*here, *(task.path for task in upcoming)])

    # Keys

    async def on_key(self, event: events.Key) -> None:
        if event.key in ("ctrl+q", "ctrl+p"):
            return
        event.stop()
        event.prevent_default()
        await self.press(event.key)

    async def press(self, key: str) -> None:
        """One key. While a task is being opened, keys wait for it."""
        if self._busy:
            self._typed.append(key)
            return
        editor, view = self._editor, self._look.view
        if editor is None:
            if key in ("escape", "q"):
                self.dismiss()
            return
        if view is None:
            self._do(editor.keymap.get(key, ""))
            return
        self._message = ""
        reaction = editor.press(key, self._scene(editor, view))
        await self._react(editor, reaction)

    async def _react(self, editor: Editor, reaction: Reaction) -> None:
        if reaction.message:
            self._message = reaction.message
        self._sitter.keep(editor.draft)
        if reaction.command:
            self._do(reaction.command)
        self._draw()

    async def perform(self, action: Action) -> None:
        """A click in the last line, or the palette."""
        await self.command(action.name)

    async def command(self, name: str) -> None:
        """A command by its name, whatever keys the tool takes now."""
        editor, view = self._editor, self._look.view
        if editor is None or view is None:
            self._do(name)
        elif not self._busy:
            self._message = ""
            await self._react(editor, editor.command(name))

    def _scene(self, editor: Editor, view: View) -> Scene:
        return editor.scene(view.area, 1 / view.zoom, time.monotonic())

    def _do(self, command: str) -> None:
        """What the editor leaves to the screen."""
        editor, view = self._editor, self._look.view
        if command == "submit" and view is None:
            self._say("There is nothing to submit here.")
        elif command in ("submit", "skip", "previous", "next", "resume"):
            self._change_task(command)
        elif command == "help":
            self._help()
        elif command == "back":
            self.dismiss()
        elif command == "instructions":
            from tui_labeler.tui.screens.reading import InstructionsScreen

            self.app.push_screen(InstructionsScreen(self._spec.instructions))
        elif command == "find_class":
            self._find_class()
        elif command and editor is not None and view is not None:
            scene = self._scene(editor, view)
            selected = editor.draft.regions[editor.selected].extent if editor.selected >= 0 else None
            if not self._look.change(command, showing.focus_point(editor, scene), selected):
                self._say("Tab selects a region first.")

    def _help(self) -> None:
        from tui_labeler.tui.screens.help import HelpScreen

        keymap = self._editor.keymap if self._editor else {}
        self.app.push_screen(HelpScreen(self.HELP_TEXT, labelkeys.help_rows(keymap)))

    @work(exclusive=True, group="dialog")
    async def _find_class(self) -> None:
        from tui_labeler.tui.screens.findclass import FindClass

        if self._editor is None:
            return
        place = await self.app.push_screen_wait(FindClass(self._editor.names))
        if place is not None:
            await self._react(self._editor, self._editor.choose(place))

    @work(exclusive=True, group="sitting")
    async def _change_task(self, command: str) -> None:
        sitting, editor = self._sitting, self._editor
        if sitting is None or editor is None or self._busy:
            return
        draft, size = editor.draft, editor.size
        if command == "submit" and not self._spec.details.type.has_regions and not draft.tags:
            self._say("Choose a class first: press its digit.")
            return
        if command == "submit":
            editor.sizes.learn(draft.regions)
        steps = {
            "submit": lambda: sitting.submit(draft, size),
            "skip": sitting.skip,
            "previous": sitting.previous,
            "next": sitting.next,
            "resume": sitting.resume,
        }
        await self._go(steps[command])

    def _say(self, text: str) -> None:
        self._message = text
        self._draw_prompt()

    # Showing

    def _draw(self) -> None:
        editor, look = self._editor, self._look
        if editor is None or look.picture is None or look.view is None:
            return
        overlay = showing.overlay(editor, self._scene(editor, look.view))
        if self._drag is not None and self._drag.band is not None:
            overlay = Overlay(overlay.marks, band=self._drag.band, name=editor.name, filled=editor.filled)
        places = {name: place for place, name in enumerate(editor.names)}
        self.query_one(Canvas).show(look.shown or look.picture, look.view, overlay, places, look.tone, look.full)
        self.query_one(LabelPanel).show(editor, self._facts(editor))
        self.query_one(Overview).show(look.picture, look.view)
        self.query_one(KeyBar).show(labelkeys.footer(editor))
        self._draw_prompt()

    def _draw_prompt(self) -> None:
        editor, view = self._editor, self._look.view
        text = self._message
        if not text and editor is not None and view is not None:
            text = showing.prompt(editor, self._scene(editor, view))
        self.query_one("#prompt", Static).update(Content(safe_text(text, max(20, self.size.width - 30))), layout=False)

    def _facts(self, editor: Editor) -> list[tuple[str, str]]:
        view, sitting = self._look.view, self._sitting
        path = sitting.task.path if sitting and sitting.task else ""
        zoom = f"{view.zoom * 100:.0f}%" if view else ""
        return [
            ("Tool", editor.mode),
            ("File", path),
            ("Size", f"{editor.size.width}×{editor.size.height}"),
            ("Zoom", zoom),
        ]

    @work(exclusive=True, group="sharpen")
    async def _sharpen(self) -> None:
        """All of the image's pixels, for the magnifier and for looking nearer."""
        look, sitting = self._look, self._sitting
        if sitting is None or sitting.task is None or look.full is not None:
            return
        path = sitting.task.path
        try:
            full = await self._pictures.full(path)
        except LabelerError as error:
            self.show_error(error)
            return
        if sitting.task is not None and sitting.task.path == path and self.is_attached:
            look.full = full
            self._draw()

    @on(Canvas.Resized)
    def _resized(self) -> None:
        size = self.query_one(Canvas).size
        self._look.resize(size.width, size.height)
        self._draw()

    async def on_screen_resume(self) -> None:
        self._draw()

    # The mouse

    @on(Canvas.Pointed)
    async def _pointed(self, event: Canvas.Pointed) -> None:
        editor, view = self._editor, self._look.view
        if editor is None or view is None or self._busy:
            return
        point = view.point(event.dot_x, event.dot_y)
        inside = (min(max(point[0], 0.0), float(editor.size.width)), min(max(point[1], 0.0), float(editor.size.height)))
        if event.what == "wheel":
            self._look.wheel(event.steps, point)
        elif event.what == "down":
            self._drag = dragging.press(editor, inside, 1.5 / view.zoom)
        elif event.what == "move" and self._drag is not None:
            dragging.move(editor, self._drag, inside)
        elif event.what == "up" and self._drag is not None:
            dragging.release(editor, self._drag, 2 / view.zoom)
            self._drag = None
        self._sitter.keep(editor.draft)
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
            await self._react(editor, editor.choose(event.place))
        self.query_one(Canvas).focus()

    @on(LabelPanel.Commanded)
    async def _commanded(self, event: LabelPanel.Commanded) -> None:
        await self.command(event.command)
        self.query_one(Canvas).focus()
