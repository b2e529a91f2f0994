"""Labelers' sessions at the queue, and what carries them while the line to the server is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_labeler.model.errors import LabelerError, StorageError
from tui_labeler.store.database import Database
from tui_labeler.store.identity import Identity
from tui_labeler.workspace.task_queue import TaskQueue
from tui_labeler.workspace.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tui_labeler.labeling.aside import Aside
    from tui_labeler.labeling.kept import Here, Kept
    from tui_labeler.labeling.open_line import OpenLine
    from tui_labeler.labeling.session import LabelingSession
    from tui_labeler.labeling.sheet_session import SheetSession
    from tui_labeler.model.diagnosis import Finding


class Sessions:
    """Begins them; nothing is claimed yet."""

    def __init__(
        self, database: Database, clock: Callable[[], float], queue: TaskQueue, tasks: Tasks, who: Identity
    ) -> None:
        self._database, self._clock, self._queue, self._tasks, self._who = database, clock, queue, tasks, who

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
        from tui_labeler.labeling.kept import open_journal
        from tui_labeler.labeling.open_line import OpenLine

        if not self._database.dialect.many_writers:
            self._send_kept(labeler, state, told)
            return None
        try:
            journal = open_journal(state, self.here, labeler)
        except OSError as error:
            raise StorageError(f"The folder {state} cannot be written: {error.strerror}.") from None
        return OpenLine(self._queue, project, labeler, journal, self.aside(state), self._clock, told, changed)

    def _send_kept(self, labeler: str, state: Path, told: Callable[[str], None]) -> None:
        """A file takes what was kept for the server from which the workspace was moved."""
        from tui_labeler.labeling.kept import is_kept, open_journal
        from tui_labeler.labeling.sending import Sender

        if not is_kept(state, self.here, labeler):
            return
        try:
            journal = open_journal(state, self.here, labeler)
        except OSError as error:
            told(f"What is kept in {state} cannot be sent: {error.strerror}.")
            return
        try:
            Sender(self._queue, journal, self.aside(state), told).send_all()
        except LabelerError as error:
            told(f"What is kept on this machine waits: {error}")
        finally:
            journal.close()

    # What waits on this machine

    @property
    def here(self) -> Here:
        """This workspace, as what waits for it on a machine knows it."""
        from tui_labeler.labeling.kept import Here

        database = self._database
        return Here(self._who.id, database.address, database.url, self._who.copy_of)

    def aside(self, state: Path) -> Aside:
        """The drafts in files below the folder `state`, as this workspace sees them."""
        from tui_labeler.labeling.aside import Aside

        return Aside(state, self._who.id, self._database.address)

    def take_kept(self, labeler: str, state: Path, name: str, mine: bool = False) -> Kept:
        """See `tui_labeler.labeling.kept.take` and `take_aside`."""
        from tui_labeler.labeling.kept import kept_aside, take, take_aside

        if any(one.name == name for one in kept_aside(state)):
            return take_aside(self.aside(state), labeler, name, mine, self._tasks)
        try:
            return take(state, self.here, labeler, name, mine)
        except OSError as error:
            raise StorageError(f"The folder {state} cannot be written: {error.strerror}.") from None

    def unsent(self, labeler: str, state: Path, own_too: bool = True) -> Sequence[Finding]:
        """What waits on this machine, and what sends it; the labeler's own for this workspace only where `own_too`."""
        from tui_labeler.labeling.kept import unsent

        return unsent(state, self.here, labeler, own_too)
