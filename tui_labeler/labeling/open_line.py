"""A queue behind a line that may break: work goes to the journal first, and to the server in the background.

A few tasks are claimed ahead, with all that is needed to open them, so that neither submitting nor what comes next waits
for the network. What the server does not take (someone submitted meanwhile) becomes a draft there, and a choice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import msgspec

from tui_labeler.elapsed import elapsed
from tui_labeler.labeling.ahead import Ahead
from tui_labeler.labeling.aside import Aside
from tui_labeler.labeling.journal import Journal, KeptSubmission, WaitingDraft
from tui_labeler.labeling.renamed import contents_as_now, kept_as_now
from tui_labeler.labeling.sending import Server
from tui_labeler.labeling.server_line import TROUBLE, ServerLine
from tui_labeler.model.classlist import ClassList
from tui_labeler.model.contents import TaskContents
from tui_labeler.model.errors import LabelerError, NotAllowed, StorageError, WorkspaceError
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Basis, KeptDraft, Lease, Task

T = TypeVar("T")

AHEAD = 4
"""So many tasks are claimed besides the open one."""
_AGAIN_SECONDS = 1.0
_MENDED_SECONDS = 5.0  # a server that refuses the sign-in is not asked each second: it may lock the login
_IDLE_SECONDS = 30.0
# What was claimed ahead opens without a question: while somebody draws, the list of classes is asked for so often.
_CLASSES_SECONDS = 5.0
_CLOSING_SECONDS = 0.5


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        mend = "Free some space on its disk; what you draw stays here meanwhile."
        raise StorageError(f"The journal on this machine cannot be written: {error.strerror}.", mend) from None


class OpenLine(ServerLine):
    """A `QueueAccess` for one session, with one image at a time or several; `ahead` is how many are claimed besides.

    `told` is called (in a thread) with what a labeler has to know, `changed` whenever `words` may have changed.
    """

    def __init__(
        self,
        server: Server,
        project: str,
        labeler: str,
        journal: Journal,
        aside: Aside,
        clock: Callable[[], float],
        told: Callable[[str], None] = lambda text: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`aside` keeps drafts that the server cannot; `clock` is the server's."""
        super().__init__(server, journal, aside, told, changed)
        self._project, self._labeler, self._clock = project, labeler, clock
        self._token = ""
        self._guard = threading.Lock()  # what stands below; never held while the network is waited for
        self._ahead: list[Ahead] = []
        self._opened: dict[int, Ahead] = {}
        self.ahead = AHEAD
        self._class_list = ClassList()  # the newest that the server told of
        self._classes_at = 0.0  # by `elapsed`
        self._is_open = False  # nothing is claimed ahead once all was given back
        self._lost: set[int] = set()
        self._last_sent_as = ""
        self._renew = False
        self._closed = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._work, name="open line", daemon=True)
        self._thread.start()

    def suspect(self) -> None:
        """Something else has not reached the server: the line is looked at now."""
        self._renew = True
        self._wake.set()

    # In the background

    def _work(self) -> None:
        while not self._closed:
            self._wake.wait(self._rest())
            self._wake.clear()
            if self._closed or not self._token:
                continue
            with suppress(LabelerError):  # the line is cut, or there is nothing to claim: said when it is asked for
                self._converse(self._tend)

    def _rest(self) -> float:
        if not self._is_cut:
            return _IDLE_SECONDS
        return _MENDED_SECONDS if isinstance(self._trouble, WorkspaceError) else _AGAIN_SECONDS

    def _tend(self) -> None:
        self._send()
        if self._renew or self._is_cut:
            self._renew = False
            self._hold()
        if elapsed() - self._classes_at >= _CLASSES_SECONDS:
            self._renew_classes()
        while self._is_open and not self._closed and len(self._ahead) < self.ahead:
            lease = self._server.claim(self._project, self._labeler, self._token)
            if lease is None:
                self._renew_classes()
                break
            contents = self._look_into(lease.task, self._labeler)
            with self._guard:
                self._ahead.append(Ahead(lease, contents))

    def _hold(self) -> None:
        """Renews every lease; what went to others meanwhile is not ours any more."""
        self._renew_classes()
        held = self._server.renew_all(self._token)
        with self._guard:
            self._ahead = [
                claimed._replace(lease=msgspec.structs.replace(claimed.lease, until=held[claimed.lease.task.id]))
                for claimed in self._ahead
                if claimed.lease.task.id in held
            ]
            self._lost |= self._opened.keys() - held.keys()

    def _renew_classes(self) -> None:
        """What is at hand already opens with the classes of now."""
        if self._ahead:
            class_list = self._server.class_list(self._project)
            with self._guard:
                self._class_list, self._classes_at = class_list, elapsed()

    # Claiming and submitting

    def claim(self, project: str, labeler: str, token: str) -> Lease | None:
        self._token, self._is_open = token, True
        lease = self._from_ahead() or self._converse(self._claim_now)
        self._wake.set()
        return lease

    def _claim_now(self) -> Lease | None:
        self._send()
        if (lease := self._from_ahead()) is not None:
            return lease  # it was claimed in the background while this waited for its turn
        lease = self._server.claim(self._project, self._labeler, self._token)
        if lease is not None:
            contents = self._look_into(lease.task, self._labeler)
            with self._guard:
                self._opened[lease.task.id] = Ahead(lease, contents)
        return lease

    def _from_ahead(self) -> Lease | None:
        with self._guard:
            while self._ahead:
                claimed = self._ahead.pop(0)
                # While the line is cut nobody knows better; the server decides when it is back.
                if self._is_cut or claimed.lease.until > self._clock():
                    self._opened[claimed.lease.task.id] = claimed
                    return claimed.lease
        return None

    def submit_and_claim(
        self,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str,
        seconds: float = 0.0,
        coming: Callable[[str], None] = lambda path: None,
        basis: Basis | None = None,
    ) -> Lease | None:
        self._keep(task, labeler, labels, token, seconds, basis)
        lease = self._from_ahead()
        if lease is None:
            with suppress(*TROUBLE, NotAllowed):  # `why_empty` says which
                lease = self._converse(self._claim_now)
        self._wake.set()
        if lease is not None:
            coming(lease.task.path)
        return lease

    def submit(
        self,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str = "",
        seconds: float = 0.0,
        basis: Basis | None = None,
    ) -> None:
        self._keep(task, labeler, labels, token, seconds, basis)
        with suppress(*TROUBLE):
            self._converse(lambda: self._send(basis.sent_as if basis else ""))
        self._wake.set()

    def submit_soon(
        self, task: Task, labeler: str, labels: Labels | None, token: str, seconds: float, basis: Basis
    ) -> None:
        """What the server does not take is told, and becomes a draft."""
        self._keep(task, labeler, labels, token, seconds, basis)
        self._wake.set()

    def _keep(
        self, task: Task, labeler: str, labels: Labels | None, token: str, seconds: float, basis: Basis | None
    ) -> None:
        if basis is None or not basis.sent_as:
            raise NotAllowed("A submission over a line that may break needs a name.")
        if basis.sent_as != self._last_sent_as:
            with _on_disk():
                self._journal.add(KeptSubmission(task, labeler, labels, token, seconds, basis))
            self._last_sent_as = basis.sent_as
            with self._guard:
                self._opened.pop(task.id, None)
        self._waits()

    def take(self, task: Task, labeler: str, token: str) -> Lease:
        self._token, self._is_open = token, True
        lease = self._asked(lambda: self._server.take(task, labeler, token))
        with self._guard:
            self._opened.pop(task.id, None)
            self._ahead = [claimed for claimed in self._ahead if claimed.lease.task.id != task.id]
            self._lost.discard(task.id)
        return lease

    def renew(self, lease: Lease) -> bool:
        self._renew = True
        self._wake.set()
        return lease.task.id not in self._lost

    def give_back(self, token: str, task: Task | None = None) -> None:
        def give_back() -> None:
            with self._guard:  # nothing is claimed ahead meanwhile, so none stays that is given back
                if task is None:
                    self._ahead, self._opened = [], {}
                else:
                    self._opened.pop(task.id, None)
            self._server.give_back(token, task)

        if task is None:
            self._is_open = False
        with suppress(*TROUBLE):  # leases end by themselves
            self._asked(give_back)

    def put_back(self, token: str) -> None:
        """What is open is at hand again, before all that was claimed ahead; nothing is asked."""
        with self._guard:
            still = [claimed for task_id, claimed in self._opened.items() if task_id not in self._lost]
            self._ahead, self._opened = [*still, *self._ahead], {}

    # Drafts

    def save_draft(
        self,
        task: Task,
        labeler: str,
        body: str,
        differs: bool = True,
        label_id: int | None = None,
        token: str = "",
        class_edit: int | None = None,
    ) -> None:
        with _on_disk():
            self._journal.keep_draft(WaitingDraft(task, labeler, body, differs, label_id, token, class_edit))
        with self._guard:
            if (opened := self._opened.get(task.id)) is not None:
                draft = KeptDraft(body, label_id, class_edit) if body else None
                self._opened[task.id] = opened._replace(contents=msgspec.structs.replace(opened.contents, draft=draft))
        self._waits()
        self._wake.set()

    def drop_draft(self, task: Task, labeler: str) -> None:
        self.save_draft(task, labeler, "")

    # Looking around

    def contents(self, task: Task, labeler: str) -> TaskContents:
        """What was asked ahead, with the names of classes that are the newest known here, and with the draft that waits."""
        with self._guard:
            opened = self._opened.get(task.id)
        waiting = self._journal.draft(task)
        contents = opened.contents if opened else self._asked(lambda: self._look_into(task, labeler))
        with self._guard:
            contents = contents_as_now(contents, self._class_list)
        if waiting is not None:
            kept = KeptDraft(waiting.body, waiting.label_id, waiting.class_edit)
            draft = kept_as_now(kept, contents.class_list) if waiting.body else None
            contents = msgspec.structs.replace(contents, draft=draft)
        return contents

    def _look_into(self, task: Task, labeler: str) -> TaskContents:
        contents = self._server.contents(task, labeler)
        with self._guard:
            self._class_list, self._classes_at = contents.class_list, elapsed()
        return contents

    def class_list(self, project: str) -> ClassList:
        return self._asked(lambda: self._server.class_list(project))

    def upcoming(self, project: str, labeler: str, count: int) -> tuple[Task, ...]:
        with self._guard:
            ahead = tuple(claimed.lease.task for claimed in self._ahead[:count])
        # What is drawn is kept by whoever asks this: behind a server that takes long, that would wait too.
        if ahead or self.is_cut or self._waits_since is not None:
            return ahead
        with suppress(*TROUBLE):
            return self._asked(lambda: self._server.upcoming(project, labeler, count))
        return ()

    def open_after(self, task: Task, count: int) -> tuple[Task, ...]:
        with self._guard:
            ahead = [claimed.lease.task for claimed in self._ahead if claimed.lease.task.id > task.id]
        others = self._asked(lambda: self._server.open_after(task, count))
        return tuple(sorted((*ahead, *others), key=lambda task: task.id)[:count])

    def close(self) -> None:
        """Ends the background; what waits is sent by the labeler's next session."""
        self._closed = True
        self._wake.set()
        self._thread.join(_CLOSING_SECONDS)
        self._journal.close()
