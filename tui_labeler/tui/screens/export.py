"""A dataset that was written: its generated name, large, and everything that one takes to a notebook."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.azure import Registered, notebook_snippet
from tui_labeler.model.left_out import left_out_text
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import plural, safe_lines, safe_text, size_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.exportsnippets import SNIPPETS
from tui_labeler.tui.flows.export import begin_export
from tui_labeler.tui.flows.register import register
from tui_labeler.tui.screens.base import HELP, THEME, LabelerScreen
from tui_labeler.tui.widgets.bigname import big_name
from tui_labeler.tui.widgets.sent import SentLines
from tui_labeler.tui.workers import work

Line = tuple[Content, str]
"""What is shown, and the text that is copied of it."""


FACTS, CODE = 11, 4
"""Cells before what a fact says, and before what goes on of a line of code."""


def fact_lines(result: ExportResult) -> list[Line]:
    """What it is, where it is, what is in it and what is not; of the name and the path with what is copied."""
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(result.created))
    left = safe_text(left_out_text(result.left_out), 300)
    split = ", ".join(f"{count:,} {part}" for part, count in result.parts.items())
    rows = [
        ("Name", safe_text(result.name, 300)),
        ("Rows", f"{plural(result.rows, 'image')}, {plural(result.regions, 'label')}"),
        *((("Split", split),) if split else ()),
        ("Left out", left or "nothing"),
        *((("Unreadable", safe_text(result.unreadable_words, 300)),) if result.unreadable else ()),
        *((("Not in it", safe_text(result.unsubmitted.words, 300)),) if result.unsubmitted.images else ()),
        ("Format", safe_text(result.format, 40)),
        ("Files", f"{safe_text(', '.join(result.files), 300)}  ({size_text(result.bytes)})"),
        ("Written", f"{when}, in {result.seconds:.2f} s"),
        ("Path", safe_text(result.path, 1000)),
    ]
    copied = {"Name": result.name, "Path": result.path}
    return [
        (Content.assemble((key.ljust(FACTS), "$foreground 60%"), value), copied.get(key, "")) for key, value in rows
    ]


def code_lines(code: str) -> list[Line]:
    """Of a snippet as it is shown; what is said of copying it stands behind its first line."""
    first, *others = safe_lines(code.rstrip().replace("\n\n", "\n"))[:2000].split("\n")
    return [(Content(first), code), *((Content(line), "") for line in others)]


def snippet(result: ExportResult) -> str:
    """What loads the dataset, or trains on it, in the words of those who read its format."""
    path = result.path
    if result.format == "azureml":
        load = f"table = mltable.load({(f'{path}/train' if result.parts else path)!r})"
        return f"# pip install mltable pandas\nimport mltable\n\n{load}\nframe = table.to_pandas_dataframe()\n"
    if result.format == "coco":
        load = f"dataset = COCO({path + '/annotations/instances_train.json'!r})"
        return f"# pip install pycocotools\nfrom pycocotools.coco import COCO\n\n{load}\n"
    if result.format == "yolo":
        train = f"YOLO('yolo11n.pt').train(data={path + '/data.yaml'!r})"
        return f"# pip install ultralytics\nfrom ultralytics import YOLO\n\n{train}\n"
    if result.format == "voc":
        load = f"dataset = AnnotationSet.from_pascal_voc(folder={path + '/Annotations'!r})"
        return f"# pip install globox\nfrom globox import AnnotationSet\n\n{load}\n"
    if result.format in SNIPPETS:
        install, text = SNIPPETS[result.format]
        part = "train" if result.parts else ""
        return f"# pip install {install}\n{text}\n".replace("{path}", repr(path)).replace("{part}", repr(part))
    return f"# pip install pandas\nimport pandas\n\nframe = pandas.read_csv({path + '/labels.csv'!r})\n"


class ExportScreen(LabelerScreen[None]):
    """The result of an export."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("copy", "c,enter", "Copy name", "The generated dataset name, to your terminal's clipboard."),
        Action("copy_snippet", "s", "Copy snippet", "Python that loads the dataset, to your terminal's clipboard."),
        Action("copy_path", "f", "Copy path", "The dataset's folder, to your terminal's clipboard."),
        Action("register", "u", "To Azure ML", "Upload it, and register it as a data asset of the workspace in use."),
        Action("copy_asset", "d", "Copy asset", "azureml:NAME:VERSION, as jobs take it, to your terminal's clipboard."),
        Action(
            "copy_link", "y", "Copy link", "The data asset's page in Azure ML studio, to your terminal's clipboard."
        ),
        Action("export_as", "E", "Another", "Export the project once more, in another format or with other labels."),
        THEME,
        HELP,
        Action("back", "escape,q", "Back", "Leave this screen; the dataset stays.", shown="q"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = (
        "The dataset is a folder of its own, written whole. Azure ML's has JSON Lines and an `MLTable` file, as AutoML for "
        "images reads them. A terminal never says whether it took a text, so what is sent to the clipboard is also written "
        "to a file."
    )
    CSS_PATH = "export.tcss"

    def __init__(self, result: ExportResult) -> None:
        super().__init__()
        self._result = result
        self._registered: Registered | None = None
        self._problem = ""
        self._is_there = True

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", self._result.project, "Export")

    def compose_body(self) -> ComposeResult:
        with VerticalScroll():
            yield Static("", classes="done", id="done")
            yield Static("", classes="name", id="name")
            yield SentLines(id="facts", hanging=FACTS)
            yield SentLines(classes="azure", id="azure", hanging=FACTS)
            yield SentLines(classes="snippet", id="snippet", hanging=CODE)

    async def on_mount(self) -> None:
        self.query_one("#facts", SentLines).show(fact_lines(self._result))
        azure = self.workspace.azure
        self._registered = await self.ask(azure.exports.registered, self._result.name)
        self._problem = await self.ask(azure.exports.problem, self._result) or ""
        self._is_there = await asyncio.to_thread(os.path.isdir, self._result.path)
        self._show_azure()

    def _show_azure(self) -> None:
        """What Azure ML has of it, and the lines for a notebook that go with that."""
        done = self.query_one("#done", Static)
        done.update(self._standing())
        done.set_class(not self._is_there, "-gone")
        self.query_one("#azure", SentLines).show(azure_facts(self._registered, self.disabled_reason("register")))
        self.query_one("#snippet", SentLines).show(code_lines(self._snippet()))
        self.refresh_keys()

    def _standing(self) -> str:
        """What has become of the dataset up to now."""
        if self._registered is not None:
            gone = "" if self._is_there else "; its folder here is gone"
            return f"✓ The dataset is written, and registered in Azure ML{gone}"
        return "✓ The dataset is written" if self._is_there else "✗ The dataset's folder is gone: ⇧E exports once more"

    def _snippet(self) -> str:
        return notebook_snippet(self._registered) if self._registered else snippet(self._result)

    def disabled_reason(self, action: str) -> str:
        if action == "register":
            return self._problem
        if action in ("copy_asset", "copy_link") and self._registered is None:
            return "It is not in Azure ML yet: press u."
        return ""

    def on_resize(self, event: Any) -> None:
        super().on_resize(event)
        self.query_one("#name", Static).update(
            Content(big_name(safe_text(self._result.name, 300), event.size.width - 4))
        )

    def action_export_as(self) -> None:
        begin_export(self, self._result.project, ask=True, in_place=True)

    def action_copy(self) -> None:
        self.services.send(self._result.name, "Name")

    def action_copy_snippet(self) -> None:
        self.services.send(self._snippet(), "Snippet")

    def action_copy_path(self) -> None:
        self.services.send(self._result.path, "Path")

    @work(exclusive=True, group="azure")
    async def action_register(self) -> None:
        registered = await register(self, self._result)
        if registered is not None and self.is_attached:
            self._registered = registered
            self._show_azure()
            # What has just come stands below the facts of the folder, and so below the edge of a low window.
            self.call_after_refresh(self.query_one("#snippet", Static).scroll_visible, animate=False)

    def action_copy_asset(self) -> None:
        if self._registered:
            self.services.send(_asset(self._registered), "Data asset")

    def action_copy_link(self) -> None:
        if self._registered:
            self.services.send(self._registered.studio, "Link")


def _asset(registered: Registered) -> str:
    """As jobs take it."""
    return f"azureml:{registered.name}:{registered.version}"


def azure_facts(registered: Registered | None, reason: str) -> list[Line]:
    """What stands on the export's screen about Azure; `reason`: why it cannot be registered, if it cannot."""
    if registered is None and reason:
        return [(Content.styled(f"Azure ML: {safe_text(reason, 300)}", "$foreground 60%"), "")]
    if registered is None:
        does = "  uploads it and registers it as a data asset in Azure ML"
        return [(Content.assemble(("u", "bold $accent"), does), "")]
    names = ", ".join(f"{name} (version {registered.version})" for name in (registered.name, *registered.more))
    rows = [
        ("Data asset", names, _asset(registered)),
        ("Workspace", registered.workspace, ""),
        ("Studio", registered.studio, registered.studio),
    ]
    return [
        (Content.assemble((key.ljust(FACTS), "$foreground 60%"), safe_text(value, 500)), copied)
        for key, value, copied in rows
    ]
