"""Labeling: what keys do to an image and its regions, and the ways from one image to another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.key_result import KeyResult
from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.errors import LabelerError
from tui_labeler.tui.flows.drafts import ask_about_change, is_empty_on_purpose
from tui_labeler.tui.screens.labelsession import SessionScreen
from tui_labeler.tui.workers import work

_TASK_COMMANDS = ("submit", "skip", "previous", "next", "resume", "go_to")


class LabelScreen(SessionScreen):
    """One image at a time. Keys go to the editor; what it leaves is done here."""

    # Whether a person said that images without labels may be submitted.
    _empty_agreed = False

    def go_on(self) -> None:
        self._change_task("resume")

    def review(self, paths: tuple[str, ...]) -> None:
        session = self._session
        if session is not None and not self.is_opening:
            self.ready.clear()
            self._go(self._session_worker.run(lambda: session.revisit(paths)))

    # Keys

    async def press(self, key: str) -> None:
        """One key, for the task that is open."""
        if self._assisting is not None:
            self._assisting.typed()
        if self.is_opening:
            if self.is_way_out(key):  # nothing was typed before it, else it would wait: it is meant for what is seen
                self.give_up()
            return
        editor, view = self._editor, self._look.view
        if editor is None:
            return
        if view is None:
            # What places a box where an image can be seen does nothing else where one cannot.
            is_letter = self._session is not None and self._session.task is not None and editor.takes(key)
            self._do(self.empty_queue.action_of(key) or ("" if is_letter else editor.keymap.get(key, "")))
            return
        self._message = ""
        self._react(editor, editor.press(key, self._scene(editor, view)))

    async def command(self, name: str) -> None:
        editor, view = self._editor, self._look.view
        if self.is_opening:
            return
        if editor is None or view is None:
            self._do(name)
        else:
            self._message = ""
            self._react(editor, editor.command(name, self._scene(editor, view)))

    async def choose(self, class_index: int) -> None:
        if self._editor is not None and self._look.view is not None and not self.is_opening:
            self._react(self._editor, self._editor.choose(class_index))

    def _react(self, editor: Editor, key_result: KeyResult) -> None:
        if key_result.message:
            self._message = key_result.message
        self.draft_changed()
        if key_result.command:
            self._do(key_result.command)
        elif (editor.needs_objects or editor.point_box.asked is not None) and not self.is_opening:
            self.ready.clear()
            self.find_objects(editor)
        if key_result.command not in _TASK_COMMANDS and editor.point_box.asked is None:
            # Else it draws when the task is there, or the box: a frame painted now would hold up that one.
            self._draw()

    def _do(self, command: str) -> None:
        """What the editor leaves to the screen."""
        editor, view = self._editor, self._look.view
        if view is None and self.do_offer(command):
            return
        if editor is not None and not editor.offers(command):
            return  # where no image is open, keys come here past the editor
        if command == "submit" and view is None:
            self.say("There is nothing to submit here.")
        elif command == "go_to":
            self._ask_where()
        elif command in _TASK_COMMANDS:
            self._change_task(command)
        elif command in ("layout", "back") and self._is_correction:
            self._leave_changed(command)
        elif command == "layout":
            self._show_sheet(4)
        elif command == "back":
            self.leave()
        elif self.open_dialog(command):
            return
        elif command and editor is not None and view is not None:
            scene = self._scene(editor, view)
            selected = editor.draft.regions[editor.selected].extent if editor.selected >= 0 else None
            if not self._look.change(command, overlay_builder.focus_point(editor, scene), selected):
                self.say("Tab selects a region first.")
            elif tone := self._look.tone_text(command):
                self.say(tone)

    def _change_task(self, command: str) -> None:
        """Goes on its way to the disk at once, with the draft as it is now: what comes later belongs to another task."""
        session, editor = self._session, self._editor
        if session is None or editor is None or self.is_opening:
            return
        draft, size = editor.draft, editor.size
        if command in ("previous", "next", "resume") and self._is_correction:
            self._leave_changed(command)
            return
        if command == "submit" and self._lacks_class():
            return
        if command == "submit" and self._asks_if_empty(session, editor):
            self.unforeseen()  # keys that were typed ahead are no answer, and not meant for this image
            self._submit_if_empty()
            return
        if command == "submit":
            editor.sizes.learn(draft.regions)
        steps: dict[str, Callable[[], object]] = {
            "submit": lambda: session.submit(draft, size),
            "skip": lambda: session.skip(draft),
            **_moves(session),
        }
        self.ready.clear()
        self._go(self._session_worker.run(steps[command]))

    @work(exclusive=True, group="dialog")
    async def _ask_where(self) -> None:
        """Which image to open, by its number or a part of its name."""
        from tui_labeler.tui.screens.gotoimage import GoToImage

        dialog = GoToImage(self.workspace.tasks, self.project, self._stands.position, self._stands.total)
        path = await self.app.push_screen_wait(dialog)
        session = self._session
        if path is None or session is None or path == self.path:
            return
        if self._is_correction:
            self._leave_changed("go_to", path)
        else:
            self.ready.clear()
            self._go(self._session_worker.run(lambda: session.go_to(path)))

    def _asks_if_empty(self, session: LabelingSession, editor: Editor) -> bool:
        """Whether submitting this image without labels has to be asked about, where the setting says so: once."""
        task = session.task
        has_none = self._spec.details.type.has_regions and not editor.draft.regions
        asks = not self._empty_agreed and self.services.settings.get("empty_images").value == "ask"
        return asks and has_none and task is not None and task.is_open

    @work(exclusive=True, group="dialog")
    async def _submit_if_empty(self) -> None:
        if await is_empty_on_purpose(self, self.path):
            self._empty_agreed = True
            self._change_task("submit")

    def _lacks_class(self) -> bool:
        """Whether the image has no tag where it needs one; that is said then."""
        assert self._editor is not None
        lacks = not self._spec.details.type.has_regions and not self._editor.draft.tags
        if lacks:
            self.say("Choose a class first: press its digit.")
        return lacks

    @work(group="leaving")
    async def _leave_changed(self, command: str, path: str = "") -> None:
        """A change of labels that count is about to be left behind: it is submitted, or knowingly kept as a draft. `path`:
        the image that `go_to` goes to."""
        session, editor = self._session, self._editor
        assert session is not None
        assert session.task is not None
        assert editor is not None
        answer = await ask_about_change(self, session.task)
        if answer == "stay" or (answer == "submit" and self._lacks_class()):
            return
        draft, size = editor.draft, editor.size
        moves = _moves(session) | {"go_to": partial(session.go_to, path)}
        move = moves.get(command, lambda: None)

        def step() -> object:
            if answer == "submit":
                session.correct(draft, size)
            return move()

        if command in _TASK_COMMANDS:
            self.ready.clear()
            self._go(self._session_worker.run(step))
            return
        try:
            await self._session_worker.run(step)
        except LabelerError as error:
            self.show_error(error)
            return
        self._show_sheet(4) if command == "layout" else self.leave()


def _moves(session: LabelingSession) -> dict[str, Callable[[], object]]:
    """The ways from task to task that submit nothing; one that leads nowhere says why."""
    return {
        "previous": lambda: session.previous() or session.why_no_further(back=True),
        "next": lambda: session.next() or session.why_no_further(back=False),
        "resume": session.resume,
    }
