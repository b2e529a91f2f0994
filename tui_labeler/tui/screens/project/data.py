"""The Data tab: every task, filtered, with its image and labels beside it."""

from __future__ import annotations

import asyncio

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Select, Static

from tui_labeler.labeling.listed_tasks import ListedTasks
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Status, Submission, Task, TaskFilter, TaskState
from tui_labeler.model.text import ago_text, fitted, safe_text, size_text
from tui_labeler.tui.classcolours import class_style
from tui_labeler.tui.screens.base import is_shown
from tui_labeler.tui.screens.project.rowspane import RowsPane
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.widgets.gallery import Gallery
from tui_labeler.tui.widgets.heads import Heads
from tui_labeler.tui.widgets.tasklist import TaskList
from tui_labeler.tui.widgets.thumbnail import Thumbnail
from tui_labeler.tui.workers import work

_MISSING, _CHANGED, _KNOWN = "missing", "changed", "known"
# How many of the rows that were found are looked through at most, and how many of them may stand before the chosen one.
_HELD, _HELD_BEFORE = 1000, 200


class DataPane(RowsPane):
    """Filters above, the list on the left, the task under the cursor on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._labelers: tuple[str, ...] = ()
        self._seen: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        with Horizontal(classes="filters"):
            others = (("Missing files", _MISSING), ("Unsubmitted changes", _CHANGED), ("Known images", _KNOWN))
            states = [*((state.caption, state.value) for state in TaskState), *others]
            yield Select(states, prompt="Any state", id="state", compact=True)
            yield Select[str]([], prompt="Any class", id="class", compact=True)
            yield Select[str]([], prompt="Any labeler", id="labeler", compact=True)
            yield Field(placeholder="Name holds…", id="name")
        with Horizontal(classes="body"):
            with Vertical(id="list"):
                yield Static("", id="count")
                yield Heads(id="heads")
                yield (rows := TaskList())
                yield Gallery(rows, lambda path: self.owner.workspace.tasks.read_image(self.owner.project, path))
                yield Static("", id="line")
            with Vertical(id="view"):
                yield Thumbnail(id="picture")
                yield Static("", id="about")

    def opened(self) -> None:
        self.to_list()

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        labelers = tuple(sorted(status.labelers))
        if (spec.classes.names, labelers) != (self._names, self._labelers):
            self._names, self._labelers = spec.classes.names, labelers
            self._offer("#class", self._names)
            self.query_one(Gallery).use_classes(self._names)
            self._offer("#labeler", self._labelers)
        seen = (status.total, status.completed, status.skipped, status.stale, status.missing, status.activity)
        if seen != self._seen or self._filter.changed or self._filter.known:
            self._seen = seen
            self._reload(keep_cursor=True)

    def _offer(self, selector: str, names: tuple[str, ...]) -> None:
        select = self.query_one(selector, Select)
        chosen = select.value
        with self.prevent(Select.Changed):
            select.set_options([(Content(safe_text(name, 40)), name) for name in names])
            if chosen in names:
                select.value = chosen

    @on(Select.Changed)
    @on(Input.Changed)
    def _changed(self) -> None:
        def value(selector: str) -> str:
            chosen = self.query_one(selector, Select).value
            return chosen if isinstance(chosen, str) else ""

        state = value("#state")
        spec = self.owner.spec
        chosen = TaskFilter(
            state=TaskState(state) if state and state not in (_MISSING, _CHANGED, _KNOWN) else None,
            missing=state == _MISSING,
            changed=state == _CHANGED,
            known=state == _KNOWN and self._may_know(),
            name=self.query_one("#name", Input).value,
            class_name=value("#class"),
            class_is_region=spec is None or spec.details.type.has_regions,
            labeler=value("#labeler"),
        )
        if chosen != self._filter:
            self._told = ""
        self._rows.filter(chosen)
        self._is_known = False
        self.query_one(TaskList).select_none()
        self.owner.refresh_keys()
        self._reload(keep_cursor=False)

    @on(Input.Submitted)
    def to_list(self) -> None:
        """From the filters to what they found."""
        (self.query_one(Gallery) if self.is_gallery else self.query_one(TaskList)).focus()

    @property
    def is_narrowed(self) -> bool:
        filters, rows = self.query_one(".filters"), self.query_one(TaskList)
        return bool(rows.selected) or rows.all_selected or self._rows.is_narrowed or filters.has_focus_within

    def show_all(self) -> None:
        """Lets go of the selection first, then of the filters."""
        rows = self.query_one(TaskList)
        if rows.selected or rows.all_selected:
            rows.select_none()
            return
        for select in self.query(Select):
            select.clear()
        self.query_one("#name", Input).value = ""
        self.to_list()

    @on(TaskList.Chosen)
    def _open(self, event: TaskList.Chosen) -> None:
        if event.task.missing:
            self.owner.warn("The file of this task is missing; its labels are kept.")
        elif why := self.owner.disabled_reason("label"):
            self.owner.warn(why)
        elif not self._rows.is_narrowed and not self._rows.is_sorted:
            self.owner.services.routes.label(self.owner.project, event.task.path)
        else:
            self._look_through(event.task)

    @work(exclusive=True, group="open")
    async def _look_through(self, task: Task) -> None:
        """Opens it as one of the rows that the filters let through: submitting goes to the next row, not to the queue."""
        owner, rows = self.owner, self.query_one(TaskList)
        start = max(0, rows.cursor - _HELD_BEFORE)
        tasks = await owner.ask(self._rows.page, start, _HELD)
        if tasks is None or not self.is_attached:
            return
        paths = tuple(row.path for row in tasks if not row.missing)
        if task.path in paths:
            is_part = rows.has_more or start + len(tasks) < rows.count
            listed = ListedTasks(paths, paths.index(task.path), start + 1, rows.count, rows.has_more, is_part)
            owner.services.routes.look_through(owner.project, listed)

    # Known images

    def _may_know(self) -> bool:
        """Labelers are not to see which images are known, where someone is named who looks over them."""
        spec = self.owner.spec
        gold = self.owner.workspace.gold
        return spec is not None and gold.may_know(spec.workforce, self.owner.services.labeler)

    def known_problem(self) -> str:
        """Why the image under the cursor cannot be made a known one, or an unknown one again."""
        if not self._may_know():
            return "Which images are known is for reviewers: you are not one of this project's."
        return "" if self.query_one(TaskList).current is not None else "There is no image here."

    @work(exclusive=True, group="known")
    async def turn_known(self) -> None:
        """What counts for the image under the cursor is known from now on; or, where it was, it is like any other."""
        task = self.query_one(TaskList).current
        if task is None:
            return
        owner = self.owner
        told = await owner.ask(self._turn, task)
        if told and self.is_attached:
            owner.tell(told)
            await owner.reload()
            if not self._filter.known:  # there the row goes, and another one comes under the cursor
                self._show(task)

    def _turn(self, task: Task) -> str:
        gold, name = self.owner.workspace.gold, fitted(task.path, 40)
        if gold.contains(task):
            gold.remove(task.project, task.path, self.owner.services.labeler)
            return f"{name} is an image like any other again."
        gold.add(task.project, task.path, self.owner.services.labeler)
        return f"The labels of {name} are known: labelers get it among the others, and are held against them."

    @on(TaskList.Highlighted)
    def _highlighted(self, event: TaskList.Highlighted) -> None:
        self._show(event.task)

    def on_resize(self) -> None:
        self._show_heads()
        self.call_after_refresh(self._say_count)  # the line has its new width then
        if (task := self.query_one(TaskList).current) is not None:
            self._show(task)

    @work(exclusive=True, group="picture")
    async def _show(self, task: Task) -> None:
        """Draws the task in a thread, after the cursor has rested: held keys do not queue up decoding."""
        await asyncio.sleep(0.08)
        if not self.is_attached or (shown := self.query_one_optional("#picture", Thumbnail)) is None:
            return  # the screen was left meanwhile
        self._say_row()
        owner = self.owner
        entry = await owner.ask(owner.workspace.tasks.current_labels, task)
        changed = await owner.ask(owner.workspace.queue.changed_by, task) or ()
        is_known = self._may_know() and bool(await owner.ask(owner.workspace.gold.contains, task))
        labels = entry.labels if entry else None
        dims = ""
        try:
            if is_shown(shown):
                size = await shown.draw(
                    lambda: owner.workspace.tasks.read_image(task.project, task.path), labels, self._names
                )
                dims = f"{size.width}×{size.height}"
        except LabelerError as error:
            shown.update(Content.styled(safe_text(error, 300), "$text-error"))
        if self.is_attached:
            self.query_one("#about", Static).update(
                Content("\n").join(self._about(task, entry, dims, changed, is_known, " opens it for labeling"))
            )
            about = self._about(task, entry, dims, changed, is_known, " opens it")
            why = "" if task.missing else self.query_one(Gallery).problem(task)
            problem = [Content.styled(safe_text(" ".join(why.split()), 300), "$text-error")] if why else []
            line = self.query_one("#line", Static)
            line.update(_in_line([about[0], *(problem or about[2:])], line.size.width))

    def _about(
        self,
        task: Task,
        entry: Submission | None,
        dims: str,
        changed: tuple[str, ...],
        is_known: bool,
        enter_does: str,
    ) -> list[Content]:
        """Lines: the image's name, its sizes, what counts for it, and what else is to be said."""
        lines = [
            Content.styled(safe_text(task.path, 90), "bold"),
            Content(f"{dims}  {size_text(task.size_bytes)}".strip()),
        ]
        if entry is None:
            lines.append(Content.styled("Not labeled yet", "$foreground 60%"))
        else:
            did = "Skipped" if entry.labels is None else "Labeled"
            if entry.is_unreadable:
                did = "Labeled"
                lines.append(Content.styled("Its labels cannot be read: label it anew", "$text-error"))
            elif entry.labels is not None:
                lines.append(self._counted(entry.labels))
            when = ago_text(self.owner.workspace.now() - entry.at)
            lines.append(Content(f"{did} by {safe_text(entry.labeler, 40)} {when}"))
        if changed:
            whose = safe_text(", ".join(changed), 60)
            lines.append(Content.styled(f"● changed by {whose}, not submitted", "$text-warning"))
        if why := "Its file is missing; its labels are kept." if task.missing else self.owner.disabled_reason("label"):
            lines.append(Content.styled(safe_text(why, 200), "$foreground 60%"))
        else:
            lines.append(Content.assemble(("⏎", "bold $accent"), enter_does))
        if is_known:
            known = " Its labels are known: labelers are held against them"
            lines.append(Content.assemble(("★", "bold $text-success"), known))
        return lines

    def _counted(self, labels: Labels) -> Content:
        """How many labels of each class, in its colour."""
        parts = [
            Content.assemble(
                ("■ ", class_style(self._names.index(name) if name in self._names else -1)),
                f"{safe_text(name, 30)} {count:,}  ",
            )
            for name, count in labels.class_counts().items()
        ]
        return Content("").join(parts) if parts else Content("nothing there")


def _in_line(parts: list[Content], width: int) -> Content:
    """The parts beside each other, each of them whole or left out; the second one is cut where nothing else fits."""
    line, between = parts[0], Content(" · ")
    for part in parts[1:]:
        if line.cell_length + len(between) + part.cell_length <= width:
            line = Content.assemble(line, between, part)
    return Content.assemble(line, between, parts[1]) if line is parts[0] and len(parts) > 1 else line
