"""What opening a task asks for."""

from __future__ import annotations

import msgspec

from tui_labeler.model.classlist import ClassList
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.tasks import KeptDraft, Submission


class TaskContents(msgspec.Struct, frozen=True):
    """The labeler's draft, what counts, what is proposed while the task waits for labels, and what a reviewer said who gave
    it back; all with the names of `class_list`."""

    draft: KeptDraft | None
    counting: Submission | None
    prelabel: Prelabel | None
    note: str
    class_list: ClassList
