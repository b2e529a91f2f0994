"""The panel beside the canvas: classes with their digits, counts and eyes, what one looks at, and the keys."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tui_labeler.model.text import fitted, safe_text
from tui_labeler.tui.classcolours import class_variable
from tui_labeler.tui.panelstate import PanelState, RegionRow, class_mark, last_segment
from tui_labeler.tui.remarks import Remark

# Below so many rows, blank lines are left out. Keys and classes that have their place however low the window is.
_ROOMY, _LEAST_KEYS, _LEAST_CLASSES = 28, 6, 3
_MOST_REGIONS = 9
# Seconds without a change after which the extent of a region is written anew.
_REST = 0.6
# A piece of a line: text, a theme variable or #rrggbb, and whether it is bold.
Piece = tuple[str, str, bool]


@dataclass(frozen=True)
class Line:
    """`command`, `place` (of a class) or `region` (its place in the draft) is what a click on it means; none of them for a
    line that is only read."""

    pieces: tuple[Piece, ...] = ()
    command: str = ""
    place: int = -1
    region: int = -1


class LabelPanel(Widget):
    """Repaints the lines that changed and no other: a key on the canvas must not cost a panel."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "LabelPanel { width: 26; height: 1fr; background: $surface; }"

    class Picked(Message):
        """A class was clicked; `eye` where its eye was."""

        def __init__(self, place: int, eye: bool) -> None:
            super().__init__()
            self.place = place
            self.eye = eye

    class RegionPicked(Message):
        """A region of the list was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    class Commanded(Message):
        """A command was clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self._state: PanelState | None = None
        self._first = -1  # the first class that is shown, after the wheel was turned
        self._scrolled = 0
        self._resting: Timer | None = None

    def on_resize(self) -> None:
        if self._state is not None:
            self.show(self._state)

    def show(self, state: PanelState) -> None:
        """The classes around the chosen one, the properties of what is open, and as many keys as there is room for."""
        before = self._state
        if before is not None and _resized_only(before.regions, state.regions):
            # While a region is pushed its extent changes at every key: it is written once that has come to rest.
            self._rest(state)
            state = replace(state, regions=before.regions)
        elif self._resting is not None:
            self._resting.stop()
        if before is None or (before.cursor, before.listed) != (state.cursor, state.listed):
            self._first = -1
        self._state = state
        old, self._lines = self._lines, self._laid_out(state)
        for row in range(max(len(old), len(self._lines))):
            if old[row : row + 1] != self._lines[row : row + 1]:
                self.refresh(Region(0, row, self.size.width, 1))

    def _rest(self, state: PanelState) -> None:
        if self._resting is not None:
            self._resting.stop()

        def rested() -> None:
            if self._state is not None:
                shown = replace(self._state, regions=state.regions)
                self._state = None
                self.show(shown)

        self._resting = self.set_timer(_REST, rested)

    def _laid_out(self, state: PanelState) -> list[Line]:
        """The keys have their place before a long list of classes has."""
        width, height = self.size.width - 2, self.size.height
        gap = [Line()] if height >= _ROOMY else []
        lines = [_tabs(state.hints["instructions"]), *gap, *_remark(state.remark, width, 6 if gap else 3)]
        lines.append(_class_heading(state))
        wanted = min(len(state.keys), _LEAST_KEYS) + 2
        room = max(_LEAST_CLASSES, height - len(lines) - len(state.properties) - 1 - len(gap) - wanted)
        lines += self._class_lines(state, room, width)
        spare = height - len(lines) - len(state.properties) - 1 - 2 * len(gap) - wanted
        lines += _region_lines(state, gap, spare, width)
        lines.append(Line())
        for key, value in state.properties:
            shown = fitted(safe_text(value), max(4, width - 7))
            lines.append(Line(((f"{key:<7}", "secondary", False), (shown, "foreground", False))))
        return lines + _keys(state, gap, height - len(lines))

    def _class_lines(self, state: PanelState, room: int, width: int) -> list[Line]:
        """As many classes as there is room for, and how many there are above and below."""
        listed = state.listed
        if len(listed) <= room:
            return [_class(state, class_index, width) for class_index in listed]
        room -= 1
        at = listed.index(state.cursor) if state.cursor in listed else 0
        first = at - room // 2 if self._first < 0 else self._first
        self._scrolled = first = max(0, min(first, len(listed) - room))
        below = len(listed) - room - first
        hint = "   ".join(f"{mark} {count:,} more" for mark, count in (("↑", first), ("↓", below)) if count)
        more = Line(
            ((hint, "secondary", False),), command="class_code" if "class_code" in state.hints else "find_class"
        )
        return [*(_class(state, class_index, width) for class_index in listed[first : first + room]), more]

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(event, 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(event, -3)

    def _scroll(self, event: events.MouseEvent, by: int) -> None:
        """The wheel goes through a long list of classes, until another one is chosen."""
        event.stop()
        if self._state is not None:
            self._first = max(0, self._scrolled + by)
            self.show(self._state)

    def render_line(self, y: int) -> Strip:
        back = self.background_colors[1].rich_color
        ground = Style(bgcolor=back)
        if y >= len(self._lines):
            return Strip.blank(self.size.width, ground)
        variables = self.app.theme_variables
        segments = [Segment(" ", ground)]
        for text, name, bold in self._lines[y].pieces:
            colour = Color.parse(name if name.startswith("#") else variables[name])
            segments.append(Segment(text, Style(color=colour.rich_color, bgcolor=back, bold=bold)))
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def on_click(self, event: events.Click) -> None:
        line = self._lines[event.y] if event.y < len(self._lines) else Line()
        if line.place >= 0:
            self.post_message(self.Picked(line.place, event.x >= self.size.width - 3))
        elif line.region >= 0:
            self.post_message(self.RegionPicked(line.region))
        elif line.command:
            self.post_message(self.Commanded(line.command))


def _tabs(key: str) -> Line:
    """The retired service's two tabs. Tasks is where one is."""
    return Line(
        (
            ("Tasks", "foreground", True),
            ("   ", "foreground", False),
            (f"{key} ", "footer-key-foreground", True),
            ("Instructions", "secondary", False),
        ),
        command="instructions",
    )


def _remark(remark: Remark | None, width: int, most: int) -> list[Line]:
    """A heading, and as many lines of the text as there is room for."""
    if remark is None:
        return []
    lines = [line.plain.rstrip() for line in Content(safe_text(remark.text)).wrap(max(width, 8))]
    if len(lines) > most:
        lines[most - 1 :] = [fitted(f"{lines[most - 1]} …", width)]
    shown = [Line(((remark.heading, "text-warning", True),)), *(Line(((line, "foreground", False),)) for line in lines)]
    return [*shown, Line()]


def _heading(title: str, command: str, hint: str) -> Line:
    return Line(((f"{title:<7}", "primary", True), (hint, "secondary", False)), command=command)


def _class_heading(state: PanelState) -> Line:
    find = f"{state.hints['find_class']} finds"
    if state.typed is not None:
        return _heading("Tags", "find_class", f"code: {state.typed}_")
    if "class_code" not in state.hints:
        return _heading("Tags", "find_class", find)
    return _heading("Tags", "class_code", f"{state.hints['class_code']} code  {find}")


def _class(state: PanelState, class_index: int, width: int) -> Line:
    name, code = state.names[class_index], state.codes[class_index]
    chosen = class_index == (state.cursor if state.typed is not None else state.chosen)
    count = state.counts.get(name, 0)
    column = max(map(len, state.codes)) + 1
    room = max(3, width - 9 - column)
    pieces = (
        (f"{code:<{column}}", "footer-key-foreground", True),
        (class_mark(state, class_index), "primary" if chosen else "foreground", chosen),
        ("■ ", class_variable(class_index), False),
        (
            set_cell_size(fitted(last_segment(safe_text(name), room), room), room),
            "primary" if chosen else "foreground",
            chosen,
        ),
        (f"{count:>3}" if count else "   ", "foreground", False),
        (" ×" if name in state.hidden else "  ", "error", False),
    )
    return Line(pieces, place=class_index)


def _resized_only(before: tuple[RegionRow, ...], now: tuple[RegionRow, ...]) -> bool:
    def kept(row: RegionRow) -> tuple[int, str, bool]:
        return row.class_place, row.name, row.selected

    return before != now and list(map(kept, before)) == list(map(kept, now))


def _region_lines(state: PanelState, gap: list[Line], room: int, width: int) -> list[Line]:
    """The regions around the selected one, with class and extent in image pixels; nothing where there is no room."""
    rows = state.regions
    count = min(len(rows), _MOST_REGIONS, room - 1 - len(gap))
    if count <= 0:
        return []
    at = next((index for index, row in enumerate(rows) if row.selected), 0)
    first = max(0, min(at - count // 2, len(rows) - count))
    more = f"  {first + 1}–{first + count} of {len(rows):,}" if count < len(rows) else ""
    lines = [*gap, _heading("Regions", "select_next", f" {state.hints['select_next']} selects{more}")]
    for index, row in enumerate(rows[first : first + count], first):
        extent = f"{row.width}×{row.height}"
        ink = "primary" if row.selected else "foreground"
        room_left = max(3, width - 4 - len(extent) - 1)
        name = fitted(last_segment(safe_text(row.name), room_left), room_left)
        pieces = (
            ("▸ " if row.selected else "  ", ink, row.selected),
            ("■ ", class_variable(row.class_place), False),
            (set_cell_size(name, room_left), ink, row.selected),
            (f" {extent}", "secondary", False),
        )
        lines.append(Line(pieces, region=index))
    return lines


def _keys(state: PanelState, gap: list[Line], room: int) -> list[Line]:
    """A heading and rows; those that need Esc first stand dimmed below a heading of their own."""
    lines: list[Line] = []
    ready = True
    for row in state.keys:
        if not lines:
            lines += [*gap, _heading("Keys", "help", f"{state.hints['help']} shows all")]
        if ready and not row.ready:
            lines += [*gap, Line((("After Esc", "secondary", False),))]
            ready = False
        colours = ("footer-key-foreground", "foreground") if row.ready else ("secondary", "secondary")
        lines.append(
            Line(((f"{row.key:<7}", colours[0], row.ready), (row.title, colours[1], False)), command=row.command)
        )
    return lines[: max(room, 0)]
