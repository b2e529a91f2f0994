"""Tasks, their states, and the numbers that a dashboard shows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels
from tui_labeler.model.text import plural


class TaskState(StrEnum):
    """Where a task stands. A task *needs review* when its image changed after it was labeled."""

    INCOMPLETE = "incomplete"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    STALE = "needs_review"  # labeled, but its file or its labels changed since; the words on screen are Azure's

    @property
    def caption(self) -> str:
        return self.value.replace("_", " ").capitalize()


class ProjectState(StrEnum):
    """A paused project hands out no tasks."""

    RUNNING = "running"
    PAUSED = "paused"


class Datastore(msgspec.Struct, frozen=True):
    """A named place that holds files. `url`: `file:///…`, `az://…`, `s3://…` or `gs://…`, without secrets."""

    name: str
    url: str
    kind: str


class Dataset(msgspec.Struct, frozen=True):
    """A name for the files of a datastore that match a path pattern."""

    name: str
    datastore: str
    path: str


class DatasetFiles(msgspec.Struct, frozen=True):
    """What a dataset's pattern matches now. `files` and `bytes` count images; `examples` are a few of their paths;
    `others` counts files that are no images, `other_examples` names a few; `unusable` likewise for names that cannot
    be addressed (not UTF-8, control characters) and links that lead out of the datastore."""

    files: int
    bytes: int
    examples: tuple[str, ...] = ()
    others: int = 0
    other_examples: tuple[str, ...] = ()
    unusable: int = 0
    unusable_examples: tuple[str, ...] = ()


class Task(msgspec.Struct, frozen=True):
    """One image to be labeled. Tasks are handed out in the order of their ids; `missing` says that the file vanished;
    `version` is the file's ETag or modification time when it was last looked at; `label_id` is the submission
    that counts, None where there is none."""

    id: int
    project: str
    path: str
    state: TaskState
    missing: bool = False
    prelabeled: bool = False
    size_bytes: int = 0
    version: str = ""
    label_id: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for labels: for the first ones, or for others since its image changed."""
        return self.state in (TaskState.INCOMPLETE, TaskState.STALE)


class TaskFilter(msgspec.Struct, frozen=True):
    """Which tasks to show; everything that is given has to hold. `name` is a part of the path, `class_name` a class that
    the counting labels use (as a region's class, or as a tag), `labeler` who submitted last; `changed` those that someone
    changed afterwards without submitting it; `known` those whose labels are known (gold)."""

    state: TaskState | None = None
    missing: bool = False
    name: str = ""
    class_name: str = ""
    class_is_region: bool = True
    labeler: str = ""
    changed: bool = False
    known: bool = False


class FoundTasks(msgspec.Struct, frozen=True):
    """Tasks that a filter lets through, by their ids, in the order of the queue. Behind the id `after` there may be more;
    None says that these are all."""

    ids: Sequence[int]
    after: int | None


class TaskOrder(StrEnum):
    """By which column a list of tasks is sorted. The queue's own order is that of the images."""

    IMAGE = "Image"
    STATE = "State"
    LABELS = "Labels"
    LABELER = "Labeler"
    WHEN = "When"


class Losses(msgspec.Struct, frozen=True):
    """What would be gone with a project."""

    tasks: int
    submissions: int
    drafts: int


class Unsubmitted(msgspec.Struct, frozen=True):
    """Changes of completed or skipped tasks that were kept as drafts and count nowhere: of how many images, and how many
    of them each labeler has."""

    images: int = 0
    labelers: dict[str, int] = {}

    @property
    def words(self) -> str:
        """2 images with changes that are not submitted (ann 1, bob 1); empty where there are none."""
        if not self.images:
            return ""
        whose = ", ".join(f"{name} {count:,}" for name, count in self.labelers.items())
        return f"{plural(self.images, 'image')} with changes that are not submitted ({whose})"


class Submission(msgspec.Struct, frozen=True):
    """One entry of a task's label history. `labels` is None where the labeler skipped the task, and where what is kept of
    them `is_unreadable`. `at` is in seconds since 1970 (UTC), `seconds` what the labeler took, 0 where unknown."""

    labeler: str
    at: float
    labels: Labels | None
    seconds: float = 0.0
    is_unreadable: bool = False


