"""Which task a name in an import means: exactly, by its base name, or by names made alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import islice

import msgspec

from tui_labeler.model.names import marked_name
from tui_labeler.store.database import Transaction

MOST_CANDIDATES = 2000
"""No more tasks of one name are compared with an entry's path."""
_STEM = "/"
"""In front of a name without its suffix: no base name holds a slash."""
_NAMES, _LOOSE = TABLES = ("incoming_name", "incoming_loose")
"""Of one connection, and of one import."""


class Candidate(msgspec.Struct, frozen=True):
    """A task that a name may mean."""

    id: int
    path: str
    has_labels: bool


def tasks_of_paths(tx: Transaction, project_id: int, paths: Collection[str]) -> dict[str, Candidate]:
    """The tasks with exactly these paths, by path; their files have to exist."""
    if not paths:
        return {}
    rows = tx.all(
        "SELECT id, path, state <> 'incomplete' FROM task WHERE project_id = ? AND missing = 0 "
        f"AND path IN ({', '.join('?' * len(paths))})",
        project_id,
        *paths,
    )
    return {path: Candidate(task_id, path, bool(has)) for task_id, path, has in rows}


def index_names(tx: Transaction, project_id: int) -> None:
    """Makes a table of the base names, of those that exports give to images whose names occur twice, and of both without
    their suffix, to be asked with `tasks_of_names` and `tasks_of_stems`."""

    def keys(base: str) -> Iterator[str]:
        yield from (base, _STEM + base[: base.rfind(".")])

    _index(tx, project_id, _NAMES, keys)


def index_loose_names(
    tx: Transaction, project_id: int, folded: Callable[[str], str], cleaned: Callable[[str], str]
) -> None:
    """The same of names made alike, for `tasks_of_loose_name` and `tasks_of_loose_stem`."""

    def keys(base: str) -> Iterator[str]:
        for alike in (folded, cleaned):
            yield from (alike(base), _STEM + alike(base[: base.rfind(".")]))

    _index(tx, project_id, _LOOSE, keys)


def _index(tx: Transaction, project_id: int, table: str, keys: Callable[[str], Iterator[str]]) -> None:
    words = tx.dialect
    tx.run(
        f"CREATE {words.staging} TABLE {table} (name {words.text}, task_id BIGINT, PRIMARY KEY (name, task_id)) "
        f"{words.clustered}"
    )
    paths = tx.scan("SELECT id, path FROM task WHERE project_id = ? AND missing = 0", project_id)
    while part := list(islice(paths, 10_000)):
        rows = [
            (key, task_id)
            for task_id, path in part
            for base in (path[path.rfind("/") + 1 :], marked_name(path))
            for key in keys(base)
        ]
        tx.many(f"INSERT INTO {table} VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


def tasks_of_names(tx: Transaction, bases: Collection[str]) -> dict[str, list[Candidate]]:
    """The tasks with these base names, MOST_CANDIDATES at most of each."""
    return _candidates(tx, _NAMES, bases)


def tasks_of_stems(tx: Transaction, stems: Collection[str]) -> dict[str, list[Candidate]]:
    """The tasks with these base names, without their suffix."""
    tasks = _candidates(tx, _NAMES, [_STEM + stem for stem in stems])
    return {stem.removeprefix(_STEM): candidates for stem, candidates in tasks.items()}


def tasks_of_loose_name(tx: Transaction, key: str) -> list[Candidate]:
    """The tasks whose base name looks alike; `key` was made as those of the index were."""
    return _candidates(tx, _LOOSE, (key,)).get(key, []) if key else []


def tasks_of_loose_stem(tx: Transaction, key: str) -> list[Candidate]:
    """The same without the suffix."""
    return _candidates(tx, _LOOSE, (_STEM + key,)).get(_STEM + key, []) if key else []


def _candidates(tx: Transaction, table: str, keys: Collection[str]) -> dict[str, list[Candidate]]:
    if not keys:
        return {}
    rows = tx.all(
        "SELECT name, id, path, has FROM (SELECT n.name, t.id, t.path, t.state <> 'incomplete' AS has, "
        f"ROW_NUMBER() OVER (PARTITION BY n.name ORDER BY t.path) AS place FROM {table} n JOIN task t ON t.id = n.task_id "
        f"WHERE n.name IN ({', '.join('?' * len(keys))})) ranked WHERE place <= ? ORDER BY name, place",
        *keys,
        MOST_CANDIDATES,
    )
    tasks: dict[str, list[Candidate]] = {}
    for name, task_id, path, has in rows:
        tasks.setdefault(name, []).append(Candidate(task_id, path, bool(has)))
    return tasks
