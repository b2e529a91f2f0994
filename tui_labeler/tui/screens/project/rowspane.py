"""The rows of the Data tab: read by pages, sorted, selected, and changed many at once."""

from __future__ import annotations

from functools import cached_property

from textual import on
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.pace import left_to_do
from tui_labeler.model.tasks import TaskFilter, TaskOrder
from tui_labeler.model.text import at_least, whole_parts
from tui_labeler.tui.screens.project.datarows import DataRows
from tui_labeler.tui.screens.project.manytasks import change_many, take_back
from tui_labeler.tui.screens.project.pane import ProjectPane
from tui_labeler.tui.widgets.gallery import Gallery
from tui_labeler.tui.widgets.heads import Heads
from tui_labeler.tui.widgets.taskcells import task_columns
from tui_labeler.tui.widgets.tasklist import PAGE, TaskList
from tui_labeler.tui.widgets.thumbnail import Thumbnail
from tui_labeler.tui.workers import work


class RowsPane(ProjectPane):
    """A tab with a `TaskList`, its `Heads` and a line that counts."""

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self._is_known = False  # what the filters let through

    @cached_property
    def _rows(self) -> DataRows:
        return DataRows(self.owner.workspace, self.owner.project)

    @property
    def _filter(self) -> TaskFilter:
        return self._rows.chosen

    @work(exclusive=True, group="count")
    async def _reload(self, keep_cursor: bool, again: bool = False) -> None:
        count = await self.owner.ask(self._rows.count, again)
        if count is not None and self.is_attached:
            self._is_known = True
            self.query_one(TaskList).show_count(count, keep_cursor, self._rows.has_more)
            self.query_one(Gallery).show_rows()
            self._say_count()
            if not count:
                self.query_one("#picture", Thumbnail).update("")
                self.query_one("#about", Static).update("")
                self.query_one("#line", Static).update("")
            await self._find_ahead()

    async def _find_ahead(self) -> None:
        while self._rows.is_short and await self._find_more():
            pass

    async def _find_more(self, is_rest: bool = False) -> bool:
        """Shows the next rows, too, or all; whether that could be."""
        count = await self.owner.ask(self._rows.find_rest if is_rest else self._rows.find_more)
        if count is None or not self.is_attached:
            return False
        self.query_one(TaskList).show_more(count, self._rows.has_more)
        self.query_one(Gallery).show_rows()
        self._say_count()
        return True

    @on(TaskList.EndWanted)
    @work(exclusive=True, group="end")
    async def _to_end(self) -> None:
        """The cursor goes to the last row, unless somebody moves it meanwhile or asks for other rows."""
        rows, chosen, at = self.query_one(TaskList), self._filter, self.query_one(TaskList).cursor
        self.query_one("#count", Static).update(" Looking for the last one …")
        if await self._find_more(is_rest=True) and (rows.cursor, self._filter) == (at, chosen):
            rows.move_to(rows.count - 1)
            self.query_one(Gallery).show_rows()
        if self.is_attached:
            self._say_row()

    def _totals(self) -> tuple[int, int]:
        status = self.owner.status
        return (status.total, status.missing) if status else (0, 0)

    @on(TaskList.Wanted)
    def _wanted(self, event: TaskList.Wanted) -> None:
        self._page(event)
        if (
            self._rows.has_more
            and not self._rows.is_short
            and event.offset + 2 * PAGE >= self.query_one(TaskList).count
        ):
            self._go_on()

    @work(exclusive=True, group="more")
    async def _go_on(self) -> None:
        """Somebody is near the end of the rows that were found."""
        await self._find_more()

    @work(group="pages")
    async def _page(self, event: TaskList.Wanted) -> None:
        owner, chosen = self.owner, self._filter
        tasks = await owner.ask(self._rows.page, event.offset, PAGE)
        if tasks is not None and chosen == self._filter and self.is_attached:
            entries = await owner.ask(owner.workspace.tasks.counting, tasks)
            if entries is not None and chosen == self._filter and self.is_attached:
                self.query_one(TaskList).show_page(event.offset, tasks, entries, owner.workspace.now())
                self.query_one(Gallery).show_rows()

    def _say_count(self) -> None:
        self._say_row()
        self.owner.refresh_keys()

    def _say_row(self) -> None:
        """Which row of how many, how they are sorted, and what of them is selected; or what was just done."""
        rows = self.query_one(TaskList)
        chosen = rows.count if rows.all_selected else len(rows.selected)
        if chosen:
            text = f" {at_least(chosen, rows.all_selected and rows.has_more)} selected · b changes · Esc lets go"
        elif self._told:
            text = f" {self._told}"
        elif not rows.count:
            looking = rows.has_more or not self._is_known
            text = " Looking for tasks that pass these filters …" if looking else " No task passes these filters."
        else:
            total = sum(self._totals())
            among = "" if rows.count == total else f", {total:,} in all"
            row = f" {rows.cursor + 1:,} of {at_least(rows.count, rows.has_more, 'task')}{among}"
            text = f"{row}{self._page_words()}{self._left_words()} · Space selects · ⇧S sorts"
        line = self.query_one("#count", Static)
        line.update(Content(whole_parts(text, line.size.width) if line.size.width else text))

    def _left_words(self) -> str:
        """How many images of the project wait for labels."""
        return f" · {left_to_do(self.owner.status):,} left to label" if self.owner.status else ""

    # Table or gallery

    @property
    def is_gallery(self) -> bool:
        """Whether the rows are shown as pictures."""
        return self.has_class("-gallery")

    def turn_gallery(self) -> None:
        """From the table to the gallery, or back: with the same row."""
        rows, gallery = self.query_one(TaskList), self.query_one(Gallery)
        had_focus = rows.has_focus or gallery.has_focus
        self.toggle_class("-gallery")
        self._say_count()
        if had_focus:
            (gallery if self.is_gallery else rows).focus()
        self.call_after_refresh(rows.show_cursor)
        self.call_after_refresh(gallery.show_rows)

    @on(Gallery.Turned)
    def _turned(self) -> None:
        self._say_count()

    def _page_words(self) -> str:
        """Which page of the gallery is shown, and how its rows are sorted: the table says that in its heads."""
        if not self.is_gallery:
            return ""
        page, pages = self.query_one(Gallery).pages
        order = (
            f" · by {self._rows.order.lower()}{' ▼' if self._rows.backwards else ' ▲'}" if self._rows.is_sorted else ""
        )
        return f" · page {page:,} of {at_least(pages, self._rows.has_more)}{order}"

    # Many rows

    @on(TaskList.Selected)
    def _selected(self) -> None:
        rows = self.query_one(TaskList)
        if rows.selected or rows.all_selected:
            self._told = ""
        self.query_one(Gallery).show_rows()
        self._say_count()

    @on(TaskList.Span)
    @work(exclusive=True, group="span")
    async def _span(self, event: TaskList.Span) -> None:
        ids = await self.owner.ask(self._rows.ids, event.first, event.last - event.first + 1)
        if ids is not None and self.is_attached:
            self.query_one(TaskList).select(ids)

    def select_all(self) -> None:
        """All that the filters let through; once more, none."""
        self.query_one(TaskList).select_all()

    @work(exclusive=True, group="many")
    async def change_many(self) -> None:
        """Asks what is to be done to the selected rows, or to the one under the cursor."""
        rows = self.query_one(TaskList)
        choice: TaskFilter | list[int] = self._filter if rows.all_selected else sorted(rows.selected)
        count = rows.count if rows.all_selected else len(rows.selected)
        about = at_least(count, rows.all_selected and rows.has_more, "image")
        if not count:
            if rows.current is None:
                self.owner.warn("There is no row to change.")
                return
            choice, about = [rows.current.id], rows.current.path
        await self._done(await change_many(self.owner, choice, about))

    @work(exclusive=True, group="many")
    async def take_back(self) -> None:
        """Takes back what was done to many last."""
        await self._done(await take_back(self.owner))

    async def _done(self, told: str) -> None:
        if told and self.is_attached:
            self.query_one(TaskList).select_none()
            await self.owner.reload()
            self._told = told
            self._say_count()

    # Order

    def sort_next(self) -> None:
        """By the next column; behind the last one as the images come again."""
        columns = [TaskOrder(name) for name in self._columns() if name in set(TaskOrder)]
        at = columns.index(self._rows.order) if self._rows.order in columns else -1
        self._sort(columns[(at + 1) % len(columns)], backwards=False)

    def sort_backwards(self) -> None:
        self._sort(self._rows.order, not self._rows.backwards)

    @on(Heads.Chosen)
    def _sort_by(self, event: Heads.Chosen) -> None:
        again = event.order is self._rows.order
        self._sort(event.order, again and not self._rows.backwards)

    def _sort(self, order: TaskOrder, backwards: bool) -> None:
        self._rows.sort(order, backwards)
        self._show_heads()
        self._say_count()
        self._reload(keep_cursor=False)

    def _columns(self) -> dict[str, int]:
        return task_columns(self.query_one("#list").size.width)

    def _show_heads(self) -> None:
        self.query_one(Heads).show(self._columns(), self._rows.order, self._rows.backwards)