class Lease(msgspec.Struct, frozen=True):
    """A task that a labeler has open. `token` proves it; it ends at `until` (seconds since 1970) unless renewed."""

    task: Task
    labeler: str
    token: str
    until: float


class Basis(msgspec.Struct, frozen=True):
    """What labels were made from: `label_id` is the submission that counted when they were begun, None where there was
    none. `sent_as` names the submission, so that one that is sent again counts once. `class_edit` is the last edit of
    classes that whoever made them knew of (see `ClassList`), None where that is not known; `is_guess` where it may have
    been another one, with which the labels would be of other classes."""

    label_id: int | None
    sent_as: str = ""
    class_edit: int | None = None
    is_guess: bool = False


class KeptDraft(msgspec.Struct, frozen=True):
    """A draft as the workspace keeps it; `label_id` and `class_edit` as in `Basis`. `lost` says what is gone of it with
    classes that were deleted since, in words; empty where nothing is."""

    body: str
    label_id: int | None
    class_edit: int | None = None
    lost: str = ""


class ProjectSummary(msgspec.Struct, frozen=True):
    """A row of the list of projects."""

    name: str
    type: TaskType
    status: ProjectState
    total: int
    completed: int
    skipped: int
    stale: int
    created: float

    @property
    def incomplete(self) -> int:
        return self.total - self.completed - self.skipped - self.stale


class Queue(msgspec.Struct, frozen=True):
    """Open tasks: those to label by hand, and those that carry prelabels."""

    manual: int = 0
    prelabeled: int = 0


class Status(msgspec.Struct, frozen=True):
    """Progress of a project. `total` counts tasks whose image exists; those that vanished are `missing`.
    `classes` counts the regions (or tags) of completed tasks; `labelers` the completed tasks by the one who labeled
    them; `percent` is completed of total; `paused_by` is who paused it, empty where nobody knows. Times are seconds since
    1970, UTC."""

    name: str
    status: ProjectState
    type: TaskType
    total: int
    completed: int
    skipped: int
    stale: int
    incomplete: int
    missing: int
    percent: float
    classes: dict[str, int]
    labelers: dict[str, int]
    queue: Queue
    last_refresh: float | None
    created: float
    activity: dict[str, int] = {}
    paused_by: str = ""

    @property
    def paused_words(self) -> str:
        """Who paused it, and what that means to whoever labels."""
        return f"{self.paused_by or 'Somebody'} paused the project: nobody is given tasks until it is started again."


class RefreshResult(msgspec.Struct, frozen=True):
    """What a refresh found. `total` counts the tasks whose image exists, `files` what was passed over besides."""

    added: int
    changed: int
    missing: int
    total: int
    others: int = 0
    other_examples: tuple[str, ...] = ()
    unusable: int = 0
    unusable_examples: tuple[str, ...] = ()


class ExportResult(msgspec.Struct, frozen=True):
    """A dataset written from labels. `name` is the generated dataset name, `path` the folder, `files` the names in it,
    `created` seconds since 1970, `left_out` counts what is not in it, by reason; `parts` are the rows of each part of a
    split; `unsubmitted` are changes that are not in it because nobody submitted them, `unreadable` the first images
    that are not in it because their labels cannot be read."""

    name: str
    project: str
    format: str
    rows: int
    path: str
    files: tuple[str, ...]
    created: float
    bytes: int = 0
    seconds: float = 0.0
    regions: int = 0
    left_out: dict[str, int] = {}
    parts: dict[str, int] = {}
    unsubmitted: Unsubmitted = Unsubmitted()
    unreadable: tuple[str, ...] = ()

    @property
    def unreadable_words(self) -> str:
        """Which images' labels cannot be read or taken, and what says more of it; empty where all could be."""
        if not self.unreadable:
            return ""
        passed = sum(self.left_out.get(f"{why}_labels", 0) for why in ("unreadable", "impossible"))
        more = " …" if passed > len(self.unreadable) else ""
        return f"the labels of {', '.join(self.unreadable)}{more} (see tui-labeler workspace check)"
