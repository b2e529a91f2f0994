"""The part of the workspace that a labeler works at: claiming, drafts, submitting, looking back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from tui_labeler.model.errors import BadInput, NotAllowed
from tui_labeler.model.labelrules import check_labels
from tui_labeler.model.project import labeler_problem
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Lease, ProjectState, Submission, Task, Unsubmitted
from tui_labeler.store import browse, changes, projects, queue
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow

LEASE_SECONDS = 600.0


class Desk:
    """Labeling on a workspace database."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        # One process is one holder of leases, whatever labelers work in it.
        self._process = this_process()

    def claim(self, project: str, labeler: str, token: str) -> Lease | None:
        """The next open task, leased for ten minutes to whoever holds `token`; None if there is none to have."""
        with self._database.write() as tx:
            found = _require_open(tx, project, labeler)
            return self._claim(tx, found, project, labeler, token)

    def _claim(self, tx: Transaction, found: ProjectRow, project: str, labeler: str, token: str) -> Lease | None:
        holder = (labeler, self._process, token)
        unsure = found.spec.assist.unsure_first
        lease = queue.claim(tx, found.id, project, holder, self._clock(), LEASE_SECONDS, unsure)
        if lease is None and queue.release_dead(tx, found.id, is_dead):
            lease = queue.claim(tx, found.id, project, holder, self._clock(), LEASE_SECONDS, unsure)
        return lease

    def take(self, task: Task, labeler: str, token: str) -> Lease:
        """Leases this very task. Raises NotAllowed while someone else has it."""
        with self._database.write() as tx:
            found = _require_labeler(tx, task.project, labeler)
            queue.release_dead(tx, found.id, is_dead)
            return queue.take(tx, task, (labeler, self._process, token), self._clock(), LEASE_SECONDS)

    def renew(self, lease: Lease) -> bool:
        """Ten minutes more; False if the lease was lost."""
        with self._database.write() as tx:
            return queue.renew(tx, lease, self._clock() + LEASE_SECONDS)

    def give_back(self, token: str, task: Task | None = None) -> None:
        """Ends one lease of the holder of `token`, or all."""
        with self._database.write() as tx:
            queue.release(tx, token, task.id if task else None)

    def submit(self, task: Task, labeler: str, labels: Labels | None, token: str = "", seconds: float = 0.0) -> None:
        """Submits labels for a task, or skips it (`labels` None). The newest submission counts; older ones stay."""
        with self._database.write() as tx:
            self._submit(tx, task, labeler, labels, token, seconds)

    def submit_and_claim(
        self,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str,
        seconds: float = 0.0,
        coming: Callable[[str], None] = lambda path: None,
    ) -> Lease | None:
        """`submit`, then `claim`, in one transaction: one wait for the disk instead of two. `coming` is told the path of
        the claimed task before that wait."""
        with self._database.write() as tx:
            found = self._submit(tx, task, labeler, labels, token, seconds)
            if found.status is ProjectState.PAUSED:
                return None
            lease = self._claim(tx, found, task.project, labeler, token)
            if lease is not None:
                coming(lease.task.path)
            return lease

    def _submit(
        self, tx: Transaction, task: Task, labeler: str, labels: Labels | None, token: str, seconds: float
    ) -> ProjectRow:
        found = _require_labeler(tx, task.project, labeler)
        if labels is not None:
            check_labels(found.spec, labels)
        queue.submit(tx, found.id, task.id, Submission(labeler, self._clock(), labels, seconds), token)
        return found

    # Drafts

    def save_draft(self, task: Task, labeler: str, body: str, differs: bool = True) -> None:
        """Keeps what a labeler has drawn; it is on the disk when this returns. `differs`: from what it began with."""
        with self._database.write() as tx:
            queue.save_draft(tx, task.id, labeler, body, self._clock())
            changes.mark(tx, task.id, labeler, differs)

    def load_draft(self, task: Task, labeler: str) -> str | None:
        with self._database.read() as tx:
            return queue.load_draft(tx, task.id, labeler)

    def drop_draft(self, task: Task, labeler: str) -> None:
        with self._database.write() as tx:
            queue.drop_draft(tx, task.id, labeler)

    def unsubmitted(self, project: str) -> Unsubmitted:
        """Changes of completed or skipped tasks that nobody submitted."""
        with self._database.read() as tx:
            return changes.unsubmitted(tx, projects.project(tx, project).id)

    def changed_by(self, task: Task) -> tuple[str, ...]:
        """The labelers whose changes of this task are not submitted."""
        with self._database.read() as tx:
            return changes.changed_by(tx, task.id)

    # Looking around

    def upcoming(self, project: str, labeler: str, count: int) -> tuple[Task, ...]:
        """The tasks that `claim` would give out next, without claiming them."""
        with self._database.read() as tx:
            found = projects.project(tx, project)
            return queue.upcoming(tx, found.id, project, self._clock(), count, found.spec.assist.unsure_first)

    def submitted_by(self, project: str, labeler: str, count: int) -> tuple[Task, ...]:
        """The tasks whose counting submission is this labeler's, newest first."""
        with self._database.read() as tx:
            return browse.submitted_by(tx, projects.project(tx, project).id, project, labeler, count)

    def leased_by_others(self, project: str, token: str) -> tuple[str, ...]:
        """Who has tasks of the project open, besides the holder of `token`."""
        with self._database.read() as tx:
            return queue.leased_by_others(tx, projects.project(tx, project).id, token, self._clock())

    def current_labels(self, task: Task) -> Submission | None:
        """The submission that counts; None where the task has none yet."""
        with self._database.read() as tx:
            return browse.current_labels(tx, task.id)

    def recent_regions(self, project: str, count: int = 200) -> tuple[Region, ...]:
        """The regions of the newest submissions that count, to learn sizes from."""
        with self._database.read() as tx:
            return browse.recent_regions(tx, projects.project(tx, project).id, count)


def this_process() -> str:
    """A name for this process: the machine, the namespace that its process id is of, and the id."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return f"{os.uname().nodename}|{namespace}|{os.getpid()}"


def is_dead(holder: str) -> bool:
    """Whether the process of that name (see `this_process`) is of this machine and has ended."""
    here, _, _ = this_process().rpartition("|")
    there, _, pid = holder.rpartition("|")
    if there != here or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _require_labeler(tx: Transaction, project: str, labeler: str) -> ProjectRow:
    """Raises NotAllowed for someone who is not of the project's workforce."""
    if problem := labeler_problem(labeler):
        raise BadInput(problem)
    found = projects.project(tx, project)
    if not found.spec.workforce.allows(labeler):
        names = ", ".join(found.spec.workforce.labelers[:8])
        raise NotAllowed(f"“{labeler}” is not of the workforce of “{project}” ({names}).", "Ask its owner to be added.")
    return found


def _require_open(tx: Transaction, project: str, labeler: str) -> ProjectRow:
    """Raises NotAllowed while the project is paused."""
    found = _require_labeler(tx, project, labeler)
    if found.status is ProjectState.PAUSED:
        raise NotAllowed(f"The project “{project}” is paused.", f"Start it: tui-labeler project resume {project}.")
    return found
