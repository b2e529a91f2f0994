"""The rows of the list of projects: what stands in each column, and how wide the columns are."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Iterator, Mapping, Sequence
from time import strptime
from typing import Any, cast

from rich.text import Text
from textual.color import Color
from textual.content import Content

from tui_labeler.model.azure import RemoteProject
from tui_labeler.model.listing import ProjectNews
from tui_labeler.model.pace import hour_key
from tui_labeler.model.tasks import ProjectSummary, TaskState
from tui_labeler.model.text import cell_width, fitted, safe_text
from tui_labeler.tui.screens.azure import remoterows
from tui_labeler.tui.states import COLOURS, counts, project_state
from tui_labeler.tui.widgets.bars import cells_of

_TITLES = {
    "sign": "",
    "name": "Name",
    "kind": "Type",
    "bar": "Progress",
    "share": "Labeled",
    "percent": "%",
    "left": "Left",
    "last": "Last label",
    "export": "Newest export",
    "assist": "Assist",
    "at_work": "At work",
    "status": "Status",
}
_NARROW = ("name", "kind", "bar", "share", "status")
# Where the list has the selected project beside it; what stands there as well is dropped first where there is no room.
_WIDE = ("sign", "name", "kind", "bar", "percent", "left", "last", "export", "assist", "at_work")
_DROPPED = ("export", "assist", "at_work", "last")
_RIGHT = ("share", "percent", "left", "at_work")
_WIDEST_BAR, _WIDE_BAR = 32, 10
_WIDEST_EXPORT = 28
_STATUS = 10
_WHOLE_NAME = 18  # cells of names that stand whole before there is a column more
_WHOLE_TYPES = 110

Widths = dict[str, int]
"""The columns in their order, with their cells without the blank at either side of each."""
News = Mapping[str, ProjectNews]
_NO_NEWS = ProjectNews()


def titles(fit: Widths) -> Iterator[tuple[Text, int]]:
    """Of each column: its title, and its cells."""
    for column, width in fit.items():
        yield Text(_TITLES[column], justify="right" if column in _RIGHT else "left"), width


def widths(
    ours: Sequence[ProjectSummary], theirs: Sequence[RemoteProject], news: News, now: float, room: int, wide: bool
) -> Widths:
    """On a screen of `room` cells: names and bars share what the other columns leave. `wide`: with everything that there
    is room for, where the selected project stands beside the list."""
    short = room if not wide else 0
    texts = [_texts(project, news.get(project.name, _NO_NEWS), now, short) for project in ours]
    texts += [_remote_texts(project) for project in theirs]
    names = [safe_text(project.name) for project in ours]
    names += [safe_text(project.name) + remoterows.MARK for project in theirs]
    longest = max(map(cell_width, ["x" * 12, *names]))
    columns = list(_WIDE if wide else _NARROW)
    while True:
        fixed = {column: _width(column, texts) for column in columns if column not in ("name", "bar")}
        left = room - 2 - 2 * len(columns) - sum(fixed.values())
        bar = min(_WIDE_BAR if wide else _WIDEST_BAR, max(8, left // 3))
        dropped = next((column for column in _DROPPED if column in columns), None)
        if left - bar >= min(longest, _WHOLE_NAME) or dropped is None:
            break
        columns.remove(dropped)
    name = min(longest, max(12, left - bar))
    return {column: {"name": name, "bar": bar}.get(column) or fixed[column] for column in columns}


def _width(column: str, texts: Sequence[Mapping[str, str]]) -> int:
    if column == "status":
        return _STATUS
    least = "0000000" if column == "share" else _TITLES[column]
    widest = max([cell_width(least), *(cell_width(row.get(column, "")) for row in texts)])
    return min(widest, _WIDEST_EXPORT) if column == "export" else max(1, widest)


def cells(
    project: ProjectSummary, news: News, now: float, colours: Mapping[str, str], fit: Widths, room: int, wide: bool
) -> tuple[Text, ...]:
    """One of our own projects; `colours` are the theme's variables."""
    parts = counts(project)
    # What is left to do has to be seen under the cursor too.
    quiet = Color.parse(colours["background"]).blend(Color.parse(colours["foreground"]), 0.4).hex6
    bar = Text()
    for (state, _), width in zip(parts, cells_of([count for _, count in parts], fit["bar"]), strict=True):
        bar.append("━" * width, quiet if state is TaskState.INCOMPLETE else colours[COLOURS[state]])
    words, colour = project_state(project)
    texts = _texts(project, news.get(project.name, _NO_NEWS), now, 0 if wide else room)
    drawn = {
        "name": Text(fitted(project.name, fit["name"]), style="bold"),
        "bar": bar,
        "sign": Text(words[:1], style=colours[colour]),
        "status": Text(words, style=colours[colour]),
    }
    return tuple(drawn.get(column) or _cell(column, texts.get(column, ""), fit) for column in fit)


def remote_cells(project: RemoteProject, colours: Mapping[str, str], fit: Widths) -> tuple[Text, ...]:
    """One of Azure's own service, in the same columns."""
    texts = _remote_texts(project)
    places = tuple(fit.get(column, 0) for column in _NARROW)
    drawn = dict(zip(_NARROW, remoterows.cells(project, colours, cast(Any, places)), strict=True))
    return tuple(drawn.get(column) or _cell(column, texts.get(column, ""), fit) for column in fit)


def _cell(column: str, text: str, fit: Widths) -> Text:
    return Text(fitted(text, fit[column]), justify="right" if column in _RIGHT else "left")


def _texts(project: ProjectSummary, news: ProjectNews, now: float, room: int) -> dict[str, str]:
    """What the plain columns say."""
    return {
        "kind": _kind(project, room),
        "share": f"{project.completed:,} / {project.total:,}",
        "percent": _percent(project.completed, project.total),
        "left": f"{project.incomplete + project.stale:,}",
        "last": _since(news, now),
        "export": safe_text(news.newest_export) or "–",
        "assist": ("on" if news.proposes else "waits") if news.assist else "off",
        "at_work": f"{news.at_work:,}" if news.at_work else "–",
    }


def _remote_texts(project: RemoteProject) -> dict[str, str]:
    total, completed = project.total, project.completed or 0
    return {
        "kind": remoterows.kind(project),
        "share": remoterows.share(project),
        "percent": _percent(completed, total or 0),
        "left": f"{total - completed - (project.skipped or 0):,}" if total is not None else "–",
    }


def _percent(completed: int, total: int) -> str:
    """Whole ones: what is not done is not 100%."""
    return f"{100 * completed // total}%" if total else "–"


def _since(news: ProjectNews, now: float) -> str:
    """How long ago something was labeled, as shortly as it can be said. What counts not, or not yet (an answer of several),
    is known by the hour in which it was."""
    if not news.last_hour:
        return "never"
    if hour_key(news.last_label) == news.last_hour:
        minutes = max(0, int((now - news.last_label) // 60))
        if minutes < 60:
            return f"{minutes} min ago" if minutes else "just now"
        hours = minutes // 60
    else:
        hours = int(now // 3600) - timegm(strptime(news.last_hour, "%Y-%m-%dT%H")) // 3600
        if hours < 2:
            return "last hour" if hours == 1 else "this hour"
    return f"{hours} h ago" if hours < 48 else f"{hours // 24:,} d ago"


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
