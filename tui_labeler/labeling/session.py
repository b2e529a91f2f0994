"""One labeler at work on one project: which task is open, its lease and its draft. Free of any screen.

Every method may wait for the disk: call them off the event loop.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from tui_labeler.elapsed import elapsed
from tui_labeler.labeling.draft import Draft, encode
from tui_labeler.labeling.listed_tasks import ListedTasks
from tui_labeler.labeling.queue_access import (
    Begun,
    QueueAccess,
    begin_draft,
    keep_draft,
    renew_after,
    why_empty,
    why_first,
    why_last,
)
from tui_labeler.labeling.sent_names import SentNames
from tui_labeler.labeling.visited_tasks import VisitedTasks
from tui_labeler.model.classlist import ClassList
from tui_labeler.model.errors import (
    ClassGone,
    LabelerError,
    NewerLabels,
    NotAllowed,
    NotFound,
    ProjectPaused,
    Unreachable,
    WorkspaceError,
)
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Basis, Lease, Submission, Task

_REMEMBERED = 50
# How many open tasks are tried in turn, where others are faster.
_PASSED_AT_ONCE = 5


class LabelingSession:
    """`task` is the open task (None: the queue is empty, and `why_empty` says why), `start` the draft it begins with,
    `proposed` what a model proposes for it, `candidates` the boxes there that it is too unsure of to propose.

    `newer` are labels that someone submitted after the draft in `start` was begun: the draft takes their place only if
    `decide` says so. `note` is what a reviewer said who gave the task back. `lost` says what is gone of the draft with
    classes that were deleted. `class_list` are the classes that all of it has
    the names of.

    `coming` is told the path of the task that will be opened, as soon as that is known and before the disk has it: its
    image can be decoded meanwhile. It must not raise.
    """

    def __init__(self, queue: QueueAccess, project: str, labeler: str) -> None:
        self._queue = queue
        self.coming: Callable[[str], None] = lambda path: None
        self.project, self.labeler = project, labeler
        self._token = os.urandom(8).hex()
        self._lease: Lease | None = None
        self._is_claiming = False
        self._renewed = 0.0
        self._opened = 0.0
        self._visited: VisitedTasks | None = None  # asked for when it is first needed
        self._to_revisit: list[str] = []  # paths of what is looked at again once the queue is empty
        self.task: Task | None = None
        self.start = Draft()
        self.proposed: Labels | None = None
        self.candidates: tuple[Box, ...] = ()
        self.newer: Submission | None = None
        self.note = ""
        self.lost = ""
        self.class_list = ClassList()
        self._label_id: int | None = None  # what counted when `start` was begun
        self._listed: ListedTasks | None = None  # what is looked through instead of the queue
        self._sent_as = SentNames()

    # Opening

    def begin(self) -> None:
        """The first open task: the labeler's own unfinished one, if there is one."""
        if self._is_claiming:  # the answer was lost, and with it which task was claimed
            self._queue.give_back(self._token)
        self._is_claiming = True
        try:
            lease = self._queue.claim(self.project, self.labeler, self._token)
        except ProjectPaused:
            lease = None  # `why_empty` says who paused it
        self._open_lease(lease)
        self._is_claiming = False

    def open(self, path: str) -> None:
        """One task by its path, to look at or to correct. Raises NotAllowed while someone else has it."""
        self.coming(path)
        task = self._queue.task(self.project, path)
        lease = self._queue.take(task, self.labeler, self._token)
        if self._lease is not None and self._lease.task.id != task.id:
            self._queue.give_back(self._token, self._lease.task)
        self._open_lease(lease)

    def _open_lease(self, lease: Lease | None) -> None:
        # All is asked before anything changes: where the line breaks here, the task before is open still, and what is
        # submitted again goes to it, not to the next one.
        contents = self._queue.contents(lease.task, self.labeler) if lease else None
        self._lease = lease
        self.task = lease.task if lease else None
        self._opened = self._renewed = elapsed()
        begun = begin_draft(contents, lease.task) if lease and contents else Begun(Draft(), None)
        self.start, self._label_id, self.newer = begun
        prelabel = contents.prelabel if contents else None
        self.proposed, self.candidates = (prelabel.labels, prelabel.candidates) if prelabel else (None, ())
        self.note = contents.note if contents else ""
        self.lost = contents.draft.lost if contents and contents.draft else ""
        self.class_list = contents.class_list if contents else self.class_list

    def look_through(self, listed: ListedTasks) -> None:
        """Opens the task at `listed.position`. From here on submitting, skipping, `previous` and `next` go along the list,
        until it ends or `resume` goes back to the queue. Raises as `open` does."""
        self.open(listed.paths[listed.position])
        self._listed = listed

    @property
    def listed(self) -> ListedTasks | None:
        """What is looked through, and where one is in it."""
        return self._listed

    def _step(self, by: int) -> bool:
        """Along the list; what others have open, or what is gone, is passed over."""
        assert self._listed is not None
        position = self._listed.position + by
        while 0 <= position < len(self._listed.paths):
            with suppress(NotAllowed, NotFound):
                self.open(self._listed.paths[position])
                self._listed = self._listed._replace(position=position)
                return True
            position += by
        return False

    # Working

    def save(self, draft: Draft) -> None:
        """Keeps the draft on the disk."""
        if self.task is not None:
            edit = self.class_list.edit
            keep_draft(self._queue, self.task, self.labeler, draft, self._label_id, self._token, edit)

    def active(self) -> bool:
        """The labeler pressed a key: renews the lease now and then. False if it was lost meanwhile."""
        if self._lease is None or not renew_after(self._renewed):
            return True
        self._renewed = elapsed()
        return self._queue.renew(self._lease)

    def submit(self, draft: Draft, size: Size) -> None:
        """Submits and opens the next task. Raises BadInput for labels that the project does not take, and NewerLabels where
        someone submitted since these were begun: then the draft is kept, and the task open again with `newer`. Raises
        ClassGone where a class was deleted since: then the task is open again with the rest, and `lost` says what went."""
        self._finish(draft, draft.labels(size))

    def correct(self, draft: Draft, size: Size) -> None:
        """Submits, and stays at this task. Raises as `submit` does."""
        task = self.task
        if task is None:
            return
        seconds = elapsed() - self._opened
        with self._kept_for_choice(task, draft):
            self._queue.submit(task, self.labeler, draft.labels(size), self._token, seconds, self._basis(draft))
        self._open_lease(self._queue.take(self._queue.task(self.project, task.path), self.labeler, self._token))

    def skip(self, draft: Draft | None = None) -> None:
        """Leaves the task without labels, and opens the next. Raises as `submit`."""
        self._finish(self.start if draft is None else draft, None)

    def _finish(self, draft: Draft, labels: Labels | None) -> None:
        task = self.task
        if task is None:
            return
        basis = self._basis((draft, labels is None))
        seconds = elapsed() - self._opened
        if self._listed is not None:
            with self._kept_for_choice(task, draft):
                self._queue.submit(task, self.labeler, labels, self._token, seconds, basis)
            self._remember(task.path)
            if not self._step(1):
                self._open_lease(None)
            return
        with self._kept_for_choice(task, draft):
            lease = self._queue.submit_and_claim(task, self.labeler, labels, self._token, seconds, self.coming, basis)
        self._remember(task.path)
        self._open_lease(lease)
        if lease is None:
            self._revisit_next()

    def revisit(self, paths: Sequence[str]) -> None:
        """Opens the first of these, and the next ones after it as long as the queue is empty."""
        self._to_revisit = list(paths)
        self._revisit_next()

    def _revisit_next(self) -> None:
        while self._to_revisit:
            path = self._to_revisit.pop(0)
            with suppress(NotAllowed, NotFound):  # someone else has it, or it is gone: the next one
                self.open(path)
                return

    def _basis(self, sending: object) -> Basis:
        return Basis(self._label_id, self._sent_as.name((self._opened, sending)), self.class_list.edit)

    @contextmanager
    def _kept_for_choice(self, task: Task, draft: Draft) -> Iterator[None]:
        """Where what is submitted inside meets newer labels, the draft goes to the disk as older than what counts; so the
        task opens again with both. Where a class of it is gone, it opens again with the rest. Raises NewerLabels and
        ClassGone on."""
        try:
            yield
        except (NewerLabels, ClassGone):
            basis = self._label_id, self._token, self.class_list.edit
            self._queue.save_draft(task, self.labeler, encode(draft), True, *basis)
            self.open(task.path)
            raise

    def decide(self, draft: Draft) -> None:
        """The labeler has seen `newer` and goes on with `draft`, which takes their place once it is submitted. An untouched
        one drops what was kept."""
        assert self.task is not None
        self.start, self._label_id, self.newer = draft, self.task.label_id, None
        self.save(draft)

    # Looking back

    def _history(self) -> VisitedTasks:
        if self._visited is None:
            known = self._queue.submitted_by(self.project, self.labeler, _REMEMBERED)
            self._visited = VisitedTasks(task.path for task in reversed(known))
        return self._visited

    def _remember(self, path: str) -> None:
        with suppress(Unreachable, WorkspaceError):  # it was never asked for: it is in it when it is
            self._history().add(path)

    def previous(self) -> bool:
        """The task that was open before; False if there is none."""
        if self._listed is not None:
            return self._step(-1)
        visited = self._history()
        if visited.is_at_queue and self.task is not None:
            visited.stand_at(self.task.path)
        return self._look(visited.position - 1)

    def next(self) -> bool:
        """The task after the one that one looks at; behind the open task of the queue the next open one, whose turn comes
        later. False if there is none."""
        if self._listed is not None:
            return self._step(1)
        visited = self._history()
        if visited.is_at_queue:
            return self._pass()
        if visited.is_at_newest:
            if self.task is not None and self.task.is_open:
                return self._pass()
            self.resume()
            return True
        return self._look(visited.position + 1)

    def _pass(self) -> bool:
        """Leaves the open task for later, and opens the next one that waits for labels."""
        task = self.task
        if task is None:
            return False
        for next_task in self._queue.open_after(task, _PASSED_AT_ONCE):
            with suppress(NotAllowed, NotFound):  # someone was faster: the one after it
                self.go_to(next_task.path)
                return True
        return False

    def go_to(self, path: str) -> None:
        """Opens any task; `previous` leads back to the one that is open now. Raises as `open` does."""
        before = self.task
        self.open(path)
        if before is not None and before.path != path:
            self._remember(before.path)

    def _look(self, position: int) -> bool:
        visited = self._history()
        path = visited.path(position)
        if not path:
            return False
        try:
            self.open(path)
        except NotAllowed:
            raise
        except LabelerError:
            visited.forget(position)  # its file or its task is gone
            return self._look(position - 1)
        visited.position = position
        return True

    def resume(self) -> None:
        """Back to the first open task of the queue."""
        self._listed = None
        self._queue.give_back(self._token)
        self._history().to_queue()
        self.begin()

    # The end

    def why_empty(self) -> str:
        """Why there is no task, in a person's words."""
        return why_empty(self._queue, self.project, self.labeler, self._token)

    def why_no_further(self, back: bool) -> str:
        """Why `previous` (`back`) or `next` led nowhere, in a person's words."""
        if self._listed is not None:
            return f"This is the {'first' if back else 'last'} of {self._listed.total:,}."
        if back:
            return why_first(self._queue, self.project, self.labeler, self._token)
        return why_last(self._queue, self.project, self._token)

    def nearby(self, count: int = 3) -> tuple[tuple[str, ...], str]:
        """The images that will probably be looked at next, to be prepared: those of the queue, and the one before (empty
        where there is none)."""
        upcoming = tuple(task.path for task in self._queue.upcoming(self.project, self.labeler, count))
        visited = self._history()
        return upcoming, visited.path(visited.position - 1)

    def end(self) -> None:
        """Gives back what is open; its draft stays."""
        self._queue.give_back(self._token)
        self._lease = None
