"""From a listing of a datastore to the tasks of a project: creation, and refresh."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tui_labeler.datastores.listing import Listing
from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.model.errors import AlreadyExists, BadInput, MostVanished, NotFound
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.projectfile import problem_line
from tui_labeler.model.tasks import Dataset, Datastore, RefreshResult
from tui_labeler.model.text import plural
from tui_labeler.store import catalog, projects, staging
from tui_labeler.store.database import Database, Transaction

# Below so many, half of the images can well be deleted on purpose.
_MANY = 10

Opener = Callable[[Datastore], OpenDatastore]


def create(
    database: Database, open_datastore: Opener, spec: ProjectSpec, clock: Callable[[], float], progress: Progress
) -> RefreshResult:
    """Lists the dataset, then makes the project and a task of every image, in one transaction: the project is there
    whole or not at all. A dataset that the specification describes is created with it."""
    require_sound(spec)
    with database.read() as tx:
        projects.require_free_name(tx, spec.details.name)
        dataset = _chosen(tx, spec)
        datastore = catalog.datastore(tx, dataset.datastore)
    files = open_datastore(datastore).list(dataset.path)
    with staging.listing(database, files, lambda done, _: progress(Step.LISTING, done, 0)) as total:
        require_files(total, dataset.datastore, dataset.path)
        with database.write() as tx:
            now = clock()
            known = catalog.find_dataset(tx, dataset.name)
            dataset_id = known[0] if known else catalog.add_dataset(tx, dataset, now)
            project_id = projects.insert(tx, spec, dataset_id, now)
            added = staging.insert_new(tx, project_id, total, lambda done, of: progress(Step.TASKS, done, of))
    return _with_seen(RefreshResult(added, 0, 0, added), files)


def refresh(
    database: Database,
    open_datastore: Opener,
    project: str,
    clock: Callable[[], float],
    progress: Progress,
    allow_missing: bool = False,
) -> RefreshResult:
    """Brings the tasks of a project in line with its datastore, in one transaction. No image is opened. Raises
    MostVanished, and changes nothing, where most images are gone at once, but for `allow_missing`."""
    with database.read() as tx:
        row = projects.project(tx, project)
    files = open_datastore(row.datastore).list(row.dataset.path)
    with (
        staging.listing(database, files, lambda done, _: progress(Step.LISTING, done, 0)) as total,
        database.write() as tx,
    ):
        current = projects.project(tx, project)  # it may have been deleted, and another made, meanwhile
        if current.id != row.id:
            raise NotFound(f"The project “{project}” was deleted meanwhile.")
        result = staging.apply(tx, row.id, total, clock(), lambda done, of: progress(Step.TASKS, done, of))
        if not allow_missing:
            _require_most(project, row.datastore.name, result)
    return _with_seen(result, files)


def _require_most(project: str, datastore: str, result: RefreshResult) -> None:
    """Raises MostVanished where all images are gone, or more than half of many."""
    there = result.total - result.added
    if result.missing > there and (result.missing >= _MANY or not result.total):
        raise MostVanished(
            f"{plural(result.missing, 'image')} of “{project}” would be marked missing: the datastore “{datastore}” has "
            f"{there:,} of {there + result.missing:,} left. Nothing was changed.",
            f"Check that its disk is mounted. If they are gone: tui-labeler refresh {project} --allow-missing.",
        )


def require_sound(spec: ProjectSpec) -> None:
    """Raises BadInput with every problem of the specification, one a line."""
    if problems := spec.problems():
        raise BadInput("\n".join(problem_line(problem) for problem in problems))


def require_files(files: int, datastore: str, path: str) -> None:
    """Raises NotFound where a pattern matches no image."""
    if not files:
        mend = "Images end in jpg, jpeg, png, bmp, tif, tiff, webp or gif; / is everything, folder/** one folder."
        raise NotFound(f"No image in the datastore “{datastore}” matches the path “{path}”.", mend)


def _chosen(tx: Transaction, spec: ProjectSpec) -> Dataset:
    """The dataset that the specification names: one that exists, or one that is described in it."""
    choice = spec.dataset
    known = catalog.find_dataset(tx, choice.name)
    if not choice.datastore:
        return catalog.dataset(tx, choice.name)[1]
    described = Dataset(choice.name, choice.datastore, choice.path)
    if known and known[1] != described:
        existing = known[1]
        raise AlreadyExists(
            f"There is a dataset “{existing.name}” already, of the datastore “{existing.datastore}” "
            f"and the path “{existing.path}”.",
            "Use it by its name alone, or choose another name.",
        )
    return described


def _with_seen(result: RefreshResult, files: Listing) -> RefreshResult:
    return msgspec.structs.replace(
        result,
        others=files.others.count,
        other_examples=tuple(files.others.examples),
        unusable=files.unusable.count,
        unusable_examples=tuple(files.unusable.examples),
    )
