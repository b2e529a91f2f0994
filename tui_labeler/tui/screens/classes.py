"""The label classes of a project: added, renamed, merged, deleted, moved, recoloured; their labels follow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from tui_labeler.imaging.colours import use_colour_numbers
from tui_labeler.model.classes import class_problem
from tui_labeler.model.edits import CLASS_EDITS, PICKED_COLOURS, EditRecord, consequence
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.progress import Progress
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.text import fitted, plural, safe_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.classcolours import number_style
from tui_labeler.tui.dialogs import Confirm, JobDialog, Pick, Prompt
from tui_labeler.tui.flows.takeback import take_back_edit
from tui_labeler.tui.screens import classrows
from tui_labeler.tui.screens.base import HELP, THEME, LabelerScreen
from tui_labeler.tui.screens.findclass import FindClass
from tui_labeler.tui.workers import work

# So long the order waits for another move before it is kept, in seconds.
_SETTLED = 0.7


class ClassesScreen(LabelerScreen[None]):
    """A row a class: its digit, its colour, its name, its labels on completed images."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("rename", "enter", "Rename", "Another name; subclasses go with it, labels follow.", shown="⏎"),
        Action("new", "n", "New", "A new class at the end of the list."),
        Action("merge", "M", "Merge", "Make its labels those of another class; this one is gone."),
        Action("delete", "x,delete", "Delete", "Take the class away; one with labels only after a question."),
        Action("move_up", "shift+up,K", "Move", "Move it up. The first nine have the digit keys.", shown="⇧↑↓"),
        Action("move_down", "shift+down,J", "Move down", "Move it down.", footer=False, shown="⇧↓"),
        Action("undo", "backspace,ctrl+z", "Undo", "Take back what was done last to the classes.", shown="⌫"),
        Action("colour", "C", "Colour", "Choose another colour; the class that has it gets this one."),
        THEME,
        HELP,
        Action("back", "escape,q", "Back", "Back to the project.", shown="q"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = (
        "Labels follow what is done here, in the name of who made them: those that count, drafts, proposals and known "
        "labels. The history and earlier exports stay as they are, and Backspace takes each step back."
    )
    CSS_PATH = "classes.tcss"

    def __init__(self, project: str) -> None:
        super().__init__()
        self.project = project
        self._spec = ProjectSpec()
        self._names: tuple[str, ...] = ()
        self._class_edit = 0  # the last one that the list knows of
        self._counts: dict[str, int] = {}
        self._records: tuple[EditRecord, ...] = ()

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", self.project, "Label classes")

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(classes="list"):
                yield Static("", id="heads")
                yield OptionList()
                yield Static("", id="said")
            yield Static("", id="edits")

    async def on_mount(self) -> None:
        self._list.focus()
        await self._reload()

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _index(self) -> int:
        return self._list.highlighted or 0

    @property
    def _selected(self) -> str:
        return self._names[self._index]

    async def _reload(self, selected: str = "") -> None:
        loaded = await self.ask(self._read)
        if loaded is None or not self.is_attached:
            return
        (self._spec, self._class_edit), self._counts, self._records = loaded
        self._names = self._spec.classes.names
        use_colour_numbers(self._spec.classes.colour_numbers)
        self._draw(self._names.index(selected) if selected in self._names else self._index)
        self.refresh_keys()

    def _read(self) -> tuple[tuple[ProjectSpec, int], dict[str, int], tuple[EditRecord, ...]]:
        space, project = self.workspace, self.project
        counts = space.projects.status(project).classes
        return space.projects.known(project), counts, space.edits.records(project)

    @property
    def _newest(self) -> EditRecord | None:
        """What would be taken back."""
        standing = (record for record in self._records if not record.undone and not record.reverses)
        return next((record for record in standing if record.kind in CLASS_EDITS), None)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        if self._names:
            self._draw(self._index)

    def _draw(self, index: int) -> None:
        width = classrows.name_width(self.size.width)
        self.query_one("#heads", Static).update(classrows.heads(width))
        rows, numbers = self._list, {name: number for number, name in enumerate(self._spec.classes.names)}
        rows.clear_options()
        rows.add_options(
            classrows.row(index, name, numbers[name], self._counts.get(name, 0), width)
            for index, name in enumerate(self._names)
        )
        rows.highlighted = min(index, len(self._names) - 1)
        self.query_one("#edits", Static).update(classrows.history(self._records, max(self.size.height // 2 - 4, 1)))

    def _say(self, text: str) -> None:
        """What just happened, below the list."""
        self.query_one("#said", Static).update(Content(safe_text(text, 400)))

    def disabled_reason(self, action: str) -> str:
        if action == "undo" and self._newest is None and self._names == self._spec.classes.names:
            return "Nothing was done to the classes that can be taken back."
        if action in ("merge", "delete") and len(self._names) < 2:
            return "It is the only class."
        return ""

    # Doing

    async def _edit(self, what: str, edit: Callable[[Progress], EditRecord], selected: str = "") -> None:
        """Runs an edit with progress, and says what it came to."""
        record = await self.app.push_screen_wait(JobDialog[EditRecord](what, edit))
        if isinstance(record, LabelerError):
            self.show_error(record)
        elif record is not None:
            self._say(f"{consequence(record.words, record.labels, record.images)} · ⌫ takes it back")
        await self._reload(selected)

    @work(exclusive=True)
    async def action_rename(self) -> None:
        await self._keep_order()
        old, edits, who = self._selected, self.workspace.edits, self.services.labeler
        known = self._class_edit

        def problem(text: str) -> str:
            return class_problem(text) or (f"There is a class “{text}”: merge into it." if text in self._names else "")

        hint = f"{plural(self._counts.get(old, 0), 'label')} will have the new name"
        new = await self.app.push_screen_wait(
            Prompt("Rename the class", hint, old, lambda t: "" if t == old else problem(t))
        )
        if new and new != old:
            await self._edit(
                "Renaming the class", lambda tell: edits.rename_class(self.project, old, new, who, tell, known), new
            )

    @on(OptionList.OptionSelected)
    async def _chosen(self) -> None:
        await self.action_perform("rename")

    @work(exclusive=True)
    async def action_new(self) -> None:
        await self._keep_order()

        def problem(text: str) -> str:
            return class_problem(text) or (f"There is a class “{text}” already." if text in self._names else "")

        prompt = Prompt("Add a label class", "Its name; animal/dog makes a subclass", "", problem)
        if name := await self.app.push_screen_wait(prompt):
            made_from = self._spec
            classes = msgspec.structs.replace(made_from.classes, names=(*made_from.classes.names, name))
            spec = msgspec.structs.replace(made_from, classes=classes)
            await self.ask(self.workspace.projects.change, self.project, spec, made_from)
            await self._reload(name)
            if name in self._names:
                self._say(f"“{name}” added")

    @work(exclusive=True)
    async def action_merge(self) -> None:
        await self._keep_order()
        source, edits, who = self._selected, self.workspace.edits, self.services.labeler
        known = self._class_edit
        title = f"Merge “{fitted(safe_text(source), 30)}” into"
        index = await self.app.push_screen_wait(FindClass(self._names, title, but=source))
        if index is None:
            return
        target, count = self._names[index], self._counts.get(source, 0)
        text = f"{plural(count, 'label')} of “{source}” will be labels of “{target}”, and it is gone. ⌫ takes it back."
        if await self.app.push_screen_wait(Confirm("Merge two classes", text, "Merge", danger=False)):
            await self._edit(
                "Merging classes",
                lambda tell: edits.merge_classes(self.project, (source,), target, who, tell, known),
                target,
            )

    @work(exclusive=True)
    async def action_delete(self) -> None:
        await self._keep_order()
        name, edits, who = self._selected, self.workspace.edits, self.services.labeler
        known = self._class_edit
        used = await self.ask(edits.usage, self.project, name)
        if used is None:
            return
        labels, images = used
        drafts = await self.ask(edits.drafts_using, self.project, name)
        if labels or drafts:
            text = f"{plural(labels, 'label')} on {plural(images, 'image')} would be deleted with it. ⌫ takes it back."
            if drafts:
                text += f" {plural(drafts, 'draft')} {'uses' if drafts == 1 else 'use'} it too."
            if not await self.app.push_screen_wait(
                Confirm(f"Delete “{safe_text(name, 40)}”?", text, "Delete class and labels")
            ):
                return
        await self._edit(
            "Deleting the class", lambda tell: edits.delete_class(self.project, name, who, bool(labels), tell, known)
        )

    def action_move_up(self) -> None:
        self._move(-1)

    def action_move_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        index, to = self._index, self._index + by
        if 0 <= to < len(self._names):
            names = list(self._names)
            names[index], names[to] = names[to], names[index]
            self._names = tuple(names)
            self._draw(to)
            self._keep_soon()

    @work(exclusive=True, group="order")
    async def _keep_soon(self) -> None:
        await asyncio.sleep(_SETTLED)
        await self._keep_order()

    async def _keep_order(self) -> None:
        if self._names != self._spec.classes.names:
            selected = self._selected
            edits, who = self.workspace.edits, self.services.labeler
            if await self.ask(edits.reorder_classes, self.project, self._names, who, self._class_edit) is not None:
                self._say("The order is kept; colours stay with their classes · ⌫ takes it back")
            await self._reload(selected)

    @work(exclusive=True)
    async def action_colour(self) -> None:
        await self._keep_order()
        name, classes, known = self._selected, self._spec.classes, self._class_edit
        owners = dict(zip(classes.colour_numbers, classes.names, strict=True))
        choices = {
            str(number): Content.assemble(
                ("■■■ ", number_style(number)),
                f"{number + 1:>2}  ",
                (fitted(safe_text(owners.get(number, "")), 40), "$foreground 60%"),
            )
            for number in range(PICKED_COLOURS)
        }
        now = str(classes.colour_numbers[classes.names.index(name)])
        title = f"The colour of “{fitted(safe_text(name), 30)}”"
        number = await self.app.push_screen_wait(Pick(title, choices, now))
        if number is not None:
            edits, who = self.workspace.edits, self.services.labeler
            record = await self.ask(edits.recolour_class, self.project, name, int(number), who, known)
            if record is not None:
                self._say(f"{record.words} · ⌫ takes it back")
            await self._reload(name)

    @work(exclusive=True)
    async def action_undo(self) -> None:
        await self._keep_order()
        if (newest := self._newest) is None:
            return
        selected = self._selected
        if told := await take_back_edit(self, newest):
            self._say(told)
        await self._reload(selected)

    def action_back(self) -> None:
        self._leave()

    @work(exclusive=True)
    async def _leave(self) -> None:
        await self._keep_order()
        self.dismiss()
