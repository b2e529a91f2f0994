"""Which open task a labeler gets next, and when what ended processes left open can be had again."""

from __future__ import annotations

from tui_labeler.elapsed import elapsed
from tui_labeler.model.tasks import Lease
from tui_labeler.processes import is_dead
from tui_labeler.store import leases, queue
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.frontier import Frontier
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace import assignment

# So often, and when it begins, a session looks for what the labeler's other processes left open when they died.
_LOOK_SECONDS = 60.0


class Claiming:
    """Chooses, within a transaction that the caller began. A holder is (labeler, process, token of the session)."""

    def __init__(self, database: Database) -> None:
        self._is_remote = database.dialect.many_writers
        self._frontier = Frontier() if self._is_remote else None
        self._looked: dict[str, float] = {}  # when each session did, by its token

    def next(
        self, tx: Transaction, row: ProjectRow, project: str, holder: tuple[str, str, str], now: float, seconds: float
    ) -> Lease | None:
        """The next open task, leased for so many seconds from `now` on (since 1970); None if there is none."""
        labeler, _, token = holder
        left = self._left_by_dead(tx, row.id, labeler, token)

        def claim() -> Lease | None:
            if not row.spec.workforce.is_plain:
                return assignment.claim(tx, row, holder, now, seconds, left)
            unsure = row.spec.assist.unsure_first
            return queue.claim(tx, row.id, project, holder, now, seconds, unsure, left, self._frontier)

        lease = claim()
        if lease is None and leases.release_dead(tx, row.id, is_dead):
            lease = claim()
        return lease

    def _left_by_dead(self, tx: Transaction, project_id: int, labeler: str, token: str) -> tuple[int, ...]:
        """What the labeler's ended processes had open. Over a network it is not asked for at every claim."""
        if self._is_remote:
            if token in self._looked and elapsed() - self._looked[token] < _LOOK_SECONDS:
                return ()
            self._looked[token] = elapsed()
        return leases.release_dead(tx, project_id, is_dead, labeler)

    def given_back(self) -> None:
        """A task before those that were claimed last may be open again."""
        if self._frontier is not None:
            self._frontier.reset()
