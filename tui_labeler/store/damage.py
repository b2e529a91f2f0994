"""What stands in a workspace and cannot be read: named one by one, with the mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tui_labeler.model.labelrules import counting_problem
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.transfers import ExportRecipe
from tui_labeler.store import figures, projects, readable, running_edits
from tui_labeler.store.database import Transaction

_NAMED = 20
"""So many of a kind are named."""


class _Kind(NamedTuple):
    """Rows of one kind: `sql` gives (what is read, and values for `words`)."""

    sql: str
    is_readable: Callable[[Any], bool]
    words: str
    more: str


def _is_labels(text: object) -> bool:
    return readable.labels(text) is not None


def _fits(tx: Transaction, project: projects.ProjectRow) -> Callable[[object], bool]:
    kind, classes = project.spec.details.type, frozenset(project.spec.classes.names)
    # While labels follow an edit they may have the names of before.
    classes |= running_edits.names(tx, project.id)

    def fits(text: object) -> bool:
        labels = readable.labels(text)
        return labels is None or not counting_problem(kind, classes, labels)  # of what cannot be read it was said

    return fits


def _is(kind: Any) -> Callable[[object], bool]:
    return lambda text: readable.read(text, kind) is not None


_TASK = "JOIN task t ON t.id = x.task_id JOIN project p ON p.id = t.project_id"
_COUNTING = "FROM task t JOIN submission b ON b.id = t.label_id JOIN project p ON p.id = t.project_id"
_ANEW = "and no export has them. Label it anew (F8 while labeling), or delete them (b in Data)."
_KINDS = (
    _Kind(
        f"SELECT b.labels, t.path, p.name, b.labeler {_COUNTING} WHERE b.labels IS NOT NULL ORDER BY t.id",
        _is_labels,
        f"The labels of “{{}}” in “{{}}”, by {{}}, cannot be read, {_ANEW}",
        "labels of images cannot be read",
    ),
    _Kind(
        "SELECT b.labels, t.path, p.name, x.labeler FROM answer x JOIN submission b ON b.id = x.submission_id "
        f"{_TASK} WHERE b.labels IS NOT NULL AND (t.label_id IS NULL OR t.label_id <> b.id) ORDER BY x.task_id",
        _is_labels,
        "The answer for “{0}” in “{1}” by {2} cannot be read, and counts as a skip. Have {2} label it anew (F8).",
        "answers cannot be read",
    ),
    _Kind(
        f"SELECT x.labels, t.path, p.name FROM gold x {_TASK} ORDER BY x.task_id",
        _is_labels,
        "The known labels of “{0}” in “{1}” cannot be read, and nobody is held against them. Withdraw them: "
        "tui-labeler quality gold {1} {0} --withdraw.",
        "known labels cannot be read",
    ),
    _Kind(
        f"SELECT x.labels, t.path, p.name FROM prelabel x {_TASK} WHERE x.is_open = 1 ORDER BY x.task_id",
        _is_labels,
        "What is proposed for “{}” in “{}” cannot be read, and is not shown. It is gone once the image is labeled.",
        "proposals cannot be read",
    ),
    _Kind(
        f"SELECT x.body, t.path, p.name, x.labeler FROM draft x {_TASK} ORDER BY x.task_id",
        _is(dict[str, Any]),
        "What {2} has drawn on “{0}” in “{1}” cannot be read. The image begins anew when {2} opens it.",
        "drafts cannot be read",
    ),
    _Kind(
        "SELECT e.result, e.name FROM export e ORDER BY e.id",
        _is(ExportResult),
        "What the export “{}” is cannot be read, and it is not listed. Its files are not touched; export again.",
        "exports cannot be read",
    ),
    _Kind(
        "SELECT c.recipe, e.name FROM export_recipe c JOIN export e ON e.id = c.export_id ORDER BY e.id",
        _is(ExportRecipe),
        "How the export “{}” was made cannot be read: it cannot be written once more. Export again.",
        "recipes of exports cannot be read",
    ),
    _Kind(
        "SELECT e.mapping, e.id, p.name FROM edit e JOIN project p ON p.id = e.project_id ORDER BY e.id",
        _is(dict[str, str]),
        "What the edit {} of “{}” changed cannot be read: it cannot be taken back.",
        "edits cannot be read",
    ),
    _Kind(
        "SELECT f.key, p.name FROM figure f JOIN project p ON p.id = f.project_id ORDER BY f.project_id, f.key",
        figures.is_readable,
        "A sum in the figures of quality of “{}” cannot be read, and is left out.",
        "sums in figures of quality cannot be read",
    ),
)


def _of_projects(tx: Transaction) -> Iterator[_Kind]:
    for project in projects.projects(tx):
        yield _Kind(
            f"SELECT b.labels, t.path, p.name, b.labeler {_COUNTING} WHERE b.labels IS NOT NULL "
            f"AND p.id = {project.id:d} ORDER BY t.id",
            _fits(tx, project),
            f"The labels of “{{}}” in “{{}}”, by {{}}, are none that the project takes, {_ANEW}",
            f"labels of images in “{project.name}” are none that the project takes",
        )


def unreadable(tx: Transaction) -> Iterator[str]:
    """A sentence for each; of many of a kind the first are named, and the others counted."""
    for name in projects.unreadable(tx):
        yield (
            f"What the project “{name}” is like cannot be read, and it cannot be opened. Take the workspace from a backup; "
            "its labels are not touched by it."
        )
    for kind in (*_KINDS, *_of_projects(tx)):
        found = 0
        for text, *values in tx.scan(kind.sql):
            if kind.is_readable(text):
                continue
            found += 1
            if found <= _NAMED:
                yield kind.words.format(*values)
        if found > _NAMED:
            yield f"{found - _NAMED:,} more {kind.more}."
