"""What keys do while a list of the filters has the focus: in an open one letters look for a row, and are no commands."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import OptionList, Select

from tui_labeler.tui.actions import Action
from tui_labeler.tui.screens.base import HELP

_CLOSED = (
    Action("enter_row", "enter", "Choose", "Opens the list.", shown="⏎"),
    HELP,
    Action("back", "escape,q", "Show all", "Leave the filters.", shown="Esc"),
)
_OPEN = (
    Action("enter_row", "enter", "Take", "What the cursor stands on.", shown="⏎"),
    Action("back", "escape", "Close", "Leave it as it was.", shown="Esc"),
)


def shown(focused: Widget | None) -> tuple[Action, ...] | None:
    """What the last line shows; None where no list of the filters has the focus."""
    if isinstance(focused, Select):
        return _CLOSED
    return _OPEN if _select_of(focused) is not None else None


def title(action: Action, focused: Widget | None) -> str:
    """What an action is called here; empty where it has its usual name."""
    return next((one.title for one in shown(focused) or () if one == action), "")


def enter(focused: Widget | None) -> None:
    """Opens the list that has the focus, or takes a row of it."""
    if isinstance(focused, Select):
        focused.action_show_overlay()
    elif isinstance(focused, OptionList):
        focused.action_select()


def close(focused: Widget | None) -> bool:
    """Closes the list that is open; whether one was."""
    if (select := _select_of(focused)) is None:
        return False
    select.expanded = False
    select.focus()
    return True


def _select_of(focused: Widget | None) -> Select[object] | None:
    """The list whose rows have the focus."""
    if focused is None or isinstance(focused, Select):
        return None
    return next((around for around in focused.ancestors if isinstance(around, Select)), None)
