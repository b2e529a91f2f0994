"""Speaking with a server over a line that may break: one conversation at a time, and only after all that waits was sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from tui_labeler.elapsed import elapsed
from tui_labeler.labeling.aside import Aside
from tui_labeler.labeling.journal import Journal
from tui_labeler.labeling.sending import Sender, Server
from tui_labeler.model.errors import LabelerError, NewerWorkspace, StorageError, Unreachable, WorkspaceError
from tui_labeler.model.tasks import Status, Task
from tui_labeler.model.text import plural

T = TypeVar("T")

# What has waited so long is told, though no error has come yet: a line that swallows everything shows none for long.
_LATE_SECONDS = 3.0
# Of the line or of the server: it is tried again.
TROUBLE = (Unreachable, WorkspaceError, StorageError)


class ServerLine:
    """What is asked of the server, and how the line stands. `changed` is called (in a thread) when it may have changed."""

    def __init__(
        self, server: Server, journal: Journal, aside: Aside, told: Callable[[str], None], changed: Callable[[], None]
    ) -> None:
        self._server, self._journal, self._changed = server, journal, changed
        self._sender = Sender(server, journal, aside, told)
        self._wire = threading.RLock()  # in the order of the journal
        self._waits_since: float | None = None
        self._is_cut = False
        self._trouble: LabelerError | None = None  # what the line was cut by

    # What a person is told

    @property
    def is_cut(self) -> bool:
        """Whether the server was not reached the last time."""
        since = self._waits_since
        return self._is_cut or (since is not None and elapsed() - since > _LATE_SECONDS)

    @property
    def words(self) -> str:
        """offline · 3 kept, or upgrade needed · 3 kept; empty while the line is whole."""
        if not self.is_cut:
            return ""
        return f"{'upgrade needed' if isinstance(self._trouble, NewerWorkspace) else 'offline'} · {len(self._journal)} kept"

    @property
    def waiting(self) -> int:
        """How many submissions wait on this machine."""
        return len(self._journal)

    @property
    def left_words(self) -> str:
        """What is said to a labeler who leaves while some wait."""
        kept = plural(self.waiting, "submission")
        return f"{kept} kept on this machine, sent when you label in this workspace again."

    def _converse(self, what: Callable[[], T]) -> T:
        """Speaks with the server, and notes whether it was reached."""
        was_cut = self.is_cut
        try:
            with self._wire:
                answer = what()
            self._is_cut, self._trouble = False, None
            return answer
        except TROUBLE as error:
            self._is_cut, self._trouble = True, error
            raise
        finally:
            if self.is_cut or was_cut:
                self._changed()

    def _send(self, raises_for: str = "") -> None:
        self._sender.send_all(raises_for)
        self._waits_since = None

    def _asked(self, what: Callable[[], T]) -> T:
        """The server's answer, which knows of everything that waits here."""

        def after_all() -> T:
            self._send()
            return what()

        return self._converse(after_all)

    def _waits(self) -> None:
        if self._waits_since is None:
            self._waits_since = elapsed()

    # What nobody waits for while labeling

    def status(self, project: str) -> Status:
        return self._asked(lambda: self._server.status(project))

    def task(self, project: str, path: str) -> Task:
        return self._asked(lambda: self._server.task(project, path))

    def submitted_by(self, project: str, labeler: str, count: int) -> tuple[Task, ...]:
        return self._asked(lambda: self._server.submitted_by(project, labeler, count))

    def leased_by_others(self, project: str, token: str) -> tuple[str, ...]:
        return self._asked(lambda: self._server.leased_by_others(project, token))

    def done_with(self, project: str, labeler: str) -> str:
        return self._asked(lambda: self._server.done_with(project, labeler))

    def why_cut(self) -> str:
        """Why there is no further task, where that is the line, in lines; else nothing."""
        if not self.is_cut:
            return ""
        kept, trouble = f"{plural(len(self._journal), 'submission')} kept on this machine", self._trouble
        if isinstance(trouble, NewerWorkspace):
            return f"{trouble.message}\n{trouble.mend}\n{kept}, sent by the upgraded program."
        if isinstance(trouble, WorkspaceError):  # waiting alone mends nothing
            return f"{trouble.message}\n{trouble.mend}\n{kept}. It goes on by itself once that is mended."
        why = trouble.message if trouble is not None else "The workspace does not answer."
        return f"{why}\n{kept}. It goes on by itself when the line is back."
