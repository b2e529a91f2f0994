"""A claimed task with all that opening it asks for, so that nothing is asked when its turn comes."""

from __future__ import annotations

from typing import NamedTuple

from tui_labeler.labeling.sending import Server
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.tasks import KeptDraft, Lease, Submission, TaskState


class Ahead(NamedTuple):
    """The lease, the labeler's draft, what counts, what is proposed, and what a reviewer said who gave the task back."""

    lease: Lease
    draft: KeptDraft | None
    counting: Submission | None
    prelabel: Prelabel | None
    note: str


def prepare(server: Server, lease: Lease, labeler: str) -> Ahead:
    """Raises Unreachable."""
    task = lease.task
    return Ahead(
        lease,
        server.load_draft(task, labeler),
        server.current_labels(task, labeler) if task.label_id is not None else None,
        server.prelabel(task) if task.prelabeled else None,
        server.review_note(task) if task.state is TaskState.STALE else "",
    )
