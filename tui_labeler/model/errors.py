"""What can go wrong, in a person's words: one message that names the thing, and one that names the mend.

The exit codes are the command line's contract: 1 could not be done, 2 wrong input, 3 a service out of reach.
"""

from __future__ import annotations


class LabelerError(Exception):
    """Something asked for could not be done.

    `message` names the thing and what is wrong with it; `mend` says what to do, and may be empty. Both may hold
    names from outside: whoever shows them passes them through `safe_text`.
    """

    exit_code = 1

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message} {self.mend}".rstrip()


class NotFound(LabelerError):
    """A project, dataset, datastore, task or export of that name does not exist."""


class AlreadyExists(LabelerError):
    """The name is taken."""


class NotAllowed(LabelerError):
    """The state of things forbids it: a paused project, a lease that someone else holds, a dataset in use."""


class NewerLabels(NotAllowed):
    """A task got other labels after those that are submitted were begun: a person has to choose."""


class WorkspaceError(LabelerError):
    """The workspace database cannot be used: locked, read-only, corrupt, full disk, written by a newer version."""


class StorageError(LabelerError):
    """A file or folder cannot be read or written."""


class BadInput(LabelerError):
    """The command line, or a file that it names, is wrong."""

    exit_code = 2


class Unreachable(LabelerError):
    """A service could not be reached; trying again may help."""

    exit_code = 3


class Retired(LabelerError):
    """A service that was asked has been shut down for good."""


class Cancelled(LabelerError):
    """A person stopped a long operation; nothing of it is left behind."""

    exit_code = 130

    def __init__(self, message: str = "Cancelled; nothing was changed.", mend: str = "") -> None:
        super().__init__(message, mend)
