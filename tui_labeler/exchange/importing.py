"""An import: what a file says, matched with the tasks of a project, looked at first, then taken in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.exchange.matching import Match, Matcher
from tui_labeler.exchange.normalize import Normalizer
from tui_labeler.formats import registry
from tui_labeler.formats.format import Format
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.imaging.decode import BrokenImage, read_size
from tui_labeler.model.edits import require_known
from tui_labeler.model.errors import BadInput, LabelerError, NotFound, StorageError
from tui_labeler.model.geometry import Size
from tui_labeler.model.labelrules import labels_problem
from tui_labeler.model.left_out import Report
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import Datastore
from tui_labeler.model.transfers import ImportChoices, ImportPreview, ImportResult
from tui_labeler.model.workforce import labeler_problem
from tui_labeler.store import importhistory, imports, projects, task_queries
from tui_labeler.store.database import Database
from tui_labeler.store.staged_labels import StagedLabels

Opener = Callable[[Datastore], OpenDatastore]

_AS_IT_IS = ImportChoices()
_BATCH = 200
_EXAMPLES = 3
# An image's size stands in its first bytes; a TIFF may keep it at its end, and is then read whole.
_HEAD = 1 << 16


class Import:
    """One file on its way into one project."""

    def __init__(
        self,
        database: Database,
        open_datastore: Opener,
        project: str,
        path: Path,
        format_name: str,
        progress: Progress,
        choices: ImportChoices = _AS_IT_IS,
    ) -> None:
        """Raises NotFound and BadInput for the project, the file, the choices, and a format that cannot be told."""
        self._database, self._progress, self._path, self._choices = database, progress, path, choices
        if problem := choices.reading.problem():
            raise BadInput(problem)
        with database.read() as tx:
            self._found = projects.project(tx, project)
        self._store = open_datastore(self._found.datastore)
        chosen_format = registry.reader(format_name) if format_name else None
        self._source = open_source(path, choices.reading.encoding)
        if self._source.is_folder and not self._source.files:
            raise BadInput(f"{path} is empty.", "Name the folder or the file that holds the labels.")
        self._why = ""
        if chosen_format is None:
            answer = registry.detect(path, self._source)
            chosen_format, self._why = answer.format, answer.detection.why
        _require_heeded(choices, chosen_format)
        self.format, self._reader = chosen_format.name, chosen_format.read
        self._report = Report()
        self._read = 0
        self._classes: Counter[str] = Counter()
        self._labels = self._labeled = self._empty = self._matched = self._review = 0

    def preview(self) -> ImportPreview:
        """What would be taken. Nothing is written."""
        with self._staged() as matcher:
            known = self._found.spec.classes.names
            with self._database.read() as tx:
                examples = imports.staged_examples(tx, _EXAMPLES)
            return ImportPreview(
                **self._counts(matcher),
                labels=self._labels,
                classes={name: n for name, n in self._classes.items() if name in known},
                unknown={name: n for name, n in self._classes.items() if name not in known},
                labeled=self._labeled,
                examples=examples,
            )

    def apply(self, now: float) -> ImportResult:
        """Takes everything in one transaction, or nothing. Raises BadInput for classes that are unknown and neither
        renamed, dropped nor added."""
        choices = self._choices
        if problem := labeler_problem(choices.labeler):
            raise BadInput(problem)
        with self._staged() as matcher:
            spec, added = self._specification()
            self._check(spec)
            self._progress(Step.IMPORTING, 0, self._matched)
            with self._database.write() as tx:
                current = projects.project(tx, self._found.name)  # it may have changed, or be another one, meanwhile
                require_known(current.name, current.class_edit, choices.class_edit)
                found = self._found
                is_same = (current.id, current.class_edit) == (found.id, found.class_edit)
                if not is_same or current.spec.classes != found.spec.classes:
                    raise NotFound(f"The project “{self._found.name}” changed meanwhile.", "Import again.")
                if added:
                    task_queries.change(tx, self._found.name, spec)
                file, who = self._path.name, choices.labeler
                number = importhistory.begin(tx, current.id, file, self.format, who, choices.prelabel, now)
                if choices.prelabel:
                    done = imports.apply_prelabels(tx, current.id, f"{self.format} import", now, number)
                else:
                    done = imports.apply_completed(tx, current.id, who, now, choices.replace, number)
                review = importhistory.finish(tx, number, done.imported, done.labels)
            return ImportResult(
                **self._counts(matcher) | {"review": review},
                labels=done.labels,
                id=number if done.imported else 0,
                imported=done.imported,
                kept=done.kept,
                busy=done.busy,
                added=added,
            )

    def _counts(self, matcher: Matcher) -> dict[str, Any]:
        """What a preview and a result both say."""
        return {
            "format": self.format,
            "why": self._why,
            "read": self._read,
            "matched": self._matched,
            "unmatched": matcher.unmatched,
            "ambiguous": matcher.ambiguous,
            "doubtful": matcher.doubtful,
            "review": self._review,
            "empty": self._empty,
            "matched_by": dict(matcher.steps),
            "left_out": dict(self._report.counts),
            "places": dict(self._report.places),
            "unmatched_names": tuple(matcher.unmatched_names),
            "ambiguous_names": tuple(matcher.ambiguous_names),
            "doubtful_names": tuple(matcher.doubtful_names),
        }

    # Reading and matching

    @contextmanager
    def _staged(self) -> Iterator[Matcher]:
        """What the file has for tasks of the project stands in the temporary tables while the block lasts."""
        store = self._found.datastore
        strict = self._choices.reading.strict
        root = urlsplit(store.url).path if store.kind != "local" else store.url[7:]
        matcher = Matcher(self._found.id, root, self._report, self._choices.doubtful, strict)
        spec = self._found.spec
        reading = Reading(self._choices.reading, spec.details.type, spec.classes.names, self._report)
        normalizer = Normalizer(reading, self._choices)
        with imports.incoming(self._database):
            images = self._images(reading)
            while batch := list(islice(images, _BATCH)):
                with self._database.read() as tx:
                    matches = list(matcher.find_all(tx, batch))
                    staged = StagedLabels(tx, {match.task_id for _, match in matches})
                    for (image, match), size in zip(matches, self._sizes(matches), strict=True):
                        fitted = normalizer.fit(image, size) if size is not None else None
                        if fitted is not None:
                            matcher.stage(staged, image, match, fitted)
                    staged.keep(tx)
                self._read += len(batch)
                self._progress(Step.READING, self._read, 0)
            self._report.add_all(reading.beside)
            if problem := normalizer.layout.problem(self._path.name, reading.box_is):
                raise problem
            self._count()
            yield matcher

    def _images(self, reading: Reading) -> Iterator[ReadImage]:
        if self._source.files:  # which looks at all of them
            for name in self._source.passed_over:
                self._report.add("leftover", name)
        try:
            yield from self._reader(self._source, reading)
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read: {error.strerror}.", "Nothing was imported.") from None

    def _sizes(self, matches: Sequence[tuple[ReadImage, Match]]) -> Iterator[Size | None]:
        """Each image's own size, upright; None, counted, for an unreadable one. Far images are opened only where the
        labels do not say it."""
        is_local = self._store.local_root is not None
        heads = self._store.read_each([match.path for image, match in matches if is_local or not image.width], _HEAD)
        for image, match in matches:
            if is_local or not image.width:
                yield self._size(match.path, next(heads)[1])
            else:
                yield Size(image.width, image.height)

    def _size(self, path: str, head: bytes | LabelerError) -> Size | None:
        try:
            if isinstance(head, LabelerError):
                raise head
            try:
                return read_size(head)
            except BrokenImage:
                return read_size(self._store.read(path))
        except LabelerError as error:
            if error.exit_code == 3:
                raise  # a service out of reach: the next image would be, too
            self._report.add("unreadable", path)
            return None

    def _count(self) -> None:
        with self._database.read() as tx:
            for has_labels, labels, review in imports.staged(tx):
                self._matched += 1
                self._labeled += has_labels
                self._review += review
                counts = labels.class_counts()
                self._empty += not counts
                self._labels += sum(counts.values())
                self._classes.update(counts)

    # Taking it

    def _specification(self) -> tuple[ProjectSpec, tuple[str, ...]]:
        """The project's specification, with the classes that are added."""
        spec = self._found.spec
        unknown = tuple(name for name in self._classes if name not in spec.classes.names)
        if not unknown:
            return spec, ()
        if not self._choices.add:
            names = ", ".join(f"“{name[:40]}” ({self._classes[name]:,})" for name in unknown[:12])
            mend = "Add them (--add-classes), give them another name (--map OLD=NEW), or drop them (--drop NAME)."
            raise BadInput(f"{self._path.name} has classes that the project does not have: {names}.", mend)
        wider = msgspec.structs.replace(
            spec, classes=msgspec.structs.replace(spec.classes, names=(*spec.classes.names, *unknown))
        )
        if problems := wider.classes.problems():
            raise BadInput(f"{self._path.name}: {problems[0].message}", "Give it another name (--map OLD=NEW).")
        return wider, unknown

    def _check(self, spec: ProjectSpec) -> None:
        """Raises BadInput for labels that the project's rules forbid: none that fitting lets through."""
        with self._database.read() as tx:
            for _, labels, _ in imports.staged(tx):
                if problem := labels_problem(spec, labels):
                    raise BadInput(f"{self._path.name}: {problem}", "Nothing was imported.")


def _require_heeded(choices: ImportChoices, chosen_format: Format) -> None:
    """Raises BadInput for a choice that would change nothing, since the format says it itself or has no such thing."""
    heeded = chosen_format.options
    if not (unheeded := choices.reading.unheeded(heeded)):
        return
    title, names = chosen_format.title, " and ".join(map(_option, unheeded))
    rest = f"it heeds {', '.join(map(_option, heeded))}" if heeded else "it heeds none of these"
    raise BadInput(f"Reading {title} does not heed {names}.", f"Leave it out: {rest}.")


def _option(field: str) -> str:
    return "--column" if field == "columns" else f"--{field}"
