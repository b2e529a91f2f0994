"""Step 5: the label classes, their order, digits and colours."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from tui_labeler.model.classes import class_problem, parse_pasted
from tui_labeler.model.problem import Problem
from tui_labeler.model.project import Classes, ProjectSpec
from tui_labeler.model.text import safe_text
from tui_labeler.tui.actions import Action, local_bindings
from tui_labeler.tui.classcolours import class_style
from tui_labeler.tui.dialogs import Prompt, dialog_styles
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.typeddialog import TypedDialog
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.widgets.textfield import TextField
from tui_labeler.tui.workers import work

_HINT = Content.from_markup(
    "In the list: [b $accent]⏎[/] renames · [b $accent]x[/] deletes, [b $accent]⌫[/] brings back · "
    "[b $accent]⇧↑ ⇧↓[/] move · [b $accent]b[/] edits all as text"
)
_NO_HINT = Content("The first nine classes get the digit keys 1 to 9, and each a colour.")


def _parents(name: str) -> str:
    """The classes above it, which the row shows dimly."""
    return safe_text(name.rpartition("/")[0] + "/", 60) if "/" in name else ""


def _last(name: str) -> str:
    return safe_text(name.rpartition("/")[2], 60) or "(empty)"


class ClassInput(Field):
    """Takes one class; several pasted lines go to the step."""

    def on_paste(self, event: events.Paste) -> None:
        if len(parse_pasted(event.text)) > 1:
            event.prevent_default()
            event.stop()
            next(node for node in self.ancestors if isinstance(node, ClassesStep)).add_pasted(event.text)


class ClassList(OptionList):
    """The rows; its keys change them, and are sent to the step."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("row('rename')", "enter", "Rename", "In the list of classes: rename the class."),
        Action("row('delete')", "x,delete", "Delete", "In the list of classes: take the class away."),
        Action("row('back')", "backspace", "Undo", "In the list of classes: bring back what was taken away last."),
        Action("row('up')", "shift+up,K", "Up", "In the list of classes: move the class up."),
        Action("row('down')", "shift+down,J", "Down", "In the list of classes: move the class down."),
        Action("row('bulk')", "b", "Bulk edit", "In the list of classes: edit them all as text, one a line."),
    )
    BINDINGS: ClassVar[list[BindingType]] = local_bindings(ACTIONS)

    async def action_row(self, what: str) -> None:
        step = next(node for node in self.ancestors if isinstance(node, ClassesStep))
        step.change_row(what, self.highlighted)


class ClassesStep(StepPane):
    """Add in the field above; rename, delete and reorder in the list."""

    NAME = "Label classes"
    LEAD = "Enter the list of label classes; animal/dog is a subclass of animal."
    FIELDS = ("classes.names",)

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._before: tuple[str, ...] | None = None
        self._problems: tuple[Problem, ...] = ()

    def compose_fields(self) -> ComposeResult:
        yield ClassInput(placeholder="A class, then Enter; paste lines to add many", id="add")
        yield self.error_line("classes.names")
        with Vertical(id="rows"):
            yield ClassList()
            with Horizontal(id="below"):
                yield Static("", classes="hint", id="keys")
                yield Button("Bulk edit", id="bulk")

    def fill(self, spec: ProjectSpec) -> None:
        self._names = spec.classes.names
        self._draw()

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        return msgspec.structs.replace(spec, classes=Classes(self._names))

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        self._problems = problems
        super().show_problems(problems[:3])
        self._draw()

    def _draw(self) -> None:
        rows = self.query_one(ClassList)
        before = rows.highlighted
        wrong = {problem.row for problem in self._problems}
        rows.clear_options()
        rows.add_options(
            Option(
                Content.assemble(
                    (f" {class_index + 1} " if class_index < 9 else "   ", "bold $accent"),
                    ("■ ", class_style(class_index)),
                    (_parents(name), "$foreground 75%"),
                    (_last(name), "$text-error" if class_index in wrong else ""),
                )
            )
            for class_index, name in enumerate(self._names)
        )
        rows.display = bool(self._names)
        self.query_one("#keys", Static).update(_HINT if self._names else _NO_HINT)
        if self._names:
            rows.highlighted = min(before or 0, len(self._names) - 1)

    def _take(self, names: tuple[str, ...], cursor: int | None = None) -> None:
        self._names = names
        self._draw()
        if cursor is not None and names:
            self.query_one(ClassList).highlighted = min(max(cursor, 0), len(names) - 1)
        self.changed()

    @on(Input.Submitted, "#add")
    def _add(self, event: Input.Submitted) -> None:
        event.stop()  # the wizard would take it for one of the next step's fields
        typed = parse_pasted(event.value)
        if not typed:
            self.wizard.action_next()
        elif problem := next((text for name in typed if (text := class_problem(name))), ""):
            self.show_error("classes.names", problem)
        elif typed[0] in self._names:
            self.show_error("classes.names", f"“{typed[0]}” is in the list.")
        else:
            event.input.value = ""
            self._take((*self._names, *typed), len(self._names) + len(typed))

    def add_pasted(self, text: str) -> None:
        """Many at once, those that are there already left out."""
        self._take(tuple(dict.fromkeys((*self._names, *parse_pasted(text)))))

    def change_row(self, what: str, row: int | None) -> None:
        """Deletes, renames or moves the class of a row, or opens them all as text."""
        if what == "bulk":
            self._bulk()
        elif what == "back":
            if self._before is not None:
                self._take(self._before)
                self._before = None
        elif row is None or not self._names:
            return
        elif what == "delete":
            self._before = self._names
            self._take(self._names[:row] + self._names[row + 1 :], row)
            if not self._names:
                self.query_one("#add").focus()
        elif what == "rename":
            self._rename(row)
        else:
            to = row + (1 if what == "down" else -1)
            if 0 <= to < len(self._names):
                names = list(self._names)
                names[row], names[to] = names[to], names[row]
                self._take(tuple(names), to)

    @work(exclusive=True)
    async def _rename(self, row: int) -> None:
        others = self._names[:row] + self._names[row + 1 :]

        def problem(text: str) -> str:
            return class_problem(text) or (f"“{text}” is in the list." if text in others else "")

        typed = await self.app.push_screen_wait(Prompt("Rename the class", "Its new name", self._names[row], problem))
        if typed:
            self._take((*self._names[:row], typed, *self._names[row + 1 :]), row)

    @on(Button.Pressed, "#bulk")
    @work(exclusive=True)
    async def _bulk(self) -> None:
        text = await self.app.push_screen_wait(BulkEdit("\n".join(self._names)))
        if text is not None:
            self._before = self._names
            self._take(parse_pasted(text), 0)


class BulkEdit(TypedDialog[str]):
    """All classes as lines of text."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "keep", "Keep")]
    CSS_PATH = dialog_styles("wizard.tcss")

    def __init__(self, text: str) -> None:
        super().__init__("the wizard")
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Label classes, one a line"
            yield Static("Blank lines are passed over; animal/dog is a subclass of animal.", classes="hint")
            yield TextField(self._text)
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Keep (Ctrl+S)", id="yes", variant="primary")

    @on(Button.Pressed, "#no")
    async def _leave(self) -> None:
        await self.action_leave()

    @on(Button.Pressed, "#yes")
    def action_keep(self) -> None:
        self.take(self.query_one(TextArea).text)
