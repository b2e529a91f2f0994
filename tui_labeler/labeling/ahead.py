"""A claimed task with all that opening it asks for, so that nothing is asked when its turn comes."""

from __future__ import annotations

from typing import NamedTuple

from tui_labeler.model.contents import TaskContents
from tui_labeler.model.tasks import Lease


class Ahead(NamedTuple):
    """The lease, and what the labeler will see."""

    lease: Lease
    contents: TaskContents
