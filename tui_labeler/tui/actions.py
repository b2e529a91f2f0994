"""Keys, from one declaration: it feeds the bindings, the footer, the help and the command palette of a screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from tui_labeler.labeling.keys import key_text


@dataclass(frozen=True)
class Action:
    """Something a person can do on a screen. `name` is the action's method (`export` runs `action_export`), `keys` the
    keys as Textual writes them, separated by commas; `title` stands in the footer and the palette, `help` in the help.
    `shown` is how the footer and the help write the key, where Textual's own way is not good; `group` is the heading in the
    help."""

    name: str
    keys: str
    title: str
    help: str
    footer: bool = True
    shown: str = ""
    priority: bool = False
    group: str = ""

    @property
    def key_text(self) -> str:
        """The keys as a person reads them."""
        return self.shown or " ".join(key_text(key.strip()) for key in self.keys.split(","))


def local_bindings(actions: Iterable[Action]) -> list[BindingType]:
    """The bindings of a widget's own actions, whose names are Textual actions of the widget (`move(-1)`)."""
    return [Binding(action.keys, action.name, action.title, show=False, tooltip=action.help) for action in actions]


def bindings(actions: Iterable[Action]) -> list[BindingType]:
    """The bindings of a screen's actions: each goes through `perform`, which says why something cannot be done."""
    return [
        Binding(
            action.keys,
            f"perform('{action.name}')",
            action.title,
            show=action.footer,
            key_display=action.shown or action.key_text.split(" ")[0],
            tooltip=action.help,
            priority=action.priority,
        )
        for action in actions
    ]
