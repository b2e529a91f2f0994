"""Labelers' sessions at the queue, and what carries them while the line to the server is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_labeler.model.errors import StorageError
from tui_labeler.store.database import Database
from tui_labeler.workspace.task_queue import TaskQueue

if TYPE_CHECKING:
    from pathlib import Path

    from tui_labeler.labeling.open_line import OpenLine
    from tui_labeler.labeling.session import LabelingSession
    from tui_labeler.labeling.sheet_session import SheetSession


class Sessions:
    """Begins them; nothing is claimed yet."""

    def __init__(self, database: Database, clock: Callable[[], float], queue: TaskQueue) -> None:
        self._database, self._clock, self._queue = database, clock, queue

    def labeling(self, project: str, labeler: str, line: OpenLine | None = None) -> LabelingSession:
        """One image at a time, over a line that may break or straight."""
        from tui_labeler.labeling.session import LabelingSession

        return LabelingSession(line or self._queue, project, labeler)

    def sheet(self, project: str, labeler: str, line: OpenLine | None = None) -> SheetSession:
        """Several images at a time, for classification."""
        from tui_labeler.labeling.sheet_session import SheetSession

        return SheetSession(line or self._queue, project, labeler)

    def open_line(
        self, project: str, labeler: str, state: Path, told: Callable[[str], None], changed: Callable[[], None]
    ) -> OpenLine | None:
        """What a session goes on with while the line to the server is broken: work waits in a journal below the folder
        `state`, and is sent in the background. None where there is no line. `told` is called in a thread with what the
        labeler has to know, `changed` when the line's standing may have."""
        if not self._database.dialect.many_writers:
            return None
        from tui_labeler.labeling.journal import Journal, journals
        from tui_labeler.labeling.open_line import OpenLine

        try:
            journal = Journal(journals(state, self._database.address, labeler))
        except OSError as error:
            raise StorageError(f"The folder {state} cannot be written: {error.strerror}.") from None
        return OpenLine(self._queue, project, labeler, journal, state, self._clock, told, changed)
