"""Whether all that a workspace says of itself is true. Numbers that are not are counted anew when that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from tui_labeler.model.text import plural
from tui_labeler.store import blocks, copying, counters, damage, projects
from tui_labeler.store.blocks import BLOCK
from tui_labeler.store.database import Transaction
from tui_labeler.store.projects import ProjectRow

Tell = Callable[[int], None]
"""Called with the tasks looked at so far; it may raise Cancelled."""


class Fault(msgspec.Struct, frozen=True):
    """What is not as it has to be, in a person's words; `is_count` where a number is wrong that can be counted anew."""

    words: str
    is_count: bool = False


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
        "projects name another edit than their last edit of classes",
        "SELECT COUNT(*), MIN(p.id) FROM project p WHERE p.class_edit <> COALESCE((SELECT MAX(e.id) FROM edit e "
        "WHERE e.project_id = p.id AND e.mapping <> '{}' AND e.kind <> 'change class'), 0)",
    ),
    (
        "images are in a state of review that there is not",
        "SELECT COUNT(*), MIN(task_id) FROM review WHERE state NOT IN ('waiting', 'accepted', 'corrected', 'returned')",
    ),
    (
        "drafts are filed under another project than their task's",
        "SELECT COUNT(*), MIN(f.task_id) FROM draft f JOIN task t ON t.id = f.task_id WHERE f.project_id <> t.project_id",
    ),
)


def problems(tx: Transaction, tell: Tell) -> Iterator[Fault]:
    """Everything that is not as it has to be. Nothing is changed."""
    if tx.dialect.kind == "sqlite":
        for (line,) in tx.all("PRAGMA integrity_check(20)"):
            if line != "ok":
                yield Fault(f"The file is damaged: {line}.")
    yield from map(Fault, copying.orphans(tx))
    for words, sql in _IMPOSSIBLE:
        found = tx.one(sql)
        if found is not None and found[0]:
            yield Fault(f"{found[0]:,} {words} (the first has the id {found[1]}).")
    yield from map(Fault, _no_numbers(tx))
    for table, ahead in _ids_ahead(tx):
        yield Fault(
            f"{plural(ahead, 'row')} of {table} {_HAVE[ahead == 1]} an id that the server would give next.", True
        )
    yield from map(Fault, damage.unreadable(tx))
    seen = 0
    for project in projects.projects(tx):
        for words in (*_blocks(tx, project), *_numbers(tx, project, lambda n, before=seen: tell(before + n))):  # type: ignore[misc]
            yield Fault(words, is_count=True)
        seen += sum(counters.read(tx, project.id).get("state", {}).values())


_HAVE = ("have", "has")


def _ids_ahead(tx: Transaction) -> Iterator[tuple[str, int]]:
    """Tables with rows whose ids the server has not given out yet, and how many those are: it would give them out again."""
    if tx.dialect.kind != "postgres":
        return
    for table in copying.tables():
        if table.key == ("id",):
            given = f"(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {copying.sequence(tx, table.name)})"
            (ahead,) = tx.one(f"SELECT COUNT(*) FROM {table.name} WHERE id > {given} AND id < ?", copying.MOST_IDS) or (
                0,
            )
            if ahead:
                yield table.name, ahead


def give_later_ids(tx: Transaction) -> None:
    """From now on the server gives out ids behind all that there are."""
    for table, _ in _ids_ahead(tx):
        largest = f"(SELECT MAX(id) FROM {table} WHERE id < ?)"
        tx.one(f"SELECT setval(?, {largest})", copying.sequence(tx, table), copying.MOST_IDS)


def _no_numbers(tx: Transaction) -> Iterator[str]:
    """Rows with times or numbers that a labeler's SQL made none, before the server refused it."""
    for table in copying.tables():
        names = [table.columns[place] for place in table.reals]
        if not names:
            continue
        # NaN is more than any number on PostgreSQL; a file has none.
        none = " OR ".join(f"NOT ({name} BETWEEN -1e300 AND 1e300)" for name in names)
        row = tx.one(f"SELECT COUNT(*) FROM {table.name} WHERE {none}")
        if row is not None and row[0]:
            yield (
                f"A time or a number is none (NaN, infinity) in {plural(row[0], 'row')} of {table.name}: a backup and a "
                "move write 0 for it."
            )


def count_anew(tx: Transaction, project: ProjectRow, tell: Tell) -> None:
    """Writes what a count gives for every number of a project that `problems` looks at. Nobody else may write meanwhile."""
    counted = _counted(tx, project, tell)
    tables = ("tally", "tally_delta") if tx.dialect.many_writers else ("tally",)
    for kind in _kinds(project) - _OF_STATES:
        for table in tables:
            tx.run(f"DELETE FROM {table} WHERE project_id = ? AND kind = ?", project.id, kind)
    tx.many(
        "INSERT INTO tally (project_id, kind, key, n) VALUES (?, ?, ?, ?)",
        [(project.id, kind, key, n) for (kind, key), n in counted.items() if kind not in _OF_STATES],
    )
    counters.recount_states(tx, project.id)
    blocks.count_all(tx, project.id)


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


_OF_STATES = {"state", "missing"}


def _kinds(project: ProjectRow) -> set[str]:
    """Of the numbers that a count can give: where several label an image, whose they are is not told by what counts."""
    return _OF_STATES | {"class"} | ({"labeler"} if project.spec.workforce.is_plain else set())


def _counted(tx: Transaction, project: ProjectRow, tell: Tell) -> dict[tuple[str, str], int]:
    """The dashboard's numbers, by a count of what they count."""
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
    kinds = _kinds(project)
    return {where: n for where, n in recounted.items() if n and where[0] in kinds}


def _numbers(tx: Transaction, project: ProjectRow, tell: Tell) -> Iterator[str]:
    """The dashboard's numbers beside a count of what they count."""
    truth, kinds = _counted(tx, project, tell), _kinds(project)
    said = {
        (kind, key): n
        for kind, keys in counters.read(tx, project.id).items()
        if kind in kinds
        for key, n in keys.items()
    }
    for kind, key in sorted(said.keys() | truth.keys()):
        if said.get((kind, key), 0) != truth.get((kind, key), 0):
            yield (
                f"“{project.name}” says {said.get((kind, key), 0):,} for {kind} “{key}”; "
                f"a count gives {truth.get((kind, key), 0):,}."
            )
