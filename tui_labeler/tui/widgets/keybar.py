"""The last line of a screen: what can be pressed here. Clickable; what cannot be done now is dimmed."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from tui_labeler.tui.actions import Action


class KeyBar(Widget):
    """Keys and titles of a screen's actions, as many as there is room for; the last one always has its place."""

    DEFAULT_CSS = """
    KeyBar { height: 1; dock: bottom; background: $panel; color: $foreground; padding: 0 1; }
    """

    class Pressed(Message):
        """A person clicked an action."""

        def __init__(self, action: Action) -> None:
            super().__init__()
            self.action = action

    def __init__(
        self, actions: tuple[Action, ...], reason: Callable[[str], str], title: Callable[[Action], str] | None = None
    ) -> None:
        """`reason` says why an action cannot be done now (empty if it can), `title` what it is called now."""
        super().__init__()
        self._actions = tuple(action for action in actions if action.footer)
        self._reason = reason
        self._title = title or (lambda action: action.title)
        self._covered = 0

    def make_room(self, cells: int) -> None:
        """So many cells at the right end are covered by a message: what matters most stands beside it."""
        if cells != self._covered:
            self._covered = cells
            self.refresh()

    def show(self, actions: tuple[Action, ...]) -> None:
        """Other actions: what can be done here has changed."""
        shown = tuple(action for action in actions if action.footer)
        if shown != self._actions:
            self._actions = shown
            self.refresh()

    def _placed(self) -> list[tuple[int, int, Action]]:
        """(from column, to column, action) of everything that fits."""
        room = self.size.width - self._covered
        widths = [len(action.key_text.split(" ")[0]) + 1 + len(self._title(action)) for action in self._actions]
        shown = list(range(len(self._actions)))
        # Actions are declared in the order of their importance; help and the way out always have their place.
        while len(shown) > 1 and sum(widths[index] + 2 for index in shown) - 2 > room:
            optional = [index for index in shown[:-1] if self._actions[index].name != "help"]
            shown.remove(optional[-1] if optional else shown[0])
        placed = []
        at = 0
        for index in shown:
            placed.append((at, at + widths[index], self._actions[index]))
            at += widths[index] + 2
        return placed

    def render(self) -> Content:
        parts: list[str | tuple[str, str]] = []
        for _, _, action in self._placed():
            key = action.key_text.split(" ")[0]
            if self._reason(action.name):
                parts += [(f"{key} {self._title(action)}", "$foreground 65%"), "  "]
            else:
                parts += [(key, "bold $footer-key-foreground"), f" {self._title(action)}  "]
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        for start, end, action in self._placed():
            if start <= event.x - 1 < end:
                self.post_message(self.Pressed(action))
