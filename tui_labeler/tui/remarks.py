"""Why an image has to be looked at again: what a reviewer wrote who gave it back, or what an import left out of it."""

from __future__ import annotations

from typing import NamedTuple

from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.left_out import left_out_kinds
from tui_labeler.model.tasks import TaskState
from tui_labeler.workspace import Workspace


class Remark(NamedTuple):
    """What stands beside the image for as long as it is open: a heading, and a text. A comment of a person stays below it
    where there is no room beside."""

    heading: str
    text: str
    is_from_reviewer: bool = False

    @property
    def words(self) -> str:
        return f"{self.heading} {self.text}"


def remark_on(session: LabelingSession | None, workspace: Workspace) -> Remark | None:
    """Of the task that is open; reads the database. Raises LabelerError."""
    task = session.task if session is not None else None
    if session is None or task is None or task.state is not TaskState.STALE:
        return None
    if session.note:
        return Remark("Given back by", session.note, is_from_reviewer=True)
    reasons = workspace.exchange.review_reasons(task.id)
    return Remark("Needs review:", f"the import left out {left_out_kinds(reasons)}") if reasons else None
