"""What a labeler did, on their own disk before it is on its way to the server.

Each session has a folder of its own, locked while its process lives; what one that died left behind is taken over by the
next session of the same labeler on the same workspace. A file is one submission, or the newest draft of one task.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import msgspec

from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Basis, Task
from tui_labeler.wholefiles import replace_file


class KeptSubmission(msgspec.Struct, frozen=True):
    """Labels (None: skipped) that are to be submitted, with all that the server has to know of them."""

    task: Task
    labeler: str
    labels: Labels | None
    token: str
    seconds: float
    basis: Basis


class WaitingDraft(msgspec.Struct, frozen=True):
    """A draft that is to be kept by the workspace; an empty body drops what it has."""

    task: Task
    labeler: str
    body: str
    differs: bool
    label_id: int | None
    token: str
    class_edit: int | None = None


def journals(state: Path, workspace: str, labeler: str) -> Path:
    """The folder of a labeler's journals of one workspace, below the folder `state`. `workspace` is its id; earlier
    versions took its address."""
    name = hashlib.sha256(f"{workspace}\n{labeler}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state / "journal" / name


def _own_folder(folder: Path) -> tuple[Path, TextIO]:
    """A new folder below, and its lock, which is held."""
    while True:
        made = folder / os.urandom(8).hex()
        made.mkdir(parents=True, mode=0o700)
        lock = (made / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fstat(lock.fileno()).st_nlink:
            return made, lock
        lock.close()  # another session that began at this moment took it for a dead one's


class Journal:
    """One session's journal. `add` and `keep_draft` return when it is on the disk. Raises OSError."""

    def __init__(self, folder: Path, *former: Path) -> None:
        """`folder` holds all journals of this labeler; this one's is made in it, and what dead ones left there, or in the
        folders `former`, moves into it."""
        self._folder, self._lock = _own_folder(folder)
        self._newest = 0
        for place in (folder, *former):
            for other in list(place.iterdir()) if place.is_dir() else ():
                if other != self._folder:
                    self._take_over(other)
        for place in former:
            with suppress(OSError):  # somebody's who is at work
                place.rmdir()
        self._drop_submitted_drafts()

    def _take_over(self, other: Path) -> None:
        with suppress(OSError), (other / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for file in other.glob("*.json"):
                self._take_in(file)
            (other / "lock").unlink()
            other.rmdir()

    def _take_in(self, file: Path) -> None:
        """No submission takes another's place; of two drafts of a task the later one stays."""
        place = self._folder / file.name
        if file.name.startswith("draft-"):
            if place.exists() and place.stat().st_mtime_ns > file.stat().st_mtime_ns:
                file.unlink()
                return
        else:
            while place.exists():
                place = self._folder / f"{int(place.stem) + 1:020}.json"
        file.rename(place)

    def _drop_submitted_drafts(self) -> None:
        """Where a process died between the two steps of `add`, the draft of what is submitted is there still: sent after
        it, it would be a change that nobody made."""
        for _, kept in self.submissions():
            draft = self.draft(kept.task)
            if draft is not None and draft.label_id == kept.basis.label_id:
                self._draft(kept.task).unlink(missing_ok=True)

    def add(self, kept: KeptSubmission) -> None:
        """The task's draft is part of it, and waits no longer."""
        self._newest = max(self._newest + 1, time.time_ns())  # clocks go back
        self._write(f"{self._newest:020}.json", msgspec.json.encode(kept))
        self._draft(kept.task).unlink(missing_ok=True)

    def keep_draft(self, draft: WaitingDraft) -> None:
        self._write(self._draft(draft.task).name, msgspec.json.encode(draft))

    def _draft(self, task: Task) -> Path:
        return self._folder / f"draft-{task.id}.json"

    def _write(self, name: str, content: bytes) -> None:
        replace_file(self._folder / name, content)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def submissions(self) -> Iterator[tuple[Path, KeptSubmission]]:
        """Oldest first. What cannot be read stays where it is."""
        for file in sorted(self._folder.glob("[0-9]*.json")):
            with suppress(OSError, msgspec.DecodeError):
                yield file, msgspec.json.decode(file.read_bytes(), type=KeptSubmission)

    def drafts(self) -> Iterator[tuple[Path, bytes, WaitingDraft]]:
        """Each with what its file holds: that of one which was replaced since is not to be taken away."""
        for file in sorted(self._folder.glob("draft-*.json")):
            with suppress(OSError, msgspec.DecodeError):
                content = file.read_bytes()
                yield file, content, msgspec.json.decode(content, type=WaitingDraft)

    def draft(self, task: Task) -> WaitingDraft | None:
        """The draft of a task that still waits."""
        with suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(self._draft(task).read_bytes(), type=WaitingDraft)
        return None

    def make_all(self, labeler: str) -> None:
        """All that waits is this labeler's. Raises OSError."""
        for file, kept in list(self.submissions()):
            if kept.labeler != labeler:
                self._write(file.name, msgspec.json.encode(msgspec.structs.replace(kept, labeler=labeler)))
        for file, _, draft in list(self.drafts()):
            if draft.labeler != labeler:
                self._write(file.name, msgspec.json.encode(msgspec.structs.replace(draft, labeler=labeler)))

    def __len__(self) -> int:
        """How many submissions wait."""
        return sum(1 for _ in self._folder.glob("[0-9]*.json"))

    def close(self) -> None:
        """Nothing of it is lost: what waits is taken over by the next session."""
        with suppress(OSError):
            if not any(self._folder.glob("*.json")):
                (self._folder / "lock").unlink()
                self._folder.rmdir()
        self._lock.close()
