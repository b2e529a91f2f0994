"""The rows of the list of projects: what stands in each column, and how wide the columns are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.text import Text
from textual.color import Color
from textual.content import Content

from tui_labeler.model.azure import RemoteProject
from tui_labeler.model.tasks import ProjectSummary, TaskState
from tui_labeler.model.text import cell_width, fitted, safe_text
from tui_labeler.tui.screens.azure import remoterows
from tui_labeler.tui.states import COLOURS, counts, project_state
from tui_labeler.tui.widgets.bars import cells_of

TITLES = ("Name", "Type", "Progress", "Labeled", "Status")
_WIDEST_BAR = 32
_STATUS = 10
_WHOLE_TYPES = 110


class Widths(NamedTuple):
    """The columns' cells, without the blank at either side of each."""

    name: int
    kind: int
    bar: int
    share: int
    status: int


def widths(ours: Sequence[ProjectSummary], theirs: Sequence[RemoteProject], room: int) -> Widths:
    """On a screen of `room` cells: names and bars share what the other columns leave."""
    shares = [_share(project) for project in ours] + [remoterows.share(project) for project in theirs]
    kinds = [_kind(project, room) for project in ours] + [remoterows.kind(project) for project in theirs]
    names = [safe_text(project.name) for project in ours] + [
        safe_text(project.name) + remoterows.MARK for project in theirs
    ]
    share, kind = max(map(len, ["0000000", *shares])), max(map(cell_width, ["Type", *kinds]))
    left = room - 2 - 2 * len(TITLES) - kind - share - _STATUS
    bar = min(_WIDEST_BAR, max(8, left // 3))
    name = min(max(map(cell_width, ["x" * 12, *names])), max(12, left - bar))
    return Widths(name, kind, bar, share, _STATUS)


def cells(project: ProjectSummary, colours: Mapping[str, str], fit: Widths, room: int) -> tuple[Text, ...]:
    """One of our own projects; `colours` are the theme's variables."""
    parts = counts(project)
    # What is left to do has to be seen under the cursor too.
    quiet = Color.parse(colours["background"]).blend(Color.parse(colours["foreground"]), 0.4).hex6
    bar = Text()
    for (state, _), width in zip(parts, cells_of([count for _, count in parts], fit.bar), strict=True):
        bar.append("━" * width, quiet if state is TaskState.INCOMPLETE else colours[COLOURS[state]])
    words, colour = project_state(project)
    return (
        Text(fitted(project.name, fit.name), style="bold"),
        Text(_kind(project, room)),
        bar,
        Text(_share(project).rjust(fit.share)),
        Text(words, style=colours[colour]),
    )


def empty_text(searching: bool) -> Content:
    """Instead of rows: what a newcomer presses, or how a search that found nothing ends."""
    if searching:
        return Content.assemble("No project's name holds that.  ", ("Esc", "bold $accent"), " shows all again.")
    return Content.assemble(
        ("Label both large and small datasets with ease\n\n", "bold $primary"),
        ("No project yet. A project is a set of images, the classes\n", "$foreground 80%"),
        ("to find in them, and the labels made so far.\n\n", "$foreground 80%"),
        (" n ", "bold $accent"),
        " creates one, in seven steps: name, workforce, dataset, refresh,\n    classes, instructions, ML assist\n\n",
        (" ? ", "bold $accent"),
        " helps, wherever you are\n\n",
        (" q ", "bold $accent"),
        " leaves; then ",
        ("tui-labeler demo", "bold"),
        " shows a workspace with images",
    )


def _kind(project: ProjectSummary, room: int) -> str:
    """The task type, in Azure ML's words; the short ones where `room` (cells of the screen) is small."""
    if room >= _WHOLE_TYPES:
        return project.type.caption
    name, _, shape = project.type.caption.partition(" (")
    return shape.rstrip(")") or name.rpartition(" ")[2]


def _share(project: ProjectSummary) -> str:
    return f"{project.completed:,} / {project.total:,}"
