"""Drafts that cannot go to the workspace: kept in files of their own, so that no work is lost with a full disk, a deleted
project, or a database that is gone.

A file says which workspace and which task it is of, by their ids: a project's name is given again when it is deleted, and
another workspace may have one of the same name. Where a workspace was moved or restored, ids of what was deleted may come
again, but never in a project that is older than the file. Earlier versions wrote names alone.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.labeling.renamed import draft_as_now
from tui_labeler.model.contents import TaskContents
from tui_labeler.model.errors import LabelerError, NotAllowed, NotFound, StorageError
from tui_labeler.model.tasks import Task
from tui_labeler.wholefiles import replace_file


class SetAside(msgspec.Struct, frozen=True):
    """What one file holds: whose draft of which image. Coordinates are pixels of the image; `class_edit` as in `Basis`.
    `workspace` is its id, `task` that of the task: empty and 0 where an earlier version wrote the file. `address` is for
    people."""

    project: str
    path: str
    labeler: str
    draft: Draft
    class_edit: int | None = None
    workspace: str = ""
    address: str = ""
    task: int = 0

    @property
    def file_name(self) -> str:
        words = f"{self.workspace}\n{self.task}\n{self.project}\n{self.path}\n{self.labeler}"
        return f"{hashlib.sha256(words.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}.json"


class Drafts(Protocol):
    """The part of the workspace that keeps drafts."""

    def contents(self, task: Task, labeler: str) -> TaskContents: ...
    def save_draft(
        self,
        task: Task,
        labeler: str,
        body: str,
        differs: bool = True,
        label_id: int | None = None,
        token: str = "",
        class_edit: int | None = None,
    ) -> None: ...


class Tasks(Protocol):
    """The part of the workspace that knows tasks."""

    def get(self, project: str, path: str) -> Task: ...
    def project_created(self, project: str) -> float: ...
    def read_image(self, project: str, path: str) -> bytes: ...


class Aside:
    """The files of this machine below the folder `state`, as the workspace with this id and address sees them."""

    def __init__(self, state: Path, workspace: str, address: str) -> None:
        self._state, self._workspace, self._address = state, workspace, address

    def put(
        self,
        project: str,
        labeler: str,
        drafts: Mapping[str, Draft],
        task_ids: Mapping[str, int],
        class_edit: int | None = None,
    ) -> Path | None:
        """Writes each draft (by the path of its image) into a file of its own, or, where nothing can be written there, in
        the folder for temporary files: the folder that has them, None if none has."""
        where = self._workspace, self._address
        kept = [
            SetAside(project, path, labeler, draft, class_edit, *where, task_ids.get(path, 0))
            for path, draft in drafts.items()
        ]
        for directory in _places(self._state):
            with suppress(OSError):
                directory.mkdir(parents=True, exist_ok=True, mode=0o700)
                for one in kept:
                    replace_file(directory / one.file_name, msgspec.json.encode(one))
                return directory
        return None

    def bring_back(self, project: str, labeler: str, tasks: Tasks, drafts: Drafts) -> tuple[str, ...]:
        """Puts this labeler's drafts of a project that were set aside into the workspace again, with what it had of them
        added; the paths of their images. A file goes when its draft is on the disk. A draft whose image was labeled
        by someone meanwhile is shown beside those labels when it is opened."""
        back = []
        for file, aside in list(files_aside(self._state)):
            if (aside.project, aside.labeler) != (project, labeler):
                continue
            with suppress(LabelerError, OSError):
                task = tasks.get(project, aside.path)
                if not self._fits(file, aside, task, tasks):
                    continue
                contents = drafts.contents(task, labeler)
                draft = draft_as_now(aside.draft, contents.class_list, aside.class_edit)
                before = decode(contents.draft.body) if contents.draft else None
                for region in before.regions if before else ():
                    draft = draft if region in draft.regions else draft.added(region)
                drafts.save_draft(task, labeler, encode(draft), class_edit=contents.class_list.edit)
                back.append(aside.path)
                file.unlink()
        return tuple(back)

    def _fits(self, file: Path, aside: SetAside, task: Task, tasks: Tasks) -> bool:
        """Whether the draft was drawn on this very task. Raises LabelerError where the image cannot be read, OSError."""
        if tasks.project_created(task.project) > file.stat().st_mtime:
            return False
        if aside.workspace:
            return (aside.workspace, aside.task) == (self._workspace, task.id)
        return _lies_within(aside.draft, task, tasks)

    def take(self, name: str, labeler: str, mine: bool, tasks: Tasks) -> SetAside:
        """The draft of that name, whatever it was drawn on, belongs to the image of the same project and path here from now
        on, and comes back when the labeler labels; with `mine` it is theirs. Raises NotFound, NotAllowed, StorageError."""
        found = next(((file, one) for file, one in files_aside(self._state) if file.stem == name), None)
        if found is None:
            raise NotFound(f"Nothing is kept under the name “{name}”.", "List what is: tui-labeler workspace kept.")
        file, aside = found
        if aside.labeler != labeler and not mine:
            raise NotAllowed(
                f"What is kept there is a draft of {aside.labeler}'s, and you label as {labeler}.",
                f"Take it as {aside.labeler}; or, if that was you: --mine. It stays until then.",
            )
        task = tasks.get(aside.project, aside.path)
        edit = aside.class_edit if (aside.workspace, aside.task) == (self._workspace, task.id) else None
        taken = SetAside(task.project, task.path, labeler, aside.draft, edit, self._workspace, self._address, task.id)
        try:
            replace_file(file.with_name(taken.file_name), msgspec.json.encode(taken))
            if file.name != taken.file_name:
                file.unlink()
        except OSError as error:
            raise StorageError(f"The folder {file.parent} cannot be written: {error.strerror}.") from None
        return taken


def files_aside(state: Path) -> Iterator[tuple[Path, SetAside]]:
    """What lies below `state` and in the folder for temporary files; what cannot be read is passed over."""
    for directory in _places(state):
        for file in sorted(directory.glob("*.json")):
            with suppress(OSError, msgspec.DecodeError):
                if file.stat().st_uid == os.getuid():  # the folder for temporary files is everybody's
                    yield file, msgspec.json.decode(file.read_bytes(), type=SetAside)


def _lies_within(draft: Draft, task: Task, tasks: Tasks) -> bool:
    """Whether all that is drawn lies on the image: of another one by this path, mostly it does not."""
    from tui_labeler.imaging.decode import read_size

    if not draft.regions:
        return True
    size = read_size(tasks.read_image(task.project, task.path))
    extents = [region.extent for region in draft.regions]
    return all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= size.width and box.y1 <= size.height for box in extents)


def _places(state: Path) -> tuple[Path, Path]:
    """The second is for when the first cannot be written; each user of the machine has their own."""
    return state / "unsaved", Path(tempfile.gettempdir()) / f"tui-labeler-unsaved-{os.getuid()}"
