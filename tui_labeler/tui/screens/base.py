"""What every screen of the app has: a line that says where one is, keys from one declaration, toasts, a way out."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, Self, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_labeler import log
from tui_labeler.model.errors import Cancelled, LabelerError
from tui_labeler.model.text import cell_width, fitted, safe_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.sent import SaysSent

if TYPE_CHECKING:
    from tui_labeler.tui.clipboard import Sent
    from tui_labeler.tui.services import AppServices
    from tui_labeler.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")
LEAST_WIDTH, LEAST_HEIGHT = 80, 24
# Beside a list stands what its selected row holds from so many columns on; a third column from so many on.
WIDE, WIDEST = 120, 160
_WHOLE = 4000  # characters of a message that are kept; fewer are shown at once
_LEAST_PART = 8  # cells that every part of the first line keeps

HELP = Action("help", "question_mark,f1", "Help", "What can be done here, and the key of each.")
# Where a field has the focus from the start, a question mark is typed into it.
HELP_BESIDE_FIELDS = Action("help", "f1", HELP.title, HELP.help)
THEME = Action("theme", "t", "Theme", "Choose the colours.", footer=False)
# While one types into a field that searches a list below it, letters are no commands.
SEARCHING = (
    Action("to_list", "enter", "To the list", "The rows that were found.", shown="⏎"),
    Action("back", "escape", "Show all", "Leave the search.", shown="Esc"),
)
BACK = Action("back", "escape,q", "Back", "Leave this screen.")


def is_shown(widget: Widget) -> bool:
    """Whether neither the widget nor anything around it is hidden."""
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))


class LabelerScreen(Screen[R]):
    """A whole screen. Subclasses declare ACTIONS (and `BINDINGS = bindings(ACTIONS)`), and compose a body."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (HELP, BACK)
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    # What the last line shows while one types into a field; nothing where the other actions work there as well.
    FIELD_ACTIONS: ClassVar[tuple[Action, ...]] = ()
    HELP_TEXT: ClassVar[str] = ""
    # Whether the palette leads from here to any project and export; not from where one is in the middle of something.
    LEADS_ANYWHERE: ClassVar[bool] = True

    _mark_failed = False
    _focused_before: Widget | None = None

    @property
    def services(self) -> AppServices:
        return cast("AppServices", self.app)

    @property
    def workspace(self) -> Workspace:
        return self.services.workspace

    def compose(self) -> ComposeResult:
        yield Static(self._crumbs_line(self.app.size.width - 4), classes="crumbs", id="crumbs")
        yield from self.compose_body()
        yield KeyBar(self.ACTIONS, self.disabled_reason, self.title_of)
        yield Static("", classes="too-small", id="too-small")

    def compose_body(self) -> ComposeResult:
        """The widgets between the first and the last line."""
        yield from ()

    def crumbs(self) -> tuple[str, ...]:
        """Where one is: the last part is this screen."""
        return ()

    def note(self) -> Content | str:
        """What stands at the right end of the first line."""
        return ""

    def _crumbs_line(self, room: int) -> Content:
        """In `room` cells: where that is not enough, the longest part is cut, which is a name from outside."""
        shown = [fitted(part, max(room, _LEAST_PART)) for part in self.crumbs()]
        over = len("tui-labeler") + sum(3 + cell_width(part) for part in shown) - room
        while over > 0 and (longest := max(shown, key=cell_width, default="")) and cell_width(longest) > _LEAST_PART:
            cut = fitted(longest, max(_LEAST_PART, cell_width(longest) - over))
            over -= cell_width(longest) - cell_width(cut)
            shown[shown.index(longest)] = cut
        parts: list[str | tuple[str, str]] = [("tui-labeler", "bold $primary")]
        for part in shown:
            parts += [(" › ", "$foreground 60%"), part]
        return Content.assemble(*parts)

    def refresh_crumbs(self) -> None:
        line = self.query_one_optional("#crumbs", Static)
        if line is None:
            return  # a worker ends after its screen has gone
        note = self.note()
        right = Content(note) if isinstance(note, str) else note
        left = self._crumbs_line(self.size.width - 4 - right.cell_length)
        gap = max(2, self.size.width - 2 - left.cell_length - right.cell_length)
        text = Content.assemble(left, " " * gap, right)
        # After every key that saves a draft: what it says already costs half a kilobyte on 200 columns.
        if not (isinstance(line.content, Content) and line.content.is_same(text)):
            line.update(text, layout=False)  # its place is one line, whatever it says

    def refresh_keys(self) -> None:
        """After something that changes which actions can be done."""
        self.query_one(KeyBar).refresh()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Regions are what changed on a screen below: Textual has it painted, though nothing of it is seen through this
        one (an image in pixels was sent three times while the list of projects came in)."""
        if regions:
            return self
        return super().refresh(repaint=repaint, layout=layout, recompose=recompose)

    def save_now(self) -> None:
        """Called when the app is about to be ended from outside: what is not on the disk yet goes there now."""

    def on_resize(self, event: events.Resize) -> None:
        small = event.size.width < LEAST_WIDTH or event.size.height < LEAST_HEIGHT
        self._keep_focus(small)
        self.set_class(small, "-too-small")
        self.set_class(event.size.width >= WIDE, "-wide")
        self.set_class(event.size.width >= WIDEST, "-widest")
        if small:
            text = Content.assemble(
                # The size that is needed comes first: this is read in the smallest of windows.
                (f"Make this window {LEAST_WIDTH}×{LEAST_HEIGHT}", "bold"),
                f"\nat least: it has {event.size.width}×{event.size.height} cells.\n",
                ("Nothing is lost: everything comes back as it was.", "$foreground 60%"),
            )
            self.query_one("#too-small", Static).update(text)
        self.refresh_crumbs()

    def _keep_focus(self, small: bool) -> None:
        """What is hidden loses the focus: it gets it back with the room. To be called before it is hidden."""
        if small == self.has_class("-too-small"):
            return
        if small:
            self._focused_before = self.focused
        elif self._focused_before is not None:
            self.call_after_refresh(self._focus_again, self._focused_before)
            self._focused_before = None

    def _focus_again(self, stood: Widget) -> None:
        if stood.is_attached and stood.focusable:
            self.set_focus(stood, scroll_visible=False)

    # Keys

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def on_descendant_blur(self) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        bar = self.query_one_optional(KeyBar)
        if self.FIELD_ACTIONS and bar is not None:  # else the screen is on its way out
            bar.show(self.keys_shown())

    def keys_shown(self) -> tuple[Action, ...]:
        """What the last line shows now."""
        return self.FIELD_ACTIONS if isinstance(self.focused, Input) else self.ACTIONS

    def disabled_reason(self, action: str) -> str:
        """Why the action cannot be done now; empty if it can."""
        return ""

    def title_of(self, action: Action) -> str:
        """What the action is called now: pausing a paused project is starting it."""
        return action.title

    def palette_actions(self) -> tuple[Action, ...]:
        """What the command palette offers, with the keys."""
        return self.ACTIONS

    def help_parts(self) -> tuple[str, tuple[Action, ...]]:
        """The words and keys that the help shows: the screen's, then those of every part of it that can be seen."""
        actions = dict.fromkeys(self.ACTIONS)
        for widget in self.query("*"):
            if widget.focusable and is_shown(widget):
                actions |= dict.fromkeys(getattr(widget, "ACTIONS", ()))
        return self.HELP_TEXT, tuple(actions)

    async def perform(self, action: Action) -> None:
        """Does it, or says why not. What failed before is not said any longer: the person goes on."""
        self.forget_failures()
        if reason := self.disabled_reason(action.name):
            self.warn(reason)
            return
        done = getattr(self, f"action_{action.name}")()
        if inspect.isawaitable(done):
            await done

    async def action_perform(self, name: str) -> None:
        """What every key of the screen's actions does."""
        await self.perform(next(action for action in self.ACTIONS if action.name == name))

    @on(KeyBar.Pressed)
    async def _pressed(self, event: KeyBar.Pressed) -> None:
        await self.perform(event.action)

    def action_help(self) -> None:
        from tui_labeler.tui.screens.help import HelpScreen

        text, actions = self.help_parts()
        self.app.push_screen(HelpScreen(text, actions, self.disabled_reason))

    def action_theme(self) -> None:
        self.services.routes.themes()

    def action_back(self) -> Awaitable[None] | None:
        self.dismiss()
        return None

    # Telling

    def tell(self, message: str) -> None:
        self.notify(safe_text(message, _WHOLE), markup=False)

    def say_sent(self, sent: Sent) -> bool:
        """That a text was sent to the clipboard, beside the text where it stands here."""
        places = [widget for widget in self.query("*") if isinstance(widget, SaysSent)]
        for place in places:
            place.unsay()
        return any(place.say_sent(sent) for place in places)

    def forget_failures(self) -> None:
        """Takes away what was said about failures: before something is tried once more, or when it has succeeded."""
        if self.services.failures_shown:
            self.services.failures_shown = False
            self.app.clear_notifications()

    def warn(self, message: str) -> None:
        self.services.failures_shown = True
        self.notify(safe_text(message, _WHOLE), severity="warning", markup=False)

    def show_error(self, error: LabelerError) -> None:
        """The message and its mend. What a person cancelled is no error."""
        severity = "information" if isinstance(error, Cancelled) else "error"
        self.services.failures_shown = True
        log.write_error("tui", error)
        text = safe_text(" ".join(str(error).split("\n")), _WHOLE)
        self.notify(text, severity=cast(Any, severity), markup=False, timeout=10)

    def change_mark(self) -> Hashable | None:
        """Changes with everything that anyone writes to the workspace; one cheap question. None where it cannot be read,
        which is told once, not at every look; a screen that lies below another one does not ask."""
        if self._is_covered:
            return None
        try:
            mark = self.workspace.change_mark()
        except LabelerError as error:
            if not self._mark_failed:
                self.show_error(error)
                self._mark_failed = True
            return None
        if self._mark_failed:
            self._mark_failed = False
            self.forget_failures()
        return mark

    async def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Calls the workspace in a thread, so that the app goes on; an error gives None, and is shown unless the
        screen lies below another one, which says itself what it misses."""
        import asyncio

        try:
            return await asyncio.to_thread(function, *args, **kwargs)
        except LabelerError as error:
            if self.is_attached and not self._is_covered:
                self.show_error(error)
            return None

    @property
    def _is_covered(self) -> bool:
        """Whether another whole screen stands over this one; a dialog is a part of what it stands over."""
        top = self.app.screen
        return top is not self and not isinstance(top, ModalScreen)
