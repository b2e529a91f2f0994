"""Edits of classes that are under way: the list of classes has changed, and labels follow page by page.

Each page is a transaction of its own, in which labels and the numbers that count them change together. Whoever reads
labels that have not followed yet reads them with the names of now; whoever needs all in one state (an export) waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from tui_labeler.model.edits import recast
from tui_labeler.model.errors import Unreachable
from tui_labeler.model.regions import Labels
from tui_labeler.store import readable
from tui_labeler.store.database import Transaction

FOLLOWING, RETURNING = 1, 2
"""While labels follow an edit, and while they get back what they had before it."""
IS_FOLLOWING = f"EXISTS (SELECT 1 FROM edit e WHERE e.project_id = t.project_id AND e.running = {FOLLOWING})"
"""Of a task `t`: whether the names of classes in its labels may be those of before."""


class ClassesChanging(Unreachable):
    """Labels follow an edit of classes, or did while they were read; soon they do not."""

    def __init__(self, project: str) -> None:
        super().__init__(f"The label classes of “{project}” are changing.", "Try again when that is done.")


def running(tx: Transaction, project_id: int) -> tuple[int, ...]:
    """The numbers of the edits under way, those that have to end first coming first."""
    rows = tx.all("SELECT id FROM edit WHERE project_id = ? AND running <> 0 ORDER BY running DESC, id", project_id)
    return tuple(row[0] for row in rows)


def names(tx: Transaction, project_id: int) -> frozenset[str]:
    """All names of classes that labels may have, or get back, by the edits under way."""
    rows = tx.all("SELECT mapping FROM edit WHERE project_id = ? AND running <> 0", project_id)
    mappings = [readable.read(mapping, dict[str, str]) or {} for (mapping,) in rows]
    return frozenset(name for mapping in mappings for pair in mapping.items() for name in pair if name)


def end(tx: Transaction, edit_id: int) -> None:
    """All labels have followed."""
    tx.run("UPDATE edit SET running = 0 WHERE id = ?", edit_id)


def begin_return(tx: Transaction, edit_id: int) -> None:
    """From now on labels get back what they had before the edit."""
    tx.run("UPDATE edit SET running = ? WHERE id = ?", RETURNING, edit_id)


def add_changed(tx: Transaction, edit_id: int, images: int, labels: int) -> None:
    """So many more have followed."""
    tx.run("UPDATE edit SET images = images + ?, labels = labels + ? WHERE id = ?", images, labels, edit_id)


def following(tx: Transaction, project_id: int) -> dict[str, str]:
    """What names of classes in labels stand for ("": nothing) while labels follow."""
    rows = tx.all("SELECT mapping FROM edit WHERE project_id = ? AND running = ? ORDER BY id", project_id, FOLLOWING)
    names: dict[str, str] = {}
    for (mapping,) in rows:
        names |= readable.read(mapping, dict[str, str]) or {}
    return names


def translator(tx: Transaction, project_id: int) -> Callable[[Labels], Labels]:
    """What gives labels of the project the names of now."""
    names = following(tx, project_id)
    return (lambda labels: recast(labels, names)) if names else lambda labels: labels


def counted_as_now(counted: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    """Numbers by class under the names of now; those of classes that are gone are gone."""
    sums: Counter[str] = Counter()
    for name, n in counted.items():
        sums[names.get(name, name)] += n
    return {name: n for name, n in sums.items() if name}


def task_page(tx: Transaction, edit_id: int, part: str, after: int, count: int) -> list[int]:
    """The first tasks behind the id `after` of which an edit changed labels (`part` empty), or proposals (prelabel)."""
    where, of_part = ("edit_text WHERE part = ? AND", (part,)) if part else ("edit_task WHERE", ())
    rows = tx.all(
        f"SELECT task_id FROM {where} edit_id = ? AND task_id > ? ORDER BY task_id LIMIT {count}",
        *of_part,
        edit_id,
        after,
    )
    return [row[0] for row in rows]
