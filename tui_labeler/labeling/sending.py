"""What waits in a journal, on its way to the server: in order, each once. What the server does not take becomes a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from tui_labeler.labeling.aside import Aside
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.labeling.journal import Journal, KeptSubmission, WaitingDraft
from tui_labeler.labeling.queue_access import QueueAccess
from tui_labeler.labeling.undated import class_edit_of
from tui_labeler.model.errors import BadInput, LabelerError, NoRole, NotAllowed, NotFound

# What the server says to a submission itself. Anything else is the line's or the server's trouble: it is tried again.
_REFUSALS = (NotAllowed, NotFound, BadInput)


class Server(QueueAccess, Protocol):
    """The queue itself."""

    def renew_all(self, token: str) -> Mapping[int, float]: ...
    def class_edit_at(self, project: str, at: float) -> int: ...


class Sender:
    """Sends what a journal holds. `aside` keeps what the server cannot, even as a draft; `told` is called
    with what the labeler has to know."""

    def __init__(self, server: Server, journal: Journal, aside: Aside, told: Callable[[str], None]) -> None:
        self._server, self._journal, self._aside, self._told = server, journal, aside, told

    def send_all(self, raises_for: str = "") -> None:
        """Sends what waits, in order. Raises Unreachable, and what the server says to the submission `raises_for`."""
        for file, kept in self._journal.submissions():
            basis = kept.basis
            try:
                kept = self._dated(file, kept)
                basis = kept.basis
                self._server.submit(kept.task, kept.labeler, kept.labels, kept.token, kept.seconds, basis)
            except NoRole:
                raise  # it waits until an owner gives the role back
            except _REFUSALS as error:
                if basis.sent_as == raises_for:
                    file.unlink(missing_ok=True)
                    raise
                self._keep_refused(kept, error)
            file.unlink(missing_ok=True)
        for file, content, draft in self._journal.drafts():
            self._send_draft(file, draft)
            with suppress(OSError):
                if file.read_bytes() == content:
                    file.unlink()

    def _dated(self, file: Path, kept: KeptSubmission) -> KeptSubmission:
        """With the list of classes that it is about, where an earlier version kept it, which did not say that."""
        if kept.labels is None or kept.basis.class_edit is not None:
            return kept
        at, names = int(file.stem) / 1e9, kept.labels.class_counts()
        class_edit, is_sure = class_edit_of(self._server, kept.task.project, at, names)
        basis = msgspec.structs.replace(kept.basis, class_edit=class_edit, is_guess=not is_sure)
        return msgspec.structs.replace(kept, basis=basis)

    def _send_draft(self, file: Path, draft: WaitingDraft) -> None:
        task, labeler = draft.task, draft.labeler
        try:
            if draft.body:
                class_edit = draft.class_edit
                if class_edit is None:  # whoever opens it sees which classes it has
                    with suppress(OSError):
                        class_edit, _ = class_edit_of(self._server, task.project, file.stat().st_mtime, ())
                basis = draft.label_id, draft.token, class_edit
                self._server.save_draft(task, labeler, draft.body, draft.differs, *basis)
            else:
                self._server.drop_draft(task, labeler)
        except NoRole:
            raise
        except _REFUSALS as error:
            if drawn := decode(draft.body):
                self._aside.put(task.project, labeler, {task.path: drawn}, {task.path: task.id}, draft.class_edit)
            self._told(
                f"Your draft of “{task.path}” is kept on this machine alone (tui-labeler workspace kept): {error}"
            )

    def _keep_refused(self, kept: KeptSubmission, error: LabelerError) -> None:
        """What cannot be taken any more is a draft, older than what counts: whoever opens the image chooses."""
        task, labeler = kept.task, kept.labeler
        if kept.labels is None:
            self._told(f"“{task.path}” was not skipped: {error.message}")
            return
        draft = Draft.of(kept.labels)
        try:
            basis = kept.basis
            self._server.save_draft(task, labeler, encode(draft), True, basis.label_id, class_edit=basis.class_edit)
            self._told(f"{error.message} Yours are a draft: open “{task.path}” to choose.")
        except NoRole:
            raise
        except _REFUSALS as worse:
            self._aside.put(task.project, labeler, {task.path: draft}, {task.path: task.id}, kept.basis.class_edit)
            self._told(
                f"Your labels of “{task.path}” are kept on this machine alone (tui-labeler workspace kept): {worse.message}"
            )
