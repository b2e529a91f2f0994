"""Keys, from one declaration: it feeds the bindings, the footer, the help and the command palette of a screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True)
class Action:
    """Something a person can do on a screen. `name` is the action's method (`export` runs `action_export`), `keys` the
    keys as Textual writes them, separated by commas; `title` stands in the footer and the palette, `help` in the help."""

    name: str
    keys: str
    title: str
    help: str
    footer: bool = True
    group: str = ""


def bindings(actions: Iterable[Action]) -> list[BindingType]:
    """The bindings of a screen's actions."""
    return [
        Binding(one.keys, one.name, one.title, show=one.footer, tooltip=one.help, id=one.name.replace("'", ""))
        for one in actions
    ]
