"""Which task an entry of a file means: by its path in the datastore, else by a base name that only one task has."""

from __future__ import annotations

import msgspec

from tui_labeler.formats.records import ReadImage
from tui_labeler.model.errors import BadInput
from tui_labeler.model.regions import Labels
from tui_labeler.store import imports
from tui_labeler.store.database import Transaction

_EXAMPLES = 1000


class Match(msgspec.Struct, frozen=True):
    """A task that an entry means; `is_exact` says that it named the path."""

    task_id: int
    path: str
    has_labels: bool
    is_exact: bool


class Matcher:
    """Finds tasks, and counts what has none. An entry that could mean two tasks, and a task that two entries could mean,
    are left alone; two entries that name the same image are an error."""

    def __init__(self, project_id: int, root: str) -> None:
        """`root`: the datastore's own path, which absolute paths and URLs begin with."""
        self._project_id = project_id
        self._root = root.strip("/") + "/"
        self._indexed = False
        self.unmatched = self.ambiguous = 0
        self.unmatched_names: list[str] = []
        self.ambiguous_names: list[str] = []

    def find(self, tx: Transaction, image: ReadImage) -> Match | None:
        """None, counted, for an entry without a task, or with more than one."""
        names = [name.removeprefix(self._root) for name in image.names]
        for name in names:
            if found := imports.task_of_path(tx, self._project_id, name):
                return Match(*found, is_exact=True)
        if not self._indexed:
            imports.index_names(tx, self._project_id)
            self._indexed = True
        bases = [(name[name.rfind("/") + 1 :], False) for name in names]
        bases += [(image.stem[image.stem.rfind("/") + 1 :], True)] if image.stem and not names else []
        for base, is_stem in bases:
            tasks = imports.tasks_of_name(tx, base, is_stem)
            if len(tasks) > 1:
                self._contend(image.name)
                return None
            if tasks:
                return Match(*tasks[0], is_exact=False)
        self.unmatched += 1
        if len(self.unmatched_names) < _EXAMPLES:
            self.unmatched_names.append(image.name)
        return None

    def stage(self, tx: Transaction, image: ReadImage, match: Match, labels: Labels) -> None:
        """Keeps the labels for the task, unless another entry has it. Raises BadInput for an image that is there twice."""
        claim = imports.Claim(image.name, str(image.place), match.is_exact)
        other = imports.claim_on(tx, match.task_id)
        if other is None:
            imports.stage(tx, match.task_id, claim, match.has_labels, labels)
        elif other.name == claim.name or (other.is_exact and claim.is_exact):
            mend = "Bring its labels together in one entry; nothing was imported."
            raise BadInput(f"{claim.place}: the image “{match.path}” stands there already ({other.place}).", mend)
        elif claim.is_exact:
            self._contend(other.name)
            imports.stage(tx, match.task_id, claim, match.has_labels, labels)
        elif other.is_exact:
            self._contend(claim.name)
        else:
            self._contend(claim.name)
            if other.name:
                self._contend(other.name)
            imports.stage(tx, match.task_id, imports.Claim("", claim.place, False), match.has_labels, None)

    def _contend(self, name: str) -> None:
        self.ambiguous += 1
        if len(self.ambiguous_names) < _EXAMPLES:
            self.ambiguous_names.append(name)
