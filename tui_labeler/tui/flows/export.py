"""Exporting a project from whatever screen asks for it: choose, write with progress, show the result."""

from __future__ import annotations

from typing import Any

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import ExportResult
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.tui.lastexport import last_export
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.workspace import Progress

# Options of the command line that a mend names, and how the dialog that E opens calls them; the longer ones first.
_CHOICES = {
    "--images link or copy": "“Images” linked or copied beside the labels",
    "--images copy": "“Images”",
    "--images auto": "“Images” as the format needs",
    "--image-url https://…": "“Image URL”",
    "--format huggingface-parquet": "another format",
    "--class": "“Class”",
}


def on_screen(error: LabelerError) -> LabelerError:
    """The error, with the choices of the export's dialog where it names options of the command line."""
    mend = error.mend
    for option, words in _CHOICES.items():
        mend = mend.replace(option, words)
    return LabelerError(error.message, f"{mend} E asks for it.") if mend != error.mend else error


def begin_export(screen: LabelerScreen[Any], project: str, ask: bool = False, in_place: bool = False) -> None:
    """Exports with progress, as the last time; with `ask` as one chooses then. Shows the result, over the
    screen or `in_place` of it."""
    screen.run_worker(_export(screen, project, ask, in_place), exclusive=True, group="export")


async def _export(screen: LabelerScreen[Any], project: str, ask: bool, in_place: bool) -> None:
    from tui_labeler.tui.screens.exportchoice import choose_export

    workspace = screen.workspace
    chosen = await (choose_export(screen, project) if ask else screen.ask(last_export, workspace, project))
    if chosen is None:
        return

    def run(tell: Progress) -> ExportResult:
        return workspace.exchange.export(project, chosen.format, progress=tell, options=chosen.options)

    dialog = JobDialog[ExportResult](f"{chosen.caption(workspace.exchange.formats())}: {project}", run)
    result = await screen.app.push_screen_wait(dialog)
    if isinstance(result, LabelerError):
        screen.show_error(on_screen(result))
    elif result is not None:
        screen.services.routes.export_result(result, in_place)
