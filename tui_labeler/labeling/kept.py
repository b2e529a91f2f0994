"""What waits on this machine for workspaces, whether they are open here or not.

A labeler's journals of a workspace lie in one folder, found by the workspace's id: its address may be spelled otherwise,
and it may have moved. Beside them stands whose they are. Earlier versions found the folder by the address, and left no
word.
"""

from __future__ import annotations

import fcntl
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from tui_labeler.labeling.aside import Aside, Tasks, files_aside
from tui_labeler.labeling.journal import Journal, KeptSubmission, WaitingDraft, journals
from tui_labeler.model.diagnosis import Finding
from tui_labeler.model.errors import NotAllowed, NotFound
from tui_labeler.model.text import plural
from tui_labeler.wholefiles import replace_file

_WHOSE = "whose.json"


class Here(msgspec.Struct, frozen=True):
    """The workspace that is open, or would be: its id (empty where it could not be asked), its address as it may be shown,
    the URL that opens it, and the id of the workspace that it is a copy of (empty for none)."""

    id: str
    address: str
    url: str
    copy_of: str = ""

    def folder(self, state: Path, labeler: str) -> Path:
        """Of the labeler's journals."""
        return journals(state, self.id or self.address, labeler)

    def is_of(self, whose: Whose) -> bool:
        """Where the workspace cannot be asked, it is the one that its URL led to last."""
        return whose.workspace == self.id if self.id else whose.url == self.url


class Whose(msgspec.Struct, frozen=True):
    """Whose journals a folder holds, and how the workspace was opened last."""

    workspace: str
    labeler: str
    address: str
    url: str


class Kept(msgspec.Struct, frozen=True):
    """What one folder holds that no session has in hand. `whose` is None where an earlier version made it."""

    name: str
    whose: Whose | None
    labelers: tuple[str, ...]
    projects: tuple[str, ...]
    submissions: int
    drafts: int
    path: str = ""  # of the image, where it is one draft in a file of its own

    @property
    def where(self) -> str:
        """The workspace's address, as far as it is known."""
        return self.whose.address if self.whose else "not known"

    @property
    def words(self) -> str:
        """3 submissions and 1 draft of ann's."""
        counts = [
            plural(count, one) for count, one in ((self.submissions, "submission"), (self.drafts, "draft")) if count
        ]
        return f"{' and '.join(counts)} of {' and '.join(self.labelers)}'s"


def open_journal(state: Path, here: Here, labeler: str, *also: Path) -> Journal:
    """A journal of a labeler's of this workspace, with what dead sessions left, and with what is in the folders `also`.
    Raises OSError."""
    folder = here.folder(state, labeler)
    former = (journals(state, here.address, labeler), *also)
    journal = Journal(folder, *(place for place in former if place != folder))
    whose = msgspec.json.encode(Whose(here.id, labeler, here.address, here.url))
    with suppress(OSError):  # it is a word for people: what is kept is found without it
        if not (folder / _WHOSE).exists() or (folder / _WHOSE).read_bytes() != whose:
            replace_file(folder / _WHOSE, whose)
    return journal


def is_kept(state: Path, here: Here, labeler: str) -> bool:
    """Whether anything of a labeler's waits for this workspace."""
    folders = (here.folder(state, labeler), journals(state, here.address, labeler))
    return any(True for folder in folders for _ in folder.glob("*/*.json"))


def kept(state: Path) -> Iterator[Kept]:
    """All that waits on this machine, but what a session has in hand: it sends that itself."""
    for folder in sorted((state / "journal").glob("*")):
        waiting = list(_waiting(folder))
        if waiting:
            yield Kept(
                folder.name,
                _whose(folder),
                tuple(sorted({one.labeler for one in waiting})),
                tuple(sorted({one.task.project for one in waiting})),
                sum(isinstance(one, KeptSubmission) for one in waiting),
                sum(isinstance(one, WaitingDraft) for one in waiting),
            )


