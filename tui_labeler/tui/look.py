"""The look that every screen shares: flat one-line fields and buttons, thin scrollbars, toasts out of the way.

What has the focus is always filled or edged with the theme's first colour, and nothing else is.
"""

from __future__ import annotations

CSS = """
/* Toasts stand at the top: at the bottom they would cover the buttons that one is about to press. */
ToastRack { dock: top; align: right top; margin: 1 0 0 0; }
Toast { max-width: 76; width: auto; padding: 0 1; margin-bottom: 0; }

Button { border: none !important; height: 1; min-width: 8; padding: 0 1; background: $panel;
    color: $foreground; text-align: center; content-align: center middle; }
Button:focus { background: $primary; color: $background; text-style: bold; background-tint: transparent; }
Button.-primary { background: $primary 35%; color: $foreground; }
Button.-primary:focus { background: $primary; color: $background; }
Button.-error { background: $error 35%; color: $foreground; }
Button.-error:focus { background: $error; color: $background; }
Button:disabled { background: $surface; color: $foreground 40%; text-opacity: 100%; }

Input { border: none; border-left: outer $border-blurred; height: 1; padding: 0 1; background: $panel; }
Input:focus { border: none; border-left: outer $border; background-tint: transparent; }
Input.-invalid, Input.-invalid:focus { border-left: outer $error; }
TextArea { border: none; border-left: outer $border-blurred; padding: 0 1; background: $panel; }
TextArea:focus { border: none; border-left: outer $border; }
Select { height: 1; }
SelectCurrent { background: $panel; border: none; border-left: outer $border-blurred; padding: 0 1 0 1; height: 1; }
Select > SelectCurrent { border: none; border-left: outer $border-blurred !important; padding: 0 1 0 1 !important; }
Select:focus > SelectCurrent { border: none; border-left: outer $border !important; background-tint: transparent; }
Select > SelectOverlay { border: none; border-left: outer $border; background: $boost; padding: 0; }
OptionList { border: none; background: transparent; padding: 0; }
OptionList:focus { border: none; background-tint: transparent; }
DataTable { scrollbar-size: 1 1; }
DataTable > .datatable--header { background: $background; color: $foreground 60%; text-style: none; }
ScrollView, VerticalScroll, ScrollableContainer, OptionList, TextArea, Markdown, SelectOverlay { scrollbar-size: 1 1; }
"""
