"""Step 5: the label classes, their order, digits and colours."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from tui_labeler.imaging.colours import hex_colour
from tui_labeler.model.classes import class_problem, parse_pasted
from tui_labeler.model.project import Classes, Problem, ProjectSpec
from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import DIALOG_CSS, Prompt
from tui_labeler.tui.screens.wizard.step import StepPane


class ClassInput(Input):
    """Takes one class; several pasted lines go to the step."""

    def on_paste(self, event: events.Paste) -> None:
        if len(parse_pasted(event.text)) > 1:
            event.prevent_default()
            event.stop()
            next(node for node in self.ancestors if isinstance(node, ClassesStep)).add_pasted(event.text)


class ClassList(OptionList):
    """The rows; its keys change them, and are sent to the step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,x", "row('delete')", show=False),
        Binding("e", "row('rename')", show=False),
        Binding("shift+up,K", "row('up')", show=False),
        Binding("shift+down,J", "row('down')", show=False),
        Binding("b", "row('bulk')", show=False),
    ]

    async def action_row(self, what: str) -> None:
        step = next(node for node in self.ancestors if isinstance(node, ClassesStep))
        step.change_row(what, self.highlighted)


class ClassesStep(StepPane):
    """Add in the field above; rename, delete and reorder in the list."""

    NAME = "Label classes"
    LEAD = "What labelers look for. animal/dog makes dog a subclass of animal."
    FIELDS = ("classes.names",)
    DEFAULT_CSS = """
    ClassesStep ClassList { height: auto; max-height: 12; margin-top: 1; }
    ClassesStep Horizontal { height: auto; }
    ClassesStep Button { margin: 1 2 0 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._problems: tuple[Problem, ...] = ()

    def compose_fields(self) -> ComposeResult:
        yield ClassInput(placeholder="Type a class and press Enter; paste lines to add many", id="add")
        yield self.error_line("classes.names")
        yield ClassList()
        yield Static("In the list: e renames · Del deletes · ⇧↑ ⇧↓ move · b edits all as text", classes="hint")
        with Horizontal():
            yield Button("Bulk edit", id="bulk", compact=True)

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
                    (f" {place + 1} " if place < 9 else "   ", "bold $accent"),
                    ("■ ", hex_colour(place)),
                    "  " * name.count("/"),
                    (safe_text(name, 60) or "(empty)", "$text-error" if place in wrong else ""),
                )
            )
            for place, name in enumerate(self._names)
        )
        rows.display = bool(self._names)
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
        typed = parse_pasted(event.value)
        if not typed:
            self.wizard.action_next()
        elif problem := next((text for name in typed if (text := class_problem(name))), ""):
            self.query_one("#error-classes-names", Static).update(Content(safe_text(problem)))
        elif typed[0] in self._names:
            self.query_one("#error-classes-names", Static).update(Content(f"“{safe_text(typed[0])}” is in the list."))
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
        elif row is None or not self._names:
            return
        elif what == "delete":
            self._take(self._names[:row] + self._names[row + 1 :], row)
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
            self._take(parse_pasted(text), 0)


class BulkEdit(ModalScreen[str | None]):
    """All classes as lines of text."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel"), Binding("ctrl+s", "keep", "Keep")]
    DEFAULT_CSS = "BulkEdit { align: center middle; } BulkEdit TextArea { height: 14; }" + DIALOG_CSS

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Label classes, one a line"
            yield TextArea(self._text, language=None, tab_behavior="focus")
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Keep (^s)", id="yes", variant="primary")

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#yes")
    def action_keep(self) -> None:
        self.dismiss(self.query_one(TextArea).text)
