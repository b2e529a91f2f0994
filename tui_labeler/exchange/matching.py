"""Which task an entry of a file means, in steps; each counts only where it leaves one task.

    path          the entry names the task's path in the datastore
    own name      the label file itself is called like the image (`a.xml`, `a.jpg`)
    end of path   the longest common end of both paths
    name          a base name that only one image has, or only one in the folder of the label file
    letter case   the same, without looking at case and at how accents are composed (NFC, NFD)
    prefix        without what a tool puts in front of names (Label Studio's eight characters)
    cleaned name  the image's name, cleaned as such tools do it

Two more steps are doubtful, and taken only when a person asks for them: names without Roboflow's hash (the copy may be
flipped or cut), and names that differ in their suffix.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

import msgspec

from tui_labeler.exchange.normalize import Normalized
from tui_labeler.formats.records import ReadImage
from tui_labeler.model.errors import BadInput
from tui_labeler.model.left_out import Report
from tui_labeler.store import imported_names
from tui_labeler.store.database import Transaction
from tui_labeler.store.staged_labels import Claim, StagedLabels

_EXAMPLES = 1000
_UPLOADED = re.compile(r"[0-9a-f]{8}(?:-|__)(.+)", re.S)
_ROBOFLOW = re.compile(r"(.+?)(?:_(jpe?g|png|bmp|webp|tiff?|gif))?\.rf\.[0-9A-Za-z]{20,40}(\.\w+)?", re.S)
_UNCLEAN = re.compile(r"[^-\w.]")
_RUN = re.compile(r"[-_]+")


class Match(msgspec.Struct, frozen=True):
    """A task that an entry means, the step that said so, and how strong a claim that is: of two entries for one task the
    stronger gets it."""

    task_id: int
    path: str
    has_labels: bool
    step: str
    strength: int


_EXACT = 1000


class Matcher:
    """Finds tasks, and counts what has none. An entry that could mean two tasks, and a task for which two entries say
    different things, are left alone."""

    def __init__(
        self, project_id: int, root: str, report: Report, doubtful: bool = False, strict: bool = False
    ) -> None:
        """`root`: the datastore's own path, which absolute paths and URLs begin with. `doubtful`: take those steps.
        `strict`: two entries for one image are an error."""
        self._project_id, self._report, self._take_doubtful = project_id, report, doubtful
        self._root = root.strip("/") + "/"
        self._strict = strict
        self._indexed = self._loosely_indexed = False
        self._by_path: dict[str, imported_names.Candidate] = {}
        self._by_name: dict[str, list[imported_names.Candidate]] = {}
        self._by_stem: dict[str, list[imported_names.Candidate]] = {}
        self.unmatched = self.ambiguous = self.doubtful = 0
        self.steps: Counter[str] = Counter()
        self.unmatched_names: list[str] = []
        self.ambiguous_names: list[str] = []
        self.doubtful_names: list[str] = []

    def find_all(self, tx: Transaction, images: Sequence[ReadImage]) -> Iterator[tuple[ReadImage, Match]]:
        """The entries that mean one task; the others are counted. What most entries are found by is asked once for all."""
        names = [name for image in images for name in self._names(image)]
        self._by_path = imported_names.tasks_of_paths(tx, self._project_id, set(names))
        others = [image for image in images if image.stem or self._exact(self._names(image)) is None]
        if others:
            self._ask_names(tx, others)
        for image in images:
            if (match := self._find(tx, image)) is not None:
                yield image, match

    def _ask_names(self, tx: Transaction, images: Sequence[ReadImage]) -> None:
        if not self._indexed:
            imported_names.index_names(tx, self._project_id)
            self._indexed = True
        bases = {_base(name) for image in images for name in self._names(image)}
        stems = {base for base in bases if "." not in base[-5:]} | {_base(image.stem) for image in images if image.stem}
        self._by_name = imported_names.tasks_of_names(tx, bases)
        self._by_stem = imported_names.tasks_of_stems(tx, stems)

    def _names(self, image: ReadImage) -> tuple[str, ...]:
        return tuple(name.removeprefix(self._root) for name in image.names)

    def _find(self, tx: Transaction, image: ReadImage) -> Match | None:
        """None, counted, for an entry without a task, or with more than one."""
        names = self._names(image)
        if not image.stem and (exact := self._exact(names)):
            return self._counted(exact)
        for step, candidates, wanted in self._sure_steps(tx, names, image.stem):
            nearest = _nearest(candidates, wanted)
            if image.folder:
                nearest = _nearest(nearest, tuple(f"{image.folder}/{path}" for path in wanted))
            if len(nearest) == 1:
                step = "path" if step == "name" and nearest[0].path == wanted[0] else step
                return self._counted(_match(nearest[0], step, wanted))
            if nearest:
                self._contended(image.name)
                return None
        for step, candidates in self._doubtful_steps(tx, names, image.stem):
            if len(candidates) == 1:
                if self._take_doubtful:
                    return self._counted(_match(candidates[0], step, ()))
                self._doubted(f"{image.name} → {candidates[0].path} ({step})")
                return None
        self.unmatched += 1
        if len(self.unmatched_names) < _EXAMPLES:
            self.unmatched_names.append(image.name)
        return None

    def _exact(self, names: Iterable[str]) -> Match | None:
        for name in names:
            if task := self._by_path.get(name):
                return Match(task.id, task.path, task.has_labels, "path", _EXACT)
        return None

    def _sure_steps(
        self, tx: Transaction, names: tuple[str, ...], stem: str
    ) -> Iterator[tuple[str, list[imported_names.Candidate], tuple[str, ...]]]:
        """(step, tasks, the paths that decide between these) in order; the tasks of a step are asked for one by one."""
        if stem:
            yield "own name", self._by_stem.get(_base(stem), []), (stem, *names)
            if (exact := self._exact(names)) is not None:
                yield "path", [imported_names.Candidate(exact.task_id, exact.path, exact.has_labels)], (exact.path,)
        for name in names:
            yield "name", self._by_name.get(_base(name), []), (name,)
        # ImageNet's VOC and others leave the suffix away.
        for name in names:
            if "." not in _base(name)[-5:]:
                yield "name", self._by_stem.get(_base(name), []), (name,)
        if not self._loosely_indexed:
            imported_names.index_loose_names(tx, self._project_id, folded, cleaned)
            self._loosely_indexed = True
        yield from self._loose_steps(tx, names, stem, "letter case")
        bare = tuple(inner for name in names for inner in _without_prefix(name))
        bare_stem = next(_without_prefix(stem), "")
        if bare_stem:
            stems = imported_names.tasks_of_stems(tx, (_base(bare_stem),))
            yield "prefix", stems.get(_base(bare_stem), []), (bare_stem, *bare)
        for name in bare:
            yield "prefix", imported_names.tasks_of_names(tx, (_base(name),)).get(_base(name), []), (name,)
        yield from self._loose_steps(tx, bare, bare_stem, "prefix")
        for name in (*bare, *names):
            yield "cleaned name", imported_names.tasks_of_loose_name(tx, cleaned(_base(name))), (name,)
        for known_stem in filter(None, (bare_stem, stem)):
            yield "cleaned name", imported_names.tasks_of_loose_stem(tx, cleaned(_base(known_stem))), (known_stem,)

    def _loose_steps(
        self, tx: Transaction, names: tuple[str, ...], stem: str, step: str
    ) -> Iterator[tuple[str, list[imported_names.Candidate], tuple[str, ...]]]:
        if stem:
            yield step, imported_names.tasks_of_loose_stem(tx, folded(_base(stem))), (stem, *names)
        for name in names:
            yield step, imported_names.tasks_of_loose_name(tx, folded(_base(name))), (name,)

    def _doubtful_steps(
        self, tx: Transaction, names: tuple[str, ...], stem: str
    ) -> Iterator[tuple[str, list[imported_names.Candidate]]]:
        for name in (*names, *filter(None, (stem,))):
            if whole := _ROBOFLOW.fullmatch(_base(name)):
                yield "Roboflow's hash", imported_names.tasks_of_loose_stem(tx, cleaned(whole[1]))
        for name in names:
            base = _base(name)
            if "." in base:
                yield "other suffix", imported_names.tasks_of_loose_stem(tx, folded(base[: base.rfind(".")]))

    def stage(self, staged: StagedLabels, image: ReadImage, match: Match, fitted: Normalized) -> None:
        """Keeps the labels for the task, unless another entry has a stronger claim. Entries that say the same are one;
        where they differ, none is taken, and the image counted."""
        claim = Claim(image.name, str(image.place), match.strength)
        rival = staged.claim_on(match.task_id)
        if rival is None:
            staged.stage(match.task_id, claim, match.has_labels, fitted.labels, fitted.review)
        elif claim.strength > rival.strength:
            self._contended(rival.name)
            staged.stage(match.task_id, claim, match.has_labels, fitted.labels, fitted.review)
        elif claim.strength < rival.strength:
            self._contended(claim.name)
        elif not staged.is_staged(match.task_id, fitted.labels):
            if self._strict:
                what = f"{claim.place}: the image “{match.path}” stands there already ({rival.place})."
                raise BadInput(what, "Bring its labels together in one entry; nothing was imported.")
            if rival.name:  # the first two of them; a third is of the same image
                self._report.add("several_entries", f"“{match.path}”: {rival.place} and {claim.place}")
            contended = Claim("", claim.place, claim.strength)
            staged.stage(match.task_id, contended, match.has_labels, None, ())

    # Counting

    def _counted(self, match: Match) -> Match:
        self.steps[match.step] += 1
        return match

    def _contended(self, name: str) -> None:
        self.ambiguous += 1
        if len(self.ambiguous_names) < _EXAMPLES:
            self.ambiguous_names.append(name)

    def _doubted(self, what: str) -> None:
        self.doubtful += 1
        if len(self.doubtful_names) < _EXAMPLES:
            self.doubtful_names.append(what)


def folded(name: str) -> str:
    """A name without its case, and with its accents composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def cleaned(name: str) -> str:
    """A name as upload forms leave it: blanks become underscores, and what is no letter or digit goes."""
    return _RUN.sub("_", folded(_UNCLEAN.sub("", name.strip().replace(" ", "_")))).strip("_")


