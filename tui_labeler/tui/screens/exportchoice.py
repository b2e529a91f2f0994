"""What to export: the format, which labels, a split. What was chosen the last time is what one key exports."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import Status
from tui_labeler.model.text import fitted, safe_text
from tui_labeler.model.transfers import ExportChoice, ExportOptions, FormatInfo, Images, Split
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.lastexport import last_export, remember_export
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.widgets.choices import Choice, Choices
from tui_labeler.tui.widgets.fields import Field

_ANY = "\0any"
_SHARES = (0.0, 0.1, 0.2, 0.25, 0.3)
_IMAGES = (
    ("as the format needs", Images.AUTO),
    ("left where they are", Images.NONE),
    ("linked beside the labels", Images.LINK),
    ("copied beside the labels", Images.COPY),
)


async def choose_export(screen: LabelerScreen[Any], project: str) -> ExportChoice | None:
    """Asks what to export, and remembers the answer for the project; None where the dialog was left."""
    workspace = screen.workspace

    def read() -> tuple[tuple[ProjectSpec, int], Status, ExportChoice]:
        return (
            workspace.projects.known(project),
            workspace.projects.status(project),
            last_export(workspace, project),
        )

    loaded = await screen.ask(read)
    if loaded is None:
        return None
    (spec, class_edit), status, remembered = loaded
    formats = tuple(info for info in workspace.exchange.formats() if not info.why_not(spec.details.type))
    dialog = ExportDialog(project, formats, spec.classes.names, tuple(status.labelers), remembered)
    chosen = await screen.app.push_screen_wait(dialog)
    if chosen is not None:
        options = msgspec.structs.replace(chosen.options, class_edit=class_edit)
        chosen = msgspec.structs.replace(chosen, options=options)
        await screen.ask(remember_export, workspace, project, chosen)
    return chosen


class ExportDialog(ModalScreen[ExportChoice | None]):
    """Arrows choose the format, Tab goes on to the rest, Enter exports."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "export", "Export"),
        Binding("escape,q", "leave", "Cancel"),
        *(Binding(str(number), f"format({number - 1})", show=False) for number in range(1, 10)),
    ]
    CSS_PATH = dialog_styles("exportchoice.tcss")

    def __init__(
        self,
        project: str,
        formats: tuple[FormatInfo, ...],
        classes: tuple[str, ...],
        labelers: tuple[str, ...],
        chosen: ExportChoice,
    ) -> None:
        super().__init__()
        self._project, self._formats, self._chosen = project, formats, chosen
        self._names, self._labelers = classes, labelers

    def compose(self) -> ComposeResult:
        options = self._chosen.options
        with Vertical(classes="dialog") as box:
            box.border_title = Content(f"Export {fitted(self._project, 60)}")
            wide = max(len(info.title) for info in self._formats)
            rows = [
                Choice(f"{number:<2} {info.title:<{wide}} {info.missing or info.text}", "")
                for number, info in enumerate(self._formats, 1)
            ]
            yield Choices(rows, id="format")
            yield self._line("Class", "class", self._names, options.classes)
            yield self._line("Labeler", "labeler", self._labelers, options.labelers)
            with Horizontal(classes="line"):
                yield Static("State")
                states = [("completed", False), ("completed, and in need of review", True)]
                yield Select(states, value=options.reviews, allow_blank=False, compact=True, id="reviews")
            with Horizontal(classes="line"):
                yield Static("Validation")
                shares = sorted({*_SHARES, options.split.fraction})
                rows_of = [(f"{share:.0%} of each class" if share else "no split", share) for share in shares]
                yield Select(rows_of, value=options.split.fraction, allow_blank=False, compact=True, id="split")
            with Horizontal(classes="line"):
                yield Static("Images")
                yield Select(_IMAGES, value=options.images, allow_blank=False, compact=True, id="images")
            with Horizontal(classes="line"):
                yield Static("Image URL")
                yield Field(options.image_url, placeholder="the datastore; or https://…, azureml://…")
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Export (Enter)", id="yes", variant="primary")

    def _line(self, title: str, name: str, values: tuple[str, ...], chosen: tuple[str, ...]) -> Horizontal:
        shown = [(Content(safe_text(value, 40)), value) for value in values]
        rows: list[tuple[Any, str]] = [(f"any {title.lower()}", _ANY), *shown]
        value = chosen[0] if chosen and chosen[0] in values else _ANY
        return Horizontal(
            Static(title),
            Select(rows, value=value, allow_blank=False, compact=True, id=name),
            classes="line",
        )

    def on_mount(self) -> None:
        names = [info.name for info in self._formats]
        choices = self.query_one(Choices)
        if self._chosen.format in names:
            choices.chosen = names.index(self._chosen.format)
        choices.focus()

    def action_format(self, index: int) -> None:
        if index < len(self._formats):
            self.query_one(Choices).chosen = index

    @on(Button.Pressed, "#yes")
    @on(Input.Submitted)
    @on(Choices.Submitted)
    def action_export(self) -> None:
        def value(selector: str) -> Any:
            return self.query_one(selector, Select).value

        def only(selector: str) -> tuple[str, ...]:
            chosen = value(selector)
            return () if chosen == _ANY else (str(chosen),)

        options = ExportOptions(
            classes=only("#class"),
            labelers=only("#labeler"),
            reviews=bool(value("#reviews")),
            split=Split(float(value("#split")), self._chosen.options.split.seed),
            images=Images(value("#images")),
            image_url=self.query_one(Input).value.strip(),
        )
        self.dismiss(ExportChoice(self._formats[self.query_one(Choices).chosen].name, options))

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        self.dismiss(None)
