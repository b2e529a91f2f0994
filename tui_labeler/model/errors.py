"""What can go wrong, in a person's words: one message that names the thing, and one that names the mend.

The exit codes are the command line's contract: 1 could not be done, 2 wrong input, 3 a service out of reach.
"""

from __future__ import annotations

import re

# A name that a credential follows, the credential, also percent-encoded; a user and a password before a host.
_EQUALS = r"\s*(?:=|%(?:25)*3D)\s*"
_CREDENTIALS = re.compile(
    r"(?i)((?:account_?key|shared_?access_?(?:key|signature)|(?:\b|%(?:25)*(?:3F|26|3B|20))sig|password|passwd|pwd|"
    r"client_?secret|(?:access|refresh)_?token|api_?key|x-(?:amz|goog)-(?:signature|credential|security-token)|"
    rf"aws_?(?:access_?key_?id|secret_?\w*)){_EQUALS})[^\s&;,\"'“”]+"
    # abfss://container@account is an address; a colon before the @ is none.
    r"|((?<!abfs)(?<!abfss)(?::/{1,2}|%(?:25)*3A%(?:25)*2F%(?:25)*2F))[^/?#\s@“”]+(?:@|%(?:25)*40)"
    r"|((?::/{1,2}|%(?:25)*3A%(?:25)*2F%(?:25)*2F))[^/?#\s@:“”]+(?::|%(?:25)*3A)[^/?#\s@“”]+(?:@|%(?:25)*40)"
)


def hide_credentials(text: str) -> str:
    """`text` with *** in place of the credentials in it: what a person typed by mistake is not repeated on a screen, in a
    log, or in a database."""
    if "=" not in text and "@" not in text and "%" not in text:
        return text
    return _CREDENTIALS.sub(lambda match: f"{match[1] or match[2] or match[3]}***{'' if match[1] else '@'}", text)


class LabelerError(Exception):
    """Something asked for could not be done.

    `message` names the thing and what is wrong with it; `mend` says what to do, and may be empty. Both may hold
    names from outside: whoever shows them passes them through `safe_text`.
    """

    exit_code = 1

    def __init__(self, message: str, mend: str = "") -> None:
        message, mend = hide_credentials(message), hide_credentials(mend)
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


class ProjectPaused(NotAllowed):
    """Nobody is given tasks of the project until it is started again."""


class NewerLabels(NotAllowed):
    """A task got other labels after those that are submitted were begun: a person has to choose."""


class ClassGone(NotAllowed):
    """Labels use a class that was deleted after they were begun: a person has to look at what is left of them."""


class MostVanished(NotAllowed):
    """Most images of a datastore are gone at once, as they are when a disk is not mounted: to be asked, not believed."""


class WorkspaceError(LabelerError):
    """The workspace database cannot be used: locked, read-only, corrupt, full disk, written by a newer version."""


class NoRole(WorkspaceError, NotAllowed):
    """Whoever is signed in has no role in the workspace, perhaps no more: nothing that they send is looked at."""


class DiskFull(WorkspaceError):
    """The disk of the workspace is full: what is there can be read, and writing works again once there is room."""


class NewerWorkspace(WorkspaceError):
    """A newer version of the program has changed the tables of the workspace."""


class StorageError(LabelerError):
    """A file or folder cannot be read or written."""


class BadInput(LabelerError):
    """The command line, or a file that it names, is wrong."""

    exit_code = 2


class Unreachable(LabelerError):
    """A service could not be reached; trying again may help."""

    exit_code = 3


class ServerFull(Unreachable):
    """A database server, or a pooler before it, takes no more connections."""


class Retired(LabelerError):
    """A service that was asked has been shut down for good."""


class Cancelled(LabelerError):
    """A person stopped a long operation; nothing of it is left behind."""

    exit_code = 130

    def __init__(self, message: str = "Cancelled; nothing was changed.", mend: str = "") -> None:
        super().__init__(message, mend)
