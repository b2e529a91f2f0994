"""The command palette: what can be done here, projects and exports by name; what was chosen last comes first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import ExportResult, ProjectSummary
from tui_labeler.model.text import beginning, cell_width, fitted, padded, plural, safe_text
from tui_labeler.tui.screens.base import LabelerScreen

if TYPE_CHECKING:
    from tui_labeler.tui.services import AppServices

_WIDEST, _EDGE = 110, 5  # cells of the list, and those of them that are not a row's: its sides, the scrollbar
_TITLE, _LONG_TITLE = 22, 36
_KEPT, _FIRST = 20, 4  # choices that are remembered, and those of them that stand first
_NAMED = 6  # projects that are offered before anything is typed
# What is found in the words beside a title counts less than the title.
_IN_WORDS = 0.3


@dataclass(frozen=True)
class _Row:
    """`name` tells it from the others, also later; `why_not` says why it cannot be done now."""

    name: str
    title: str
    words: str
    key: str
    why_not: str
    do: Callable[[], Any]


class LabelerCommands(Provider):
    """One line each: the title, what it does or why it cannot be done (then dim), and its key at the right end."""

    @property
    def _services(self) -> AppServices:
        return cast("AppServices", self.app)

    @property
    def _memo(self) -> str:
        return f"palette {self._services.labeler}"

    async def startup(self) -> None:
        """Reads what has a name, in a thread."""
        self._recent: list[str] = []
        self._projects: tuple[ProjectSummary, ...] = ()
        self._exports: tuple[ExportResult, ...] = ()
        workspace = self._services.workspace
        try:
            recent = await asyncio.to_thread(workspace.memory.recall, self._memo)
            self._recent = (recent or "").split("\n")
            if isinstance(self.screen, LabelerScreen) and self.screen.LEADS_ANYWHERE:
                self._projects = await asyncio.to_thread(workspace.projects.summaries)
                self._exports = await asyncio.to_thread(workspace.exchange.exports)
        except LabelerError:
            return  # the commands are there without it

    async def discover(self) -> Hits:
        """What was chosen last, then everything in the order of its importance."""
        rows = [*self._commands(), *list(self._named_projects())[:_NAMED]]
        by_name = {row.name: row for row in rows}
        first = [by_name[name] for name in self._recent if name in by_name][:_FIRST]
        for row in [*first, *(row for row in rows if row not in first)]:
            yield DiscoveryHit(self._line(row), partial(self._choose, row), row.title)

    async def search(self, query: str) -> Hits:
        matcher, typed = self.matcher(query), query.casefold().split()
        for row in (*self._commands(), *self._named_projects(), *self._named_exports()):
            # A title is matched by letters that it holds, words only by what stands in them: letters stand in all.
            score = max(matcher.match(row.title), _IN_WORDS * all(word in row.words.casefold() for word in typed))
            if score > 0:
                place = self._recent.index(row.name) if row.name in self._recent else _KEPT
                score *= 1 + (_KEPT - place) / (10 * _KEPT)
                yield Hit(score, self._line(row), partial(self._choose, row), row.title)

    # Rows

    def _commands(self) -> Iterator[_Row]:
        screen, titles = self.screen, set[str]()
        if isinstance(screen, LabelerScreen):
            for action in screen.palette_actions():
                if action.name in ("choose", "move"):
                    continue  # no one command, but many
                title = screen.title_of(action)
                titles |= {title, action.title}
                reason = safe_text(screen.disabled_reason(action.name), 200)
                do = partial(screen.perform, action)
                yield _Row(action.name, title, action.help or title, action.key_text, reason, do)
        for command in self.app.get_system_commands(screen):
            if command.title not in titles:
                yield _Row(command.title, command.title, command.help, "", "", command.callback)

    def _named_projects(self) -> Iterator[_Row]:
        for project in self._projects:
            words = f"Project · {project.completed:,} of {plural(project.total, 'image')} labeled"
            do = partial(self._services.routes.project, project.name)
            yield _Row(f"project {project.name}", safe_text(project.name), words, "", "", do)

    def _named_exports(self) -> Iterator[_Row]:
        for result in self._exports:
            words = f"Export of {safe_text(result.project, 60)} · {result.format} · {plural(result.rows, 'image')}"
            yield _Row(
                f"export {result.name}",
                safe_text(result.name),
                words,
                "",
                "",
                partial(self._services.routes.export_result, result),
            )

    def _line(self, row: _Row) -> Text:
        width = min(self.app.size.width, _WIDEST) - _EDGE
        room = width - cell_width(row.key) - 1
        title = _LONG_TITLE if cell_width(row.title) > _TITLE else _TITLE
        words = beginning(f"Not now: {row.why_not}" if row.why_not else row.words, max(room - title - 1, 1))
        dim = "dim" if row.why_not else ""
        line = Text(padded(fitted(row.title, title), title + 1), style=dim, no_wrap=True)
        line.append(padded(words, room - title), "dim not bold")
        return line.append(row.key, dim or "bold")

    async def _choose(self, row: _Row) -> None:
        names = [row.name, *(name for name in self._recent if name and name != row.name)][:_KEPT]
        with contextlib.suppress(LabelerError):  # it is only not first the next time
            await asyncio.to_thread(self._services.workspace.memory.remember, self._memo, "\n".join(names))
        done = row.do()
        if asyncio.iscoroutine(done):
            await done