def kept_aside(state: Path) -> Iterator[Kept]:
    """The drafts that could not be saved, each in a file of its own."""
    for file, one in files_aside(state):
        whose = Whose(one.workspace, one.labeler, one.address, "") if one.workspace else None
        yield Kept(file.stem, whose, (one.labeler,), (one.project,), 0, 1, one.path)


def _whose(folder: Path) -> Whose | None:
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((folder / _WHOSE).read_bytes(), type=Whose)
    return None


def _waiting(folder: Path) -> Iterator[KeptSubmission | WaitingDraft]:
    for journal in sorted(folder.glob("*/lock")):
        if _is_in_hand(journal):
            continue
        for file in sorted(journal.parent.glob("*.json")):
            with suppress(OSError, msgspec.DecodeError):
                if file.name.startswith("draft-"):
                    yield msgspec.json.decode(file.read_bytes(), type=WaitingDraft)
                else:
                    yield msgspec.json.decode(file.read_bytes(), type=KeptSubmission)


def _is_in_hand(lock: Path) -> bool:
    with suppress(FileNotFoundError), lock.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def take(state: Path, here: Here, labeler: str, name: str, mine: bool = False) -> Kept:
    """What a folder holds that is kept for another workspace, or for one that nobody can name, is sent to this one from now
    on; with `mine` it is the labeler's, under whatever name it was made. Raises NotFound where nothing is kept under that
    name, NotAllowed for another labeler's work."""
    found = next((one for one in kept(state) if one.name == name), None)
    if found is None:
        raise NotFound(f"Nothing is kept under the name “{name}”.", "List what is: tui-labeler workspace kept.")
    if found.labelers != (labeler,) and not mine:
        raise NotAllowed(
            f"What is kept there is {found.words}, and you label as {labeler}.",
            f"Take it as {found.labelers[0]}; or, if that was you: --mine. It stays until then.",
        )
    journal = open_journal(state, here, labeler, state / "journal" / name)
    try:
        journal.make_all(labeler)
    finally:
        journal.close()
    return found


def take_aside(aside: Aside, labeler: str, name: str, mine: bool, tasks: Tasks) -> Kept:
    """The same of a draft in a file of its own: it goes to the image of that project and path here."""
    taken = aside.take(name, labeler, mine, tasks)
    whose = Whose(taken.workspace, labeler, taken.address, "")
    return Kept(name, whose, (labeler,), (taken.project,), 0, 1, taken.path)


def unsent(state: Path, here: Here, labeler: str, own_too: bool = True) -> Sequence[Finding]:
    """What is said of all that waits, and what sends it; the labeler's own for `here` only where `own_too`."""
    found = kept(state)
    return [
        _finding(one, here, labeler) for one in found if own_too or one.labelers != (labeler,) or not _is_for(here, one)
    ]


def _is_for(here: Here, one: Kept) -> bool:
    if one.whose is not None:
        return here.is_of(one.whose)
    return one.name in {journals(Path(), here.address, who).name for who in one.labelers}


def _finding(one: Kept, here: Here, labeler: str) -> Finding:
    label = f"label {shlex.quote(one.projects[0])}"
    take_here = f"tui-labeler workspace kept --take {one.name}"
    if _is_for(here, one):
        who, or_else = "you label", ""
        if one.labelers != (labeler,):
            who, or_else = f"{one.labelers[0]} labels", f"; or, if that was you: {take_here} --mine"
        mend = f"It is sent when {who} here: tui-labeler {label}{or_else}"
        return Finding("kept", False, f"{one.words}: not sent yet.", mend)
    if one.whose is None:
        found = f"{one.words}: not sent yet, kept by an earlier version for a workspace whose address it did not note."
        return Finding("kept", False, found, f"Open that workspace as then; or, if it is this one: {take_here}")
    found = f"{one.words}, kept for {one.whose.address}: not sent yet."
    mend = f"Open it: tui-labeler --workspace {shlex.quote(one.whose.url)} {label}"
    if here.copy_of and one.whose.workspace == here.copy_of:
        mend += f"; or, if this copy of it has taken its place: {take_here}"
    return Finding("kept", False, found, mend)
