"""An export from its first byte to its name: written aside, then renamed when it is whole."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.interchange import azureml
from tui_labeler.interchange.files import sync_folder
from tui_labeler.interchange.records import LabeledImage, Progress, Writer, Written
from tui_labeler.model.errors import BadInput, NotAllowed, StorageError
from tui_labeler.model.names import dataset_name
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ExportResult
from tui_labeler.store import exports, projects
from tui_labeler.store.database import Database
from tui_labeler.store.projects import ProjectRow

_PARTIAL = ".partial-"


def writers() -> dict[str, Writer]:
    """Every format that can be written, by the name that the command line takes."""
    return {"azureml": azureml.write}


def writer(name: str) -> Writer:
    """Raises BadInput."""
    known = writers()
    if name not in known:
        raise BadInput(f"There is no export format “{name[:40]}”.", f"There are: {', '.join(known)}.")
    return known[name]


def export(
    database: Database,
    project: str,
    format_name: str,
    folder: Path,
    clock: Callable[[], float],
    progress: Callable[[str, int, int], None],
) -> ExportResult:
    """Writes the labels of all completed tasks of a project into a new folder of `folder`, under a generated name."""
    write = writer(format_name)
    began = time.perf_counter()
    with database.read() as tx:
        found = projects.project(tx, project)
        total = projects.status(tx, found).completed
    if not total:
        mend = f"Label some first: tui-labeler label {project}."
        raise NotAllowed(f"There is nothing to export: no task of “{project}” is completed.", mend)
    left_out: dict[str, int] = {}
    images = _labeled(database, found, left_out)
    with written_aside(folder, write, found.spec, images, lambda done: progress("rows", done, total)) as (
        aside,
        written,
    ):
        result = ExportResult(
            name="",
            project=project,
            format=format_name,
            rows=written.rows,
            path="",
            files=written.files,
            created=clock(),
            bytes=written.bytes,
            regions=written.regions,
            left_out=left_out | written.left_out,
        )
        return _settle(database, found, aside, folder, result, began)


def _labeled(database: Database, found: ProjectRow, left_out: dict[str, int]) -> Iterator[LabeledImage]:
    """The rows to write, all of one state of the database; `left_out` learns what is not among them."""
    url_of = OpenDatastore(found.datastore).url_of
    with database.read() as tx:
        left_out.update(exports.left_out(tx, found.id))
        for path, labels in exports.completed(tx, found.id):
            yield LabeledImage(path, url_of(path), labels)


def _settle(
    database: Database, found: ProjectRow, aside: Path, folder: Path, result: ExportResult, began: float
) -> ExportResult:
    """Gives the dataset the first free name from the second of its creation on, on the disk and in the workspace."""
    created = float(int(result.created))
    while True:
        name = dataset_name(result.project, datetime.fromtimestamp(created, UTC))
        path = folder / name
        named = msgspec.structs.replace(
            result, name=name, path=str(path), created=created, seconds=round(time.perf_counter() - began, 3)
        )
        with explained(folder), database.write() as tx:
            if not exports.name_taken(tx, name) and settle(aside, path):
                try:
                    exports.add(tx, found.id, named)
                except BaseException:
                    path.rename(aside)  # the block around removes it: no dataset without its entry
                    raise
                return named
        created += 1


@contextmanager
def written_aside(
    folder: Path, write: Writer, spec: ProjectSpec, images: Iterable[LabeledImage], progress: Progress
) -> Iterator[tuple[Path, Written]]:
    """Writes a dataset into a hidden folder of `folder`, and yields it with what was written. The block renames it; what
    is still there when the block ends is removed. Raises StorageError for what the disk refuses."""
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        aside = folder / f"{_PARTIAL}{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"
        aside.mkdir()
    try:
        with explained(folder):
            written = write(aside, spec, images, progress)
            sync_folder(aside)
        yield aside, written
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def settle(aside: Path, target: Path) -> bool:
    """Gives a whole dataset its name; False where the name is taken on the disk."""
    if target.exists():
        return False
    try:
        aside.rename(target)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            return False
        raise
    sync_folder(target.parent)
    return True


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turns what the disk says into a StorageError that names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            mend = "Free some space, or choose another folder with --out; nothing half-written was left."
            raise StorageError(f"The export cannot be written to {folder}: the disk is full.", mend) from None
        mend = "Choose another folder with --out."
        raise StorageError(f"The export cannot be written to {folder}: {error.strerror}.", mend) from None


def _remove_leftovers(folder: Path) -> None:
    """Takes away what a killed export of this machine left behind."""
    prefix = f"{_PARTIAL}{socket.gethostname()}-"
    for leftover in folder.glob(f"{prefix}*"):
        pid = leftover.name[len(prefix) :].partition("-")[0]
        if pid.isdigit() and int(pid) != os.getpid() and not os.path.exists(f"/proc/{pid}") and not _runs(int(pid)):
            shutil.rmtree(leftover, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
