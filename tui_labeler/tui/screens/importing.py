"""Labels from another tool's files: a look at what they hold for this project, then the import."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Select, Static

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import plural, safe_text
from tui_labeler.model.transfers import ImportChoices, ImportPreview, ImportResult
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import Confirm, JobDialog
from tui_labeler.tui.screens.base import HELP_BESIDE_FIELDS, LabelerScreen
from tui_labeler.tui.screens.importmends import on_screen
from tui_labeler.tui.screens.importreadings import READINGS, offered
from tui_labeler.tui.screens.importwords import MOST_CLASSES, how, summary, told, unknown_title
from tui_labeler.tui.screens.wizard.browse import FolderBrowser
from tui_labeler.tui.widgets.pathfield import CompletedNames, PathField
from tui_labeler.tui.widgets.samples import Samples
from tui_labeler.tui.workers import work

_AUTO = "\0auto"
_ADD, _DROP = "\0add", "\0drop"
_HIGH = 34  # rows in which images have room


class ImportScreen(LabelerScreen[bool]):
    """A file or folder, what is in it, and what to do with classes that the project does not have. Ends with True where
    labels were imported."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("look", "f5", "Look", "Read the file, and say what it holds. Enter in the field does the same."),
        Action("take", "ctrl+s", "Import", "Take the labels: all of them, or none.", shown="Ctrl+S"),
        Action("browse", "f3", "Browse", "Choose a folder on this machine."),
        Action("undo", "f8", "Undo import", "Take the newest import back, where nobody changed it since."),
        HELP_BESIDE_FIELDS,
        Action("back", "escape", "Cancel", "Leave; nothing is imported."),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    LEADS_ANYWHERE = False
    HELP_TEXT = (
        "Labels are matched with the project's images by their path in the datastore, else by a file name that only one "
        "image has; what could mean two images is left alone. Nothing is written before you import, and then all of it or "
        "nothing."
    )
    CSS_PATH = "importing.tcss"

    def __init__(self, project: str, path: str = "") -> None:
        """With a `path` it is looked at, at once."""
        super().__init__()
        self._project, self._path = project, path
        self._preview: ImportPreview | None = None
        self._seen: tuple[str, str, int] = ("", "", 0)
        self._names: tuple[str, ...] = ()
        self._class_edit: int | None = None  # the last one that they know of
        self._options: dict[str, tuple[str, ...]] = {}  # of each format
        self._told = ("", "")  # a path, and the format that was told from it

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", self._project, "Import labels")

    def compose_body(self) -> ComposeResult:
        readable = [info for info in self.workspace.exchange.formats() if info.reads]
        self._options = {info.name: info.options for info in readable}
        with Horizontal(classes="line", id="file"):
            yield Static("File or folder")
            names = CompletedNames()
            complete = partial(self.workspace.datasets.complete_path, files=True)
            example = "for example /data/export/instances.json (Tab completes it)"
            yield PathField(self._path, complete=complete, names=names, placeholder=example, id="path")
            yield Button("Browse", id="browse")
        yield names
        with Horizontal(classes="line"):
            yield Static("Format")
            rows = [("told from the file", _AUTO), *((f"{info.title}: {info.text}", info.name) for info in readable)]
            yield Select(rows, value=_AUTO, allow_blank=False, compact=True, id="format")
        with Horizontal(classes="line"):
            yield Static("Land as")
            landings = [("completed labels", False), ("prelabels, to be reviewed", True)]
            yield Select(landings, value=False, allow_blank=False, compact=True, id="landing")
        with Horizontal(classes="line"):
            yield Static("Labeled images")
            existing = [("keep their labels", False), ("get the imported ones (history stays)", True)]
            yield Select(existing, value=False, allow_blank=False, compact=True, id="replace")
        with Horizontal(classes="line"):
            yield Static("Read")
            yield Select(offered(None), value=0, allow_blank=False, compact=True, id="reading")
        with VerticalScroll(id="body", can_focus=False):
            yield Static(how(), id="summary")
        yield Samples(id="samples")

    async def on_mount(self) -> None:
        self.query_one("#path", Input).focus()
        await self._learn_classes()
        if self._path:
            self.action_look()
        elif (left := await self.ask(self.workspace.memory.recall, self._memo)) and self.is_attached:
            path = self.query_one("#path", Input)
            path.value = path.value or left
            path.action_select_all()  # Enter looks there; what is typed takes its place

    async def _learn_classes(self) -> None:
        """Those that classes of a file can be taken as."""
        known = await self.ask(self.workspace.projects.known, self._project)
        if known is not None:
            self._names, self._class_edit = known[0].classes.names, known[1]

    def disabled_reason(self, action: str) -> str:
        if action == "take" and self._preview is None:
            return "Look at the file first: Enter in the field above."
        if action == "take" and self._preview is not None and not self._preview.matched:
            return "None of the file's images is one of this project."
        if action == "look" and not self._asked()[0]:
            return "Name the file or folder first."
        return ""

    def _asked(self) -> tuple[str, str, int]:
        chosen = self.query_one("#format", Select).value
        reading = self.query_one("#reading", Select).value
        path = self.query_one("#path", Input).value.strip()
        return path, "" if chosen == _AUTO else str(chosen), reading if isinstance(reading, int) else 0

    # Looking

    @on(Input.Submitted, "#path")
    async def _entered(self) -> None:
        await self.action_perform("look")

    @on(Input.Changed, "#path")
    @on(Select.Changed, "#format")
    @on(Select.Changed, "#reading")
    async def _changed(self) -> None:
        """What was found belongs to what stood there before."""
        self._offer_readings()
        if self._seen != ("", "", 0) and self._asked() != self._seen:
            self._preview, self._seen = None, ("", "", 0)
            self.query_one("#summary", Static).update(how())
            self._draw_examples()
            await self.query(".class").remove()
        self.refresh_keys()

    def _offer_readings(self) -> None:
        """Only what the format heeds, where it is known: any other choice would be refused."""
        path, format_name, _ = self._asked()
        name = format_name or (self._told[1] if self._told[0] == path else "")
        select = self.query_one("#reading", Select)
        kept, rows = select.value, offered(self._options.get(name))
        with select.prevent(Select.Changed):
            select.set_options(rows)
            select.value = kept if any(kept == index for _, index in rows) else 0

    @work(exclusive=True, group="import")
    async def action_look(self) -> None:
        asked = path, format_name, reading = self._asked()
        await self._learn_classes()

        def run(tell: Any) -> ImportPreview:
            return self.workspace.exchange.preview_import(
                self._project, Path(path), format_name, tell, READINGS[reading][1]
            )

        preview = await self.app.push_screen_wait(JobDialog("Reading", run))
        if isinstance(preview, LabelerError):
            self._preview, self._seen = None, asked
            self._draw_examples()
            text = Content.styled(safe_text(on_screen(preview), 600), "$text-error")
            self.query_one("#summary", Static).update(text)
            await self.query(".class").remove()
        elif preview is not None:
            self._preview, self._seen, self._told = preview, asked, (path, preview.format)
            self._offer_readings()
            await self._show(preview)
        self.refresh_keys()

    async def _show(self, preview: ImportPreview) -> None:
        self.query_one("#summary", Static).update(summary(preview, self._names))
        self._draw_examples()
        await self.query(".class").remove()
        rows: list[tuple[Any, str]] = [("add it to the project", _ADD), ("drop it", _DROP)]
        rows += [(Content(f"take it as {safe_text(name, 30)}"), name) for name in self._names]
        body = self.query_one("#body")
        for index, (name, count) in enumerate(list(preview.unknown.items())[:MOST_CLASSES]):
            title = Static(unknown_title(name, count))
            choice = Select(rows, value=_ADD, allow_blank=False, compact=True, id=f"class-{index}")
            await body.mount(Horizontal(title, choice, classes="class"))
        first = self.query("#class-0").results(Select)
        next(iter(first), self.query_one("#landing", Select)).focus()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.set_class(event.size.height >= _HIGH, "-high")
        self.call_after_refresh(self._draw_examples)

    @work(exclusive=True, group="picture")
    async def _draw_examples(self) -> None:
        """The first images as they would be labeled, where there is room for them."""
        place, preview = self.query_one(Samples), self._preview
        examples = preview.examples if preview is not None else ()
        place.display = self.has_class("-high") and bool(examples)
        if place.display:
            read = self.workspace.tasks.read_image
            samples = [(partial(read, self._project, path), labels) for path, labels in examples]
            await place.show(samples, (*self._names, *(preview.unknown if preview is not None else ())))

    @work(exclusive=True, group="dialog")
    async def action_browse(self) -> None:
        start = self._asked()[0]
        folder = os.path.expanduser(start or "~")
        chosen = await self.app.push_screen_wait(FolderBrowser(self.workspace, folder))
        if chosen is not None:
            self.query_one("#path", Input).value = chosen
            self.query_one("#path", Input).focus()

    @on(Button.Pressed, "#browse")
    def _browse(self) -> None:
        self.action_browse()

    # Taking

    def _choices(self, preview: ImportPreview) -> ImportChoices:
        renamed: dict[str, str] = {}
        for index, name in enumerate(list(preview.unknown)[:MOST_CLASSES]):
            value = self.query_one(f"#class-{index}", Select).value
            if value != _ADD:
                renamed[name] = "" if value == _DROP else str(value)
        return msgspec.structs.replace(
            READINGS[self._seen[2]][1],
            renamed=renamed,
            add=True,
            replace=bool(self.query_one("#replace", Select).value),
            prelabel=bool(self.query_one("#landing", Select).value),
            class_edit=self._class_edit,
        )

    @work(exclusive=True, group="import")
    async def action_take(self) -> None:
        preview, (path, format_name, _) = self._preview, self._seen
        if preview is None:
            return
        choices = self._choices(preview)

        def run(tell: Any) -> ImportResult:
            return self.workspace.exchange.import_labels(self._project, Path(path), format_name, choices, tell)

        result = await self.app.push_screen_wait(JobDialog("Importing", run))
        if isinstance(result, LabelerError):
            self.show_error(LabelerError(on_screen(result)))
        elif result is not None:
            await self.ask(self.workspace.memory.remember, self._memo, None)
            self.tell(told(result, choices.prelabel))
            self.dismiss(True)

    @work(exclusive=True, group="import")
    async def action_undo(self) -> None:
        imports = await self.ask(self.workspace.exchange.imports, self._project)
        newest = next((record for record in imports or () if not record.undone), None)
        if newest is None:
            self.tell("There is no import into this project that could be taken back.")
            return
        text = (
            f"{newest.file}: {plural(newest.labels, 'label')} in {plural(newest.imported, 'image')}, by {newest.who}. "
            "Each image gets back what it had before; those that someone changed since stay as they are."
        )
        if await self.app.push_screen_wait(Confirm("Take the newest import back?", text, "Take it back")):
            undone = await self.ask(self.workspace.exchange.undo_import, newest.id)
            if undone is not None:
                stay = f"; {plural(undone.changed, 'image')} changed since stay" if undone.changed else ""
                self.tell(f"{plural(undone.restored, 'image')} have again what they had{stay}.")

    async def action_back(self) -> None:
        """What stands in the field is there again the next time."""
        await self.ask(self.workspace.memory.remember, self._memo, self._asked()[0] or None)
        self.dismiss(False)

    @property
    def _memo(self) -> str:
        """Under which name the path is remembered: each labeler has files of their own."""
        return f"import:{self._project}:{self.services.labeler}"
