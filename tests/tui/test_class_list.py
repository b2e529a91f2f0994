"""The classes of a project in few lines."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tui_labeler.tui.classcolours import class_variables
from tui_labeler.tui.widgets.classlist import ClassList

NAMES = ("coke", "beverage_can_lying_on_its_side_partly_hidden_behind_others", "sprite")


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield ClassList(30, keys=True)

    def on_mount(self) -> None:
        self.query_one(ClassList).show(NAMES)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return class_variables()


async def test_a_long_name_without_blanks_stays_beside_its_number() -> None:
    """It was broken behind the number, where the line has its only blank."""
    for width in (20, 34, 44, 80):
        async with Shown().run_test(size=(width, 12)) as pilot:
            await pilot.pause()
            widget = pilot.app.query_one(ClassList)
            lines = [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]
            (line,) = [line for line in lines if "2 ■" in line]
            name = line.partition("2 ■ ")[2].split("  ")[0]
            assert name.startswith("beverag")
            assert name.endswith("thers")
            assert ("…" in name) == (width < 63), "cut in the middle, only where it has to be"
            assert max(map(len, lines)) <= width
