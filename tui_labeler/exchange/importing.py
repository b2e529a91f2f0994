"""An import: what a file says, matched with the tasks of a project, looked at first, then taken in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.exchange.matching import Matcher
from tui_labeler.exchange.normalize import Normalizer
from tui_labeler.formats import registry
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import open_source
from tui_labeler.imaging.decode import BrokenImage, read_size
from tui_labeler.model.errors import BadInput, LabelerError, NotFound, StorageError
from tui_labeler.model.geometry import Size
from tui_labeler.model.labelrules import labels_problem
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.project import Classes, ProjectSpec, labeler_problem
from tui_labeler.model.tasks import Datastore
from tui_labeler.model.transfers import ImportChoices, ImportPreview, ImportResult
from tui_labeler.store import browse, imports, projects
from tui_labeler.store.database import Database

Opener = Callable[[Datastore], OpenDatastore]

_BATCH = 200
# An image's size stands in its first bytes; a TIFF may keep it at its end, and is then read whole.
_HEAD = 1 << 16


class Import:
    """One file on its way into one project."""

    def __init__(
        self, database: Database, open_datastore: Opener, project: str, path: Path, format_name: str, progress: Progress
    ) -> None:
        """Raises NotFound and BadInput for the project, the file, and a format that cannot be told."""
        self._database, self._progress, self._path = database, progress, path
        with database.read() as tx:
            self._found = projects.project(tx, project)
        self._store = open_datastore(self._found.datastore)
        self._source = open_source(path)
        chosen_format = registry.reader(format_name) if format_name else None
        if self._source.is_folder and not self._source.files:
            raise BadInput(f"{path} is empty.", "Name the folder or the file that holds the labels.")
        chosen_format = chosen_format or registry.detect(path, self._source).format
        self.format, self._reader = chosen_format.name, chosen_format.read
        self._left_out: Counter[str] = Counter()
        self._read = 0
        self._classes: Counter[str] = Counter()
        self._labels = self._labeled = self._empty = self._matched = 0

    def preview(self) -> ImportPreview:
        """What would be taken. Nothing is written."""
        with self._staged(ImportChoices()) as matcher:
            known = self._found.spec.classes.names
            return ImportPreview(
                format=self.format,
                read=self._read,
                matched=self._matched,
                unmatched=matcher.unmatched,
                ambiguous=matcher.ambiguous,
                labels=self._labels,
                classes={name: n for name, n in self._classes.items() if name in known},
                unknown={name: n for name, n in self._classes.items() if name not in known},
                labeled=self._labeled,
                empty=self._empty,
                left_out=dict(self._left_out),
                unmatched_names=tuple(matcher.unmatched_names),
                ambiguous_names=tuple(matcher.ambiguous_names),
            )

    def apply(self, choices: ImportChoices, now: float) -> ImportResult:
        """Takes everything in one transaction, or nothing. Raises BadInput for classes that are unknown and neither
        renamed, dropped nor added."""
        if problem := labeler_problem(choices.labeler):
            raise BadInput(problem)
        with self._staged(choices) as matcher:
            spec, added = self._specification(choices)
            self._check(spec)
            self._progress(Step.IMPORTING, 0, self._matched)
            with self._database.write() as tx:
                current = projects.project(tx, self._found.name)  # it may have changed, or be another one, meanwhile
                if current.id != self._found.id or current.spec.classes != self._found.spec.classes:
                    raise NotFound(f"The project “{self._found.name}” changed meanwhile.", "Import again.")
                if added:
                    browse.change(tx, self._found.name, spec)
                if choices.prelabel:
                    done = imports.apply_prelabels(tx, current.id, f"{self.format} import", now)
                else:
                    done = imports.apply_completed(tx, current.id, choices.labeler, now, choices.replace)
            return ImportResult(
                format=self.format,
                read=self._read,
                matched=self._matched,
                unmatched=matcher.unmatched,
                ambiguous=matcher.ambiguous,
                imported=done.imported,
                labels=done.labels,
                kept=done.kept,
                busy=done.busy,
                added=added,
                left_out=dict(self._left_out),
                unmatched_names=tuple(matcher.unmatched_names),
                ambiguous_names=tuple(matcher.ambiguous_names),
            )

    # Reading and matching

    @contextmanager
    def _staged(self, choices: ImportChoices) -> Iterator[Matcher]:
        """What the file has for tasks of the project stands in the temporary tables while the block lasts."""
        store = self._found.datastore
        matcher = Matcher(self._found.id, urlsplit(store.url).path if store.kind != "local" else store.url[7:])
        fitter = Normalizer(self._found.spec.details.type, choices.renamed, self._leave)
        with imports.incoming(self._database):
            images = self._images()
            while batch := list(islice(images, _BATCH)):
                with self._database.read() as tx:
                    for image in batch:
                        match = matcher.find(tx, image)
                        size = self._size(match.path, image) if match else None
                        if match is None or size is None:
                            continue
                        labels = fitter.fit(image, size)
                        if labels is not None:
                            matcher.stage(tx, image, match, labels)
                self._read += len(batch)
                self._progress(Step.READING, self._read, 0)
            self._count()
            yield matcher

    def _images(self) -> Iterator[ReadImage]:
        try:
            yield from self._reader(self._source, Reading(kind=self._found.spec.details.type))
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read: {error.strerror}.", "Nothing was imported.") from None

    def _size(self, path: str, image: ReadImage) -> Size | None:
        """The image's own size, upright. Far images are opened only where the file does not say it."""
        if image.width and self._store.local_root is None:
            return Size(image.width, image.height)
        try:
            try:
                return read_size(self._store.read_head(path, _HEAD))
            except BrokenImage:
                return read_size(self._store.read(path))
        except LabelerError as error:
            if error.exit_code == 3:
                raise  # a service out of reach: the next image would be, too
            self._leave("unreadable")
            return None

    def _leave(self, reason: str) -> None:
        self._left_out[reason] += 1

    def _count(self) -> None:
        with self._database.read() as tx:
            for has_labels, labels in imports.staged(tx):
                self._matched += 1
                self._labeled += has_labels
                counts = labels.class_counts()
                self._empty += not counts
                self._labels += sum(counts.values())
                self._classes.update(counts)

    # Taking it

    def _specification(self, choices: ImportChoices) -> tuple[ProjectSpec, tuple[str, ...]]:
        """The project's specification, with the classes that are added."""
        spec = self._found.spec
        unknown = tuple(name for name in self._classes if name not in spec.classes.names)
        if not unknown:
            return spec, ()
        if not choices.add:
            names = ", ".join(f"“{name[:40]}” ({self._classes[name]:,})" for name in unknown[:12])
            mend = "Add them (--add-classes), give them another name (--map OLD=NEW), or drop them (--drop NAME)."
            raise BadInput(f"{self._path.name} has classes that the project does not have: {names}.", mend)
        wider = msgspec.structs.replace(spec, classes=Classes((*spec.classes.names, *unknown)))
        if problems := wider.classes.problems():
            raise BadInput(f"{self._path.name}: {problems[0].message}", "Give it another name (--map OLD=NEW).")
        return wider, unknown

    def _check(self, spec: ProjectSpec) -> None:
        """Raises BadInput for labels that the project's rules forbid: none that fitting lets through."""
        with self._database.read() as tx:
            for _, labels in imports.staged(tx):
                if problem := labels_problem(spec, labels):
                    raise BadInput(f"{self._path.name}: {problem}", "Nothing was imported.")
