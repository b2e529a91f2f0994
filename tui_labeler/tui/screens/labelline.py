"""Labeling over a line that may break: what waits on this machine is told, what the line kept back goes on by itself."""

from __future__ import annotations

from abc import abstractmethod

from tui_labeler.elapsed import elapsed
from tui_labeler.labeling.open_line import OpenLine
from tui_labeler.model.errors import LabelerError, NewerWorkspace, Unreachable, WorkspaceError
from tui_labeler.model.text import safe_text
from tui_labeler.tui.screens.labelbase import LabelingScreen

# After so many seconds what could not be reached is tried again.
_AGAIN_SECONDS = 2.0
_BY_ITSELF = "It goes on by itself then."


class LineScreen(LabelingScreen):
    """`_line` is None where there is no line between (a file), and before the first task is claimed."""

    def __init__(self, project: str) -> None:
        super().__init__(project)
        self._line: OpenLine | None = None
        self._stranded: float | None = None  # since when nothing is shown because the line is cut
        self._told_cause = ""  # what the line is cut by, once it was shown

    @abstractmethod
    def go_on_stranded(self) -> None:
        """The line is back: shows what could not be shown without it."""

    def line_words(self) -> str:
        return self._line.words if self._line is not None else ""

    async def _open_line(self) -> OpenLine | None:
        """Raises LabelerError."""
        import asyncio

        state, who = self.services.places.state, self.services.labeler
        return await asyncio.to_thread(
            self.workspace.sessions.open_line, self.project, who, state, self._tell_later, self.saving
        )

    def _close_line(self) -> None:
        if self._line is not None:
            if self._line.waiting:
                self.app.notify(self._line.left_words, severity="warning", markup=False, timeout=12)
            self._line.close()

    async def _end_line(self) -> None:
        """Another screen takes its place: what waits is taken over by the line that it opens."""
        line, self._line = self._line, None
        if line is not None:
            import asyncio

            await asyncio.to_thread(line.close)

    def _strand(self, error: LabelerError | None = None) -> str:
        """Something needs the line to be shown: it is tried again. What to say, where that is the line's fault."""
        if error is not None and (
            not isinstance(error, (Unreachable, WorkspaceError)) or isinstance(error, NewerWorkspace)
        ):
            return str(error)  # a newer workspace takes a newer program, which is another one than this
        self._stranded = elapsed()
        if self._line is not None:
            self._line.suspect()
        return f"{error} {_BY_ITSELF}" if error is not None else ""

    def show_error(self, error: LabelerError) -> None:
        """A line that is cut stands in the first line of the screen, and is not told again by all that misses it."""
        if self._line is None or not isinstance(error, (Unreachable, WorkspaceError)):
            super().show_error(error)
            return
        self._line.suspect()
        self.refresh_crumbs()
        if isinstance(error, WorkspaceError) and str(error) != self._told_cause:  # waiting alone does not mend it
            self._told_cause = str(error)
            super().show_error(error)

    def _follow(self) -> None:
        super()._follow()
        if self._line is not None and self._line.waiting:
            self.refresh_crumbs()
        if self._told_cause and not self.line_words():
            self._told_cause = ""
        since = self._stranded
        if since is None or self.is_opening or self.line_words() or elapsed() - since < _AGAIN_SECONDS:
            return
        self._stranded = None
        self.go_on_stranded()

    def _tell_later(self, text: str) -> None:
        self.app.call_later(self._tell_of_line, text)

    def _tell_of_line(self, text: str) -> None:
        self.app.notify(safe_text(text, 400), severity="warning", markup=False, timeout=20)
