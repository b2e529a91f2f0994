"""Going to any image of a project: its neighbours with their states, found by number or by a part of the name."""

from __future__ import annotations

import asyncio
from typing import Protocol

from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import Task, TaskFilter
from tui_labeler.model.text import plural, safe_text
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.searchdialog import SearchDialog
from tui_labeler.tui.states import COLOURS
from tui_labeler.tui.workers import work

_ROWS = 11


class TaskPages(Protocol):
    """What is needed of the workspace."""

    def page(self, project: str, chosen: TaskFilter, offset: int, limit: int) -> tuple[Task, ...]: ...


class GoToImage(SearchDialog[str]):
    """Gives the path of the chosen image."""

    CSS_PATH = dialog_styles("gotoimage.tcss")

    def __init__(self, tasks: TaskPages, project: str, position: int, total: int) -> None:
        """`position`: of the image that is open, from 1; 0 where none is."""
        hint = f"{plural(total, 'image')} · ↑ ↓ choose · ⏎ opens · Esc leaves"
        super().__init__("Go to an image", "Its number, or a part of its name", hint)
        self._tasks, self._project, self._position, self._total = tasks, project, position, total

    def search(self, wanted: str) -> None:
        self._search(wanted)

    @work(exclusive=True, group="rows")
    async def _search(self, wanted: str) -> None:
        try:
            rows, at = await asyncio.to_thread(self._found, wanted)
        except LabelerError as error:
            rows, at = [], 0
            self.query_one(".hint", Static).update(Content(safe_text(error, 200)))
        if self.is_attached:
            self.list_rows([Option(_row(number, task), task.path) for number, task in rows], at)

    def answer(self, row: str) -> str:
        return row

    def _found(self, wanted: str) -> tuple[list[tuple[int, Task]], int]:
        """(number from 1, or 0 where it is not known; task) of each row, and the row to begin with."""
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else self._position if not wanted else 0
        rows: list[tuple[int, Task]] = []
        at = 0
        if 0 < number <= max(self._total, self._position):
            first = max(0, number - 1 - _ROWS // 2)
            near = self._tasks.page(self._project, TaskFilter(), first, _ROWS)
            rows = [(first + offset, task) for offset, task in enumerate(near, 1)]
            at = max(0, min(number - 1 - first, len(rows) - 1))
        if wanted:
            known = {task.path for _, task in rows}
            named = self._tasks.page(self._project, TaskFilter(name=wanted), 0, _ROWS)
            rows += [(0, task) for task in named if task.path not in known]
        elif not rows:
            near = self._tasks.page(self._project, TaskFilter(), 0, _ROWS)
            rows = [(position, task) for position, task in enumerate(near, 1)]
        return rows, at


def _row(number: int, task: Task) -> Content:
    where = f"{number:>7,} " if number else " " * 8
    return Content.assemble(
        (where, "$foreground 60%"),
        ("■ ", f"${'warning' if task.missing else COLOURS[task.state]}"),
        f"{'Missing' if task.missing else task.state.caption:<13}",
        safe_text(task.path, 40),
    )
