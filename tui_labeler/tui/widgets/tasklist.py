"""A table of tasks that is as quick with a million rows as with ten: pages are read when they come into view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_labeler.model.namecut import NameCut
from tui_labeler.model.tasks import Submission, Task
from tui_labeler.model.text import fitted, padded
from tui_labeler.tui.states import COLOURS
from tui_labeler.tui.widgets.rowkeys import ROW_KEYS
from tui_labeler.tui.widgets.taskcells import task_cells, task_columns

PAGE = 200


class TaskList(ScrollView, can_focus=True):
    """One line a task: its state, its path, and what counts for it. Asks for pages by message; the screen answers with
    `show_page`."""

    BINDINGS: ClassVar[list[BindingType]] = ROW_KEYS
    DEFAULT_CSS = "TaskList { height: 1fr; background: $background; scrollbar-size-vertical: 1; overflow-x: hidden; }"

    class Wanted(Message):
        """A page has come into view: rows from `offset` on."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    class Highlighted(Message):
        """The cursor stands on another task."""

        def __init__(self, task: Task) -> None:
            super().__init__()
            self.task = task

    class Chosen(Message):
        """Enter, or a click on the row under the cursor."""

        def __init__(self, task: Task) -> None:
            super().__init__()
            self.task = task

    class EndWanted(Message):
        """The last row is to have the cursor, and more rows may follow than were counted."""

    class Selected(Message):
        """Other tasks are selected."""

    class Span(Message):
        """The rows from `first` to `last` are to be selected; which tasks they are, the screen knows."""

        def __init__(self, first: int, last: int) -> None:
            super().__init__()
            self.first, self.last = first, last

    def __init__(self) -> None:
        super().__init__()
        self.selected: set[int] = set()
        self.all_selected = False
        self._anchor = 0
        self._pages: dict[int, Sequence[Task]] = {}
        self._entries: dict[int, Submission] = {}
        self._cut: tuple[tuple[int, ...], NameCut] | None = None  # for what is in view
        self._now = 0.0
        self._asked: set[int] = set()
        self.count = 0
        self.has_more = False
        self.cursor = 0

    def show_count(self, count: int, keep_cursor: bool, has_more: bool = False) -> None:
        """Begins anew with so many rows; `has_more`: others may follow."""
        self.count, self.has_more = count, has_more
        self._pages.clear()
        self._entries.clear()
        self._asked.clear()
        self._cut = None
        self.cursor = min(self.cursor, max(count - 1, 0)) if keep_cursor else 0
        self.virtual_size = Size(self.size.width, count)
        if not keep_cursor:
            self.scroll_to(0, 0, animate=False)
        self.refresh()

    def show_more(self, count: int, has_more: bool) -> None:
        """There are so many rows now, those from before among them."""
        self._asked.discard(self.count - self.count % PAGE)
        self.count, self.has_more = count, has_more
        self.virtual_size = Size(self.size.width, count)
        self.refresh()

    def show_page(self, offset: int, tasks: Sequence[Task], entries: Mapping[int, Submission], now: float) -> None:
        """The rows from `offset` (a multiple of PAGE) on, and the submissions that count for them, by the tasks' ids; `now`
        in seconds since 1970."""
        self._now = now
        if len(tasks) >= len(
            self._pages.get(offset, ())
        ):  # one that was asked for before there were more may come later
            self._pages[offset] = tasks
            self._cut = None
        self._entries.update(entries)
        self.refresh()
        if offset <= self.cursor < offset + PAGE:
            self._announce()

    @property
    def current(self) -> Task | None:
        return self.row(self.cursor)

    def entry(self, task: Task) -> Submission | None:
        """What counts for the task of a row that was read."""
        return self._entries.get(task.id)

    def row(self, row: int) -> Task | None:
        """The task of a row; where it is not there yet it is asked for, and None until then."""
        offset = row - row % PAGE
        page = self._pages.get(offset, ())
        if row - offset < len(page):
            return page[row - offset]
        if offset not in self._asked and row < self.count:
            self._asked.add(offset)
            self.post_message(self.Wanted(offset))
        return None

    def _announce(self) -> None:
        if (task := self.current) is not None:
            self.post_message(self.Highlighted(task))

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        width = self.size.width
        back = self.background_colors[1]
        variables = self.app.theme_variables
        if row >= self.count:
            return Strip.blank(width, Style(bgcolor=back.rich_color))
        ink = self.colors[3]
        if row == self.cursor:
            back = Color.parse(variables["block-cursor-background" if self.has_focus else "panel"])
            ink = Color.parse(variables["block-cursor-foreground" if self.has_focus else "foreground"])
        plain = Style(color=ink.rich_color, bgcolor=back.rich_color)
        task = self.row(row)
        if task is None:
            return Strip([Segment(" …".ljust(width), plain)], width)
        colour = Color.parse(variables["warning" if task.missing else COLOURS[task.state]])
        chosen = Color.parse(variables["accent"])
        mark = "□" if task.missing else "■"
        cells = task_cells(task, self._entries.get(task.id), self._now)
        rooms = {name: room for name, room in task_columns(width).items() if name != "mark"}
        cells["Image"] = self._name_cut(rooms["Image"]).fitted(task.path, rooms["Image"])
        columns = [padded(fitted(cells[name], room), room) for name, room in rooms.items()]
        segments = [
            Segment("✓" if self.is_selected(task) else " ", Style(color=chosen.rich_color, bgcolor=back.rich_color)),
            Segment(f"{mark} ", Style(color=colour.rich_color, bgcolor=back.rich_color)),
            Segment(" ".join(columns), plain),
        ]
        return Strip(segments).adjust_cell_length(width, plain)

    def _name_cut(self, room: int) -> NameCut:
        """How names are cut that are longer than the column: by what those of the pages in view have in common."""
        top = self.scroll_offset.y
        first, last = top - top % PAGE, top + self.size.height
        in_view = (room, *(len(self._pages.get(offset, ())) for offset in range(first, last, PAGE)), first)
        if self._cut is None or self._cut[0] != in_view:
            tasks = chain(*(self._pages.get(offset, ()) for offset in range(first, last, PAGE)))
            self._cut = in_view, NameCut.of((task.path for task in tasks), room)
        return self._cut[1]

    def move_to(self, row: int) -> None:
        """The cursor to this row, and the row into view."""
        row = min(max(row, 0), max(self.count - 1, 0))
        if row == self.cursor:
            return
        self.cursor = row
        self._into_view(row)
        self.refresh()
        self._announce()

    def show_cursor(self) -> None:
        """Brings the row of the cursor into view, and says once more which task it is."""
        self._into_view(self.cursor)
        self._announce()

    def _into_view(self, row: int) -> None:
        """Scrolls as little as it takes; a row far away comes to the middle."""
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if top <= row < top + height:
            return
        nearest = row if row < top else row - height + 1
        target = row - height // 2 if abs(row - top) > height * 2 else nearest
        self.scroll_to(0, target, animate=False)

    def action_line(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        self.move_to(self.cursor + by * max(1, self.size.height - 1))

    def action_end(self, which: int) -> None:
        self.move_to(0 if which < 0 else self.count - 1)
        if which > 0 and self.has_more:
            self.post_message(self.EndWanted())

    # Selecting

    def is_selected(self, task: Task) -> bool:
        return self.all_selected or task.id in self.selected

    def select(self, ids: Iterable[int]) -> None:
        """These tasks besides those that are selected."""
        self.all_selected = False
        self.selected.update(ids)
        self._changed_selection()

    def select_all(self) -> None:
        """Every row that the filters let through, also those that were never in view."""
        self.selected.clear()
        self.all_selected = not self.all_selected and self.count > 0
        self._changed_selection()

    def select_none(self) -> None:
        if self.selected or self.all_selected:
            self.selected.clear()
            self.all_selected = False
            self._changed_selection()

    def _changed_selection(self) -> None:
        self.refresh()
        self.post_message(self.Selected())

    def action_select(self) -> None:
        """The row under the cursor, or no longer; then the next one."""
        if (task := self.current) is not None:
            self.all_selected = False
            self.selected ^= {task.id}
            self._anchor = self.cursor
            self._changed_selection()
            self.move_to(self.cursor + 1)

    def action_extend_line(self, by: int) -> None:
        self.extend(by)

    def extend(self, by: int) -> None:
        """The row under the cursor and the next one, or all up to one further away."""
        before, start = self.current, self.cursor
        self.move_to(self.cursor + by)
        if abs(by) > 1:
            self.post_message(self.Span(min(start, self.cursor), max(start, self.cursor)))
        else:
            self.select(task.id for task in (before, self.current) if task is not None)

    def action_choose(self) -> None:
        if (task := self.current) is not None:
            self.post_message(self.Chosen(task))

    def on_click(self, event: events.Click) -> None:
        self.clicked(event.y + self.scroll_offset.y, event.shift, event.x < 1 or event.ctrl)

    def clicked(self, row: int, to_here: bool, one_more: bool) -> None:
        """The mouse on a row: selects all up to it, or it alone besides the others; else the cursor goes there, and what it
        stands on already is opened."""
        if row >= self.count:
            return
        if to_here:
            self.post_message(self.Span(min(self._anchor, row), max(self._anchor, row)))
            self.move_to(row)
        elif one_more:
            self.move_to(row)
            self.action_select()
        elif row == self.cursor:
            self._anchor = row
            self.action_choose()
        else:
            self._anchor = row
            self.move_to(row)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, self.count)

    def on_focus(self) -> None:
        self.refresh(Region(0, self.cursor - self.scroll_offset.y, self.size.width, 1))

    def on_blur(self) -> None:
        self.refresh(Region(0, self.cursor - self.scroll_offset.y, self.size.width, 1))
