"""The one door: what a person can do, as methods of the parts of a `Workspace`. The command line and the app call
this, nothing deeper.

Every method raises `LabelerError`, with a message for a person, and may be called from any thread.
"""

from tui_labeler.model.progress import Progress, silent
from tui_labeler.workspace.task_queue import LEASE_SECONDS
from tui_labeler.workspace.workspace import Workspace

__all__ = ["LEASE_SECONDS", "Progress", "Workspace", "silent"]
