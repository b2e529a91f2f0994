"""Whether all that a workspace says of itself is true. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui_labeler.store import blocks, counters, projects
from tui_labeler.store.blocks import BLOCK
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow

Tell = Callable[[int], None]
"""Called with the tasks looked at so far; it may raise Cancelled."""

# Each finds rows that cannot be: what is said of them, and a query for how many there are and the id of one.
_IMPOSSIBLE = (
    (
        "tasks count labels that are another task's, or gone",
        "SELECT COUNT(*), MIN(t.id) FROM task t LEFT JOIN submission b ON b.id = t.label_id "
        "WHERE t.label_id IS NOT NULL AND (b.id IS NULL OR b.task_id <> t.id)",
    ),
    (
        "tasks are completed or skipped without a submission",
        "SELECT COUNT(*), MIN(id) FROM task WHERE state IN ('completed', 'skipped') AND label_id IS NULL",
    ),
    (
        "tasks are in a state that there is not",
        "SELECT COUNT(*), MIN(id) FROM task WHERE state NOT IN ('incomplete', 'completed', 'skipped', 'needs_review')",
    ),
    (
        "tasks are marked as prelabeled without a proposal",
        "SELECT COUNT(*), MIN(t.id) FROM task t LEFT JOIN prelabel p ON p.task_id = t.id "
        "WHERE t.prelabeled = 1 AND p.task_id IS NULL",
    ),
    (
        "tasks have a lease without an end",
        "SELECT COUNT(*), MIN(id) FROM task WHERE lease_token IS NOT NULL "
        "AND (lease_until IS NULL OR lease_labeler IS NULL)",
    ),
    (
        "submissions have the name of another one",
        "SELECT COUNT(*), MIN(id) FROM (SELECT sent_as, MIN(id) AS id FROM submission WHERE sent_as IS NOT NULL "
        "GROUP BY sent_as HAVING COUNT(*) > 1) doubled",
    ),
    (
        "drafts are filed under another project than their task's",
        "SELECT COUNT(*), MIN(f.task_id) FROM draft f JOIN task t ON t.id = f.task_id WHERE f.project_id <> t.project_id",
    ),
)


def problems(tx: Transaction, tell: Tell) -> Iterator[str]:
    """Everything that is not as it has to be, in a person's words."""
    if tx.dialect.kind == "sqlite":
        for (line,) in tx.all("PRAGMA integrity_check(20)"):
            if line != "ok":
                yield f"The file is damaged: {line}."
        for table, row, parent, _ in tx.all("PRAGMA foreign_key_check"):
            yield f"Row {row} of {table} belongs to a row of {parent} that is gone."
    for words, sql in _IMPOSSIBLE:
        row = tx.one(sql)
        if row is not None and row[0]:
            yield f"{row[0]:,} {words} (the first has the id {row[1]})."
    seen = 0
    for project in projects.projects(tx):
        yield from _blocks(tx, project)
        yield from _numbers(tx, project, lambda n, before=seen: tell(before + n))  # type: ignore[misc]
        seen += sum(counters.read(tx, project.id).get("state", {}).values())


def _blocks(tx: Transaction, project: ProjectRow) -> Iterator[str]:
    said: dict[int, int] = dict(tx.all("SELECT block, n FROM task_block WHERE project_id = ?", project.id))
    counted: dict[int, int] = dict(
        tx.all(f"SELECT id / {BLOCK}, COUNT(*) FROM task WHERE project_id = ? GROUP BY id / {BLOCK}", project.id)
    )
    if said != counted:
        wrong, right = sum(said.values()), sum(counted.values())
        yield f"The list of tasks of “{project.name}” is counted wrongly: {wrong}, not {right}."
    for state in blocks.wrong_states(tx, project.id):
        yield f"The list of tasks of “{project.name}” is counted wrongly for the state “{state}”."


def _numbers(tx: Transaction, project: ProjectRow, tell: Tell) -> Iterator[str]:
    """The dashboard's numbers beside a count of what they count."""
    recounted: dict[tuple[str, str], int] = {}
    rows = tx.all("SELECT state, missing, COUNT(*) FROM task WHERE project_id = ? GROUP BY state, missing", project.id)
    for state, missing, n in rows:
        where = ("missing", "missing") if missing else ("state", state)
        recounted[where] = recounted.get(where, 0) + n
    labels = tx.scan(
        "SELECT b.labels, b.labeler FROM task t JOIN submission b ON b.id = t.label_id "
        "WHERE t.project_id = ? AND t.state = 'completed' AND t.missing = 0",
        project.id,
    )
    for number, (text, labeler) in enumerate(labels, 1):
        for kind, key, n in counters.of_labels(text, labeler, 1):
            recounted[kind, key] = recounted.get((kind, key), 0) + n
        if number % 1000 == 0:
            tell(number)
    kinds = {"state", "missing", "class"} | ({"labeler"} if project.spec.workforce.is_plain else set())
    said = {
        (kind, key): n
        for kind, keys in counters.read(tx, project.id).items()
        if kind in kinds
        for key, n in keys.items()
    }
    truth = {where: n for where, n in recounted.items() if n and where[0] in kinds}
    for kind, key in sorted(said.keys() | truth.keys()):
        if said.get((kind, key), 0) != truth.get((kind, key), 0):
            yield (
                f"“{project.name}” says {said.get((kind, key), 0):,} for {kind} “{key}”; "
                f"a count gives {truth.get((kind, key), 0):,}."
            )
