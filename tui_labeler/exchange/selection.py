"""Which labels an export takes: filtered, split, each with the URL of its image, all from one state of the database."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.exchange.image_files import link
from tui_labeler.formats.format import Format
from tui_labeler.formats.splitting import splitter
from tui_labeler.formats.urls import url_maker
from tui_labeler.formats.writing import LabeledImage, Rows
from tui_labeler.model.credentials import refuse_credentials
from tui_labeler.model.errors import BadInput, NotFound, StorageError
from tui_labeler.model.labelrules import counting_problem
from tui_labeler.model.left_out import Report
from tui_labeler.model.regions import Labels
from tui_labeler.model.review import ReviewState
from tui_labeler.model.transfers import ExportOptions, Images
from tui_labeler.store import exportcontents, exports
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow

_REASONS = (
    *("other_labelers", "not_accepted", "not_compared", "not_agreed"),
    *("other_classes", "regions_of_other_classes"),
)
# Where images go beside the labels of formats that have no folders of their own for them.
IMAGES = "images"
# Addresses that mltable 1.7 does not open.
_UNREAD = frozenset({"s3", "gs", "az", "abfs"})


class Selection:
    """The rows of one export."""

    def __init__(
        self,
        database: Database,
        project: ProjectRow,
        store: OpenDatastore,
        chosen_format: Format,
        options: ExportOptions,
        final: Path,
        again: int = 0,
    ) -> None:
        """`final`: the folder that the dataset will have. `again` is the number of an earlier export: its labels are taken,
        whatever counts by now. Raises BadInput for options that cannot be, NotFound for a class
        that the project does not have."""
        if problem := options.split.problem():
            raise BadInput(problem)
        if options.image_url and not chosen_format.names_urls:
            mend = "Export without the image URL."
            raise BadInput(f"{chosen_format.title} has no place for the addresses of images.", mend)
        for name in options.classes:
            if name not in project.spec.classes.names:
                known = ", ".join(project.spec.classes.names[:12])
                raise NotFound(f"“{name}” is not a label class of this project.", f"There are: {known}.")
        self._database, self._found, self._store, self._options = database, project, store, options
        refuse_credentials(options.image_url, "The images' URL")
        self._place = self._placer(chosen_format.with_images)
        self._beside = self._place is not None and not chosen_format.places_images
        self._final = final
        self._url = self._urls(chosen_format.name)
        self._again = again
        self.label_ids = array("q")
        self._filtered: dict[str, int] = {}
        self._unreadable = Report()
        self._left_out: dict[str, int] = {}

    def _urls(self, format_name: str) -> Callable[[str], str]:
        """From an image's path to its URL. Raises BadInput where readers of the format would open none of them."""
        if self._beside and not self._options.image_url:
            return lambda path: f"file://{self._final / IMAGES / path}"
        scheme = self._store.datastore.url.partition("://")[0]
        if format_name == "azureml" and not self._options.image_url and scheme in _UNREAD:
            raise BadInput(
                f"The images have {scheme}:// addresses, which mltable, the reader of this format, does not open.",
                "Copy them beside the labels (--images copy), or say where they are found (--image-url https://…).",
            )
        return url_maker(self._options.image_url, self._store.url_of)

    @contextmanager
    def opened(self, aside: Path) -> Iterator[Rows]:
        """The rows, for as long as the block lasts. `aside`: the folder that is being written."""
        with self._database.read() as tx:
            if not self._again:
                exports.require_settled(tx, self._found)
            part_of = splitter(self._options.split, lambda: self._chosen(tx))
            self._left_out = {} if self._again else exports.left_out(tx, self._found.id)
            if self._options.reviews:
                self._left_out.pop("needs_review", None)

            def rows() -> Iterator[LabeledImage]:
                taken = array("q")
                for label_id, path, labels in self._taken(tx):
                    if self._beside:
                        self._put(path, aside)
                    taken.append(label_id)
                    yield LabeledImage(path, self._url(path), labels, part_of(path, labels))
                self.label_ids = taken

            placer, beside = (None, IMAGES) if self._beside else (self._place, "")
            yield Rows(rows, placer, bool(self._options.split), beside)

    def left_out(self) -> dict[str, int]:
        """How many tasks, or regions, are not among the rows, by reason."""
        return self._left_out | {why: count for why, count in self._filtered.items() if count}

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The paths of the first images whose labels cannot be read, or are none that the project could have."""
        places = self._unreadable.places
        return (*places.get("unreadable_labels", ()), *places.get("impossible_labels", ()))

    def _chosen(self, tx: Transaction) -> Iterator[tuple[str, Labels]]:
        return ((path, labels) for _, path, labels in self._taken(tx))

    def _taken(self, tx: Transaction) -> Iterator[tuple[int, str, Labels]]:
        """(submission, path, labels) of what the filters let through."""
        options = self._options
        counts = dict.fromkeys(_REASONS, 0)
        self._unreadable = Report()
        kind, classes = self._found.spec.details.type, frozenset(self._found.spec.classes.names)
        for row in self._rows(tx):
            if not self._again and counting_problem(kind, classes, row.labels):
                self._unreadable.add("impossible_labels", row.path)
                continue
            if (reason := "" if self._again else self._refused(row)) != "":
                counts[reason] += 1
                continue
            labels = row.labels
            if options.classes:
                kept = labels.of_classes(options.classes)
                if not (kept.regions or kept.tags):
                    counts["other_classes"] += 1
                    continue
                counts["regions_of_other_classes"] += len(labels.regions) - len(kept.regions)
                labels = kept
            yield row.label_id, row.path, labels
        self._filtered = counts | self._unreadable.counts

    def _rows(self, tx: Transaction) -> Iterator[exports.Row]:
        options = self._options
        if not self._again:
            with_trust = options.accepted or options.least_agreement > 0
            unreadable = partial(self._unreadable.add, "unreadable_labels")
            yield from exports.labeled(tx, self._found.id, options.reviews, unreadable, with_trust)
            return
        for _, label_id, row in exportcontents.rows(tx, exportcontents.label_ids(tx, self._again)):
            if row is None:
                raise NotFound(f"Labels of this export are gone with their project (submission {label_id}).")
            yield row

    def _refused(self, row: exports.Row) -> str:
        """Why this row is not taken; empty if it is."""
        options = self._options
        if options.labelers and row.labeler not in options.labelers:
            return "other_labelers"
        if options.accepted and row.review not in (ReviewState.ACCEPTED, ReviewState.CORRECTED):
            return "not_accepted"
        if options.least_agreement > 0:
            if row.agreement is None:
                return "not_compared"
            if row.agreement < options.least_agreement:
                return "not_agreed"
        return ""

    # Images

    def _placer(self, needed: bool) -> Callable[[str, Path], None] | None:
        """What puts an image into the dataset; None where images stay where they are."""
        wanted, root = self._options.images, self._store.local_root
        if wanted is Images.AUTO:
            wanted = Images.NONE if not needed else Images.LINK if root else Images.COPY
        if wanted is Images.NONE:
            return None
        if wanted is Images.LINK:
            if root is None:
                raise BadInput("Images of this datastore are not on this machine: they cannot be linked.", "Copy them.")
            return lambda path, target: link(self._store.local_file(path), target)
        return self._copy

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders of images that are put beside a format's own files."""
        return (f"{IMAGES}/",) if self._beside else ()

    def _put(self, path: str, aside: Path) -> None:
        target = aside / IMAGES / path
        if ".." in target.parts or self._place is None:
            raise StorageError(f"“{path}” cannot be the name of a file beside the labels.", "Export without --images.")
        if not target.exists():  # a format may go through its rows more than once
            target.parent.mkdir(parents=True, exist_ok=True)
            self._place(path, target)

    def _copy(self, path: str, target: Path) -> None:
        target.write_bytes(self._store.read(path))
