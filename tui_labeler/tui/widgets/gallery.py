"""The rows of a list of tasks as pictures: the same rows, cursor and selection, a page at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.containers import Container
from textual.message import Message
from textual.timer import Timer

from tui_labeler.imaging.sheet import Tile, tile_at
from tui_labeler.model.namecut import NameCut
from tui_labeler.model.tasks import Task
from tui_labeler.tui.miniatures import Miniatures
from tui_labeler.tui.states import COLOURS
from tui_labeler.tui.tilenotes import said_once
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.rowkeys import ROW_KEYS
from tui_labeler.tui.widgets.tasklist import TaskList
from tui_labeler.tui.workers import work

# Cells of a tile: at least so many across where the window is small, and more where it is large.
_LEAST, _LARGE, _LARGE_WINDOW = 19, 25, 120
_SHAPE = 0.40  # rows of a tile for each of its columns: an image of 4:3 fills it
_BESIDE_NAME = 4  # cells of a tile: its frame, a mark, a blank
_THIN = 0.5  # dots: outlines in cells let the image show through
_SETTLED = 0.08  # seconds that the cursor rests before images are read: held keys do not queue up decoding
_AGAIN = 3.0  # seconds until images that could not be reached are tried again
_BETWEEN = 0.06  # seconds between two paints while images come in


def layout_of(columns: int, rows: int) -> tuple[int, int]:
    """How many tiles stand beside and below each other in so many cells."""
    across = max(1, columns // (_LARGE if columns >= _LARGE_WINDOW else _LEAST))
    return across, max(1, round(rows / (columns / across * _SHAPE + 1)))


class Gallery(Container, can_focus=True):
    """Looks at the rows of `rows`, which holds them, the cursor and the selection, and says by its messages what a person
    does. Whoever changes the rows calls `show_rows`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *ROW_KEYS,
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("shift+left", "extend(-1)", show=False),
        Binding("shift+right", "extend(1)", show=False),
    ]
    DEFAULT_CSS = "Gallery { height: 1fr; } Gallery > Canvas { height: 100%; }"

    class Turned(Message):
        """Another page is shown."""

    def __init__(self, rows: TaskList, read: Callable[[str], bytes]) -> None:
        """`read` gives the bytes of a task's image; it is called in threads."""
        super().__init__()
        self._rows = rows
        self._names: tuple[str, ...] = ()
        self._miniatures = Miniatures(read)
        self._page = -1
        self._painted = 0.0  # when, in the clock's seconds
        self._again: Timer | None = None

    def compose(self) -> ComposeResult:
        canvas = Canvas()
        canvas.can_focus = False
        yield canvas

    def on_unmount(self) -> None:
        self._miniatures.close()

    def on_hide(self) -> None:
        self._miniatures.try_again()

    def use_classes(self, names: tuple[str, ...]) -> None:
        """The project's classes, whose places give their colours."""
        self._names = names
        self._miniatures.forget()
        self.show_rows()

    def show_rows(self) -> None:
        """The page with the cursor as it is now, and reads what it lacks."""
        if self.display and self.is_attached:
            self._draw()
            self._load()

    def problem(self, task: Task) -> str:
        """Why its image is not shown, in whole sentences; empty where it is, or is not known yet."""
        shown = self._miniatures.get(task, self._dots())
        return shown if isinstance(shown, str) else ""

    # Pages

    @property
    def layout_now(self) -> tuple[int, int]:
        """Tiles across and down."""
        return layout_of(*self._canvas.size)

    @property
    def pages(self) -> tuple[int, int]:
        """Which page is shown, from 1, and of how many."""
        size = self._page_size
        return self._rows.cursor // size + 1, max(1, -(-self._rows.count // size))

    @property
    def _canvas(self) -> Canvas:
        return self.query_one(Canvas)

    @property
    def _page_size(self) -> int:
        across, down = self.layout_now
        return across * down

    def _first(self) -> int:
        return self._rows.cursor - self._rows.cursor % self._page_size

    def _tasks(self, first: int) -> list[Task | None]:
        return [self._rows.row(row) for row in range(first, min(first + self._page_size, self._rows.count))]

    # Drawing

    def _dots(self) -> tuple[int, int]:
        """The room for one picture, within its frame and above its name."""
        canvas, (across, down) = self._canvas, self.layout_now
        width, height = canvas.grid.size(canvas.size.width // across - 1, canvas.size.height // down - 1)
        return max(width - 2, 1), max(round((height - 2) * canvas.grid.slant), 1)

    @on(Canvas.Resized)
    def show_again(self) -> None:
        """In another size, or in other colours."""
        self.show_rows()

    def _draw(self) -> None:
        canvas = self._canvas
        if not canvas.size.area:
            return
        first, dots = self._first(), self._dots()
        variables = self.app.theme_variables
        tasks = self._tasks(first)
        room = canvas.size.width // self.layout_now[0] - _BESIDE_NAME
        cut = NameCut.of((task.path for task in tasks if task is not None), room)
        names = [cut.fitted(task.path, room) if task is not None else "" for task in tasks]
        tiles = tuple(
            self._tile(row, task, names[row - first], dots, variables) for row, task in enumerate(tasks, first)
        )
        canvas.show_sheet(self.layout_now, said_once(tiles), {})
        self._painted = time.monotonic()
        if first != self._page:
            self._page = first
            self.post_message(self.Turned())

    def _tile(self, row: int, task: Task | None, name: str, dots: tuple[int, int], variables: dict[str, str]) -> Tile:
        is_cursor = row == self._rows.cursor
        if task is None:
            return Tile(None, note="…", words=" ", focused=is_cursor)
        shown = self._miniatures.get(task, dots)
        mark = "□" if task.missing else "■"
        colour = Color.parse(variables["warning" if task.missing else COLOURS[task.state]])
        return Tile(
            None if isinstance(shown, str) else shown,
            note=shown.split("\n")[0].split(". ")[0] if isinstance(shown, str) else "" if shown else "…",
            words=name,
            mark=(mark, colour.rgb),
            focused=is_cursor,
            selected=self._rows.is_selected(task),
        )

    @work(exclusive=True, group="picture")
    async def _load(self) -> None:
        """Reads the images of the page, then those of the next one; each is shown as it comes."""
        await asyncio.sleep(_SETTLED)
        if not self._canvas.size.area:
            return
        first, size, dots = self._first(), self._page_size, self._dots()
        here, after = self._tasks(first), self._tasks(first + size)
        wanted = [task for task in (*here, *after) if task is not None]
        self._miniatures.prepare(wanted, dots)
        for page in (here, after):
            lacking = [task for task in page if task is not None and self._miniatures.get(task, dots) is None]
            async with asyncio.TaskGroup() as group:
                for task in lacking:
                    group.create_task(self._load_one(task, dots))
            self._draw()
            current = self._rows.current
            if lacking and current is not None and self.problem(current):
                self.post_message(TaskList.Highlighted(current))  # there is more to say about it now
        if self._miniatures.is_away and self._again is None:
            self._again = self.set_timer(_AGAIN, self._look_again)

    def _look_again(self) -> None:
        """Whether what holds the images is back."""
        self._again = None
        if self.display and self.is_attached:
            self._miniatures.try_again()
            self._load()

    async def _load_one(self, task: Task, dots: tuple[int, int]) -> None:
        entry = self._rows.entry(task)
        line = max(_THIN, self._canvas.grid.across / 5)
        await self._miniatures.load(task, entry.labels if entry else None, self._names, dots, line)
        if time.monotonic() - self._painted > _BETWEEN:
            self._draw()

    # Keys and the mouse

    def _react(self, step: Callable[[], None]) -> None:
        """Does something to the rows, and shows what it changed."""
        before = self._first()
        step()
        if self._first() != before:
            self._miniatures.try_again()
        self._draw()
        if self._first() != before:
            self._load()

    def _move_by(self, by: int) -> None:
        self._react(lambda: self._rows.move_to(self._rows.cursor + by))

    def _line(self, by: int) -> int:
        """How far it is to the row above or below the cursor; below, where none is in this column, to the last one."""
        across, cursor, last = self.layout_now[0], self._rows.cursor, self._rows.count - 1
        if 0 <= cursor + by * across <= last:
            return by * across
        return last - cursor if by > 0 and cursor // across < last // across else 0

    def action_move(self, by: int) -> None:
        self._move_by(by)

    def action_line(self, by: int) -> None:
        self._move_by(self._line(by))

    def action_page(self, by: int) -> None:
        self._move_by(by * self._page_size)

    def action_end(self, which: int) -> None:
        self._react(lambda: self._rows.action_end(which))

    def action_choose(self) -> None:
        self._rows.action_choose()

    def action_select(self) -> None:
        self._react(self._rows.action_select)

    def action_extend(self, by: int) -> None:
        self._react(lambda: self._rows.extend(by))

    def action_extend_line(self, by: int) -> None:
        self.action_extend(self._line(by))

    def on_click(self, event: events.Click) -> None:
        canvas = self._canvas
        index = tile_at(canvas.size.width, canvas.size.height, self.layout_now, event.x, event.y)
        self._react(lambda: self._rows.clicked(self._first() + index, event.shift, event.ctrl))

    @on(Canvas.Pointed)
    def _pointed(self, event: Canvas.Pointed) -> None:
        event.stop()
        if event.what == "wheel":
            self.action_line(-event.steps)
