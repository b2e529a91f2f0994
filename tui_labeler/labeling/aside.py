"""Drafts that cannot go to the workspace: kept in files of their own, so that no work is lost with a full disk, a deleted
project, or a database that is gone."""

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
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import Task
from tui_labeler.wholefiles import replace_file


class SetAside(msgspec.Struct, frozen=True):
    """What one file holds: whose draft of which image. Coordinates are pixels of the image; `class_edit` as in `Basis`."""

    project: str
    path: str
    labeler: str
    draft: Draft
    class_edit: int | None = None


def set_aside(
    folder: Path, project: str, labeler: str, drafts: Mapping[str, Draft], class_edit: int | None = None
) -> Path | None:
    """Writes each draft (by the path of its image) into a file of its own below `folder`, or, where nothing can be written
    there, in the folder for temporary files: the folder that has them, None if none has."""
    for directory in _places(folder):
        with suppress(OSError):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            for path, draft in drafts.items():
                name = hashlib.sha256(f"{project}\n{path}\n{labeler}".encode("utf-8", "surrogateescape")).hexdigest()
                body = msgspec.json.encode(SetAside(project, path, labeler, draft, class_edit))
                replace_file(directory / f"{name[:16]}.json", body)
            return directory
    return None


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


def files_aside(folder: Path) -> Iterator[tuple[Path, SetAside]]:
    """What lies below `folder` and in the folder for temporary files; what cannot be read is passed over."""
    for directory in _places(folder):
        for file in sorted(directory.glob("*.json")):
            with suppress(OSError, msgspec.DecodeError):
                if file.stat().st_uid == os.getuid():  # the folder for temporary files is everybody's
                    yield file, msgspec.json.decode(file.read_bytes(), type=SetAside)


def bring_back(folder: Path, project: str, labeler: str, tasks: Tasks, drafts: Drafts) -> tuple[str, ...]:
    """Puts this labeler's drafts of a project that were set aside into the workspace again, with what it had of them
    added; the paths of their images. A file goes when its draft is on the disk. A draft whose image was labeled
    by someone meanwhile is shown beside those labels when it is opened."""
    back = []
    for file, aside in list(files_aside(folder)):
        if (aside.project, aside.labeler) != (project, labeler):
            continue
        with suppress(LabelerError, OSError):
            task = tasks.get(project, aside.path)
            contents = drafts.contents(task, labeler)
            draft = draft_as_now(aside.draft, contents.class_list, aside.class_edit)
            before = decode(contents.draft.body) if contents.draft else None
            for region in before.regions if before else ():
                draft = draft if region in draft.regions else draft.added(region)
            drafts.save_draft(task, labeler, encode(draft), class_edit=contents.class_list.edit)
            back.append(aside.path)
            file.unlink()
    return tuple(back)


def _places(folder: Path) -> tuple[Path, Path]:
    """The second is for when the first cannot be written; each user of the machine has their own."""
    return folder / "unsaved", Path(tempfile.gettempdir()) / f"tui-labeler-unsaved-{os.getuid()}"