def _base(name: str) -> str:
    return name[name.rfind("/") + 1 :]


def _without_prefix(name: str) -> Iterator[str]:
    """The name without Label Studio's prefix, if it has one; behind two underscores follows a whole path, encoded."""
    whole = _UPLOADED.fullmatch(_base(name)) if name else None
    if whole:
        yield unquote(whole[1]).replace("\\", "/")


def _nearest(candidates: list[imported_names.Candidate], wanted: tuple[str, ...]) -> list[imported_names.Candidate]:
    """Those with the longest common end with any of the wanted paths: folders, then a base name with its suffix."""
    if len(candidates) < 2:
        return candidates
    common = [max(_common_end(candidate.path, path) for path in wanted) for candidate in candidates]
    best = max(common)
    return [candidate for candidate, length in zip(candidates, common, strict=True) if length == best]


def _common_end(path: str, other_path: str) -> int:
    """How many folders both have at their ends, twice, and one more for the same base name."""
    parts, other_parts = path.split("/"), other_path.split("/")
    count = 0
    for folder, other_folder in zip(reversed(parts[:-1]), reversed(other_parts[:-1]), strict=False):
        if folder != other_folder:
            break
        count += 1
    return 2 * count + (parts[-1] == other_parts[-1])


def _match(task: imported_names.Candidate, step: str, wanted: tuple[str, ...]) -> Match:
    common = max((_common_end(task.path, path) for path in wanted), default=0)
    if step == "path":
        return Match(task.id, task.path, task.has_labels, step, _EXACT)
    if step == "name" and common > 1:
        step = "end of path"
    strength = 500 if step == "own name" else 100 if step in ("name", "end of path") else 0
    return Match(task.id, task.path, task.has_labels, step, strength + min(common, 90))
