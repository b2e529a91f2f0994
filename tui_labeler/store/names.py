"""Parts of names: which few tasks can have one in theirs is found without a look at all the others.

Tasks are only ever added, and their names stay. For every three letters it is kept in which blocks of ids they occur, so a
name costs its new letters once per block, and claiming and submitting nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import groupby, pairwise
from operator import and_, itemgetter

from tui_labeler.store import blocks as blocks_of_ids
from tui_labeler.store import lettercase
from tui_labeler.store.database import Transaction

BLOCK = 256
_SPAN = 4096  # blocks
_SLICE = 500  # parts that are asked for at once
_LONGEST = 24  # parts of a long name that are looked at
# What may be in more blocks than this is nearly everywhere: all tasks are looked through in their order.
_MOST_BLOCKS = 400
# So many ranges of ids are looked through at most; the nearest ones become one.
_MOST_RANGES = 60

Range = tuple[int, int]
"""The first and the last id."""


def parts(text: str) -> set[str]:
    """Every three letters that follow each other in it."""
    return set(map("".join, zip(text, text[1:], text[2:], strict=False)))


def _parts_of_all(paths: Sequence[str]) -> set[str]:
    """What all of them begin with is looked at once. Parts of two paths hold a line break."""
    first, last = min(paths), max(paths)
    differs = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    shared = max(0, differs - 2)
    return parts("\n".join((paths[0], *[path[shared:] for path in paths])))


def add(tx: Transaction, project_id: int) -> None:
    """Brings the names of the project's tasks in that are not there yet."""
    # The plus: else a database may read the index of paths, and sort.
    rows = tx.scan(
        f"SELECT id / {BLOCK}, id, path FROM task WHERE project_id = ? AND id > ? ORDER BY id",
        project_id,
        _upto(tx, project_id),
    )
    found: dict[str, bytearray] = defaultdict(lambda: bytearray(_SPAN // 8))
    span, last = 0, 0
    for block, group in groupby(rows, itemgetter(0)):
        if block // _SPAN != span:
            _write(tx, project_id, span, found)
            span = block // _SPAN
            found.clear()
        tasks = list(group)
        last = int(tasks[-1][1])
        byte, bit = divmod(block % _SPAN, 8)
        for part in _parts_of_all([path for _, _, path in tasks]):
            found[part][byte] |= 1 << bit
    if not last:
        return
    _write(tx, project_id, span, found)
    tx.run(
        "INSERT INTO name_indexed (project_id, upto) VALUES (?, ?) "
        "ON CONFLICT (project_id) DO UPDATE SET upto = excluded.upto",
        project_id,
        last,
    )


def add_all(tx: Transaction) -> None:
    """Of every project."""
    for project_id in [row[0] for row in tx.all("SELECT id FROM project ORDER BY id")]:
        add(tx, project_id)


def _upto(tx: Transaction, project_id: int) -> int:
    row = tx.one("SELECT upto FROM name_indexed WHERE project_id = ?", project_id)
    return int(row[0]) if row else 0


def _write(tx: Transaction, project_id: int, span: int, found: dict[str, bytearray]) -> None:
    """Adds the blocks to those that are known of the span."""
    names = sorted(part for part in found if "\n" not in part)
    for at in range(0, len(names), _SLICE):
        some = names[at : at + _SLICE]
        marks = ", ".join("?" * len(some))
        where = f"project_id = ? AND span = ? AND part IN ({marks})"
        known: dict[str, str] = dict(
            tx.all(f"SELECT part, blocks FROM name_part WHERE {where}", project_id, span, *some)
        )
        tx.run(f"DELETE FROM name_part WHERE {where}", project_id, span, *some)
        tx.many(
            "INSERT INTO name_part (project_id, part, span, blocks) VALUES (?, ?, ?, ?)",
            [
                (project_id, part, span, f"{int.from_bytes(found[part], 'little') | int(known.get(part, '0'), 16):x}")
                for part in some
            ],
        )


def _wanted(name: str) -> dict[str, str]:
    """Parts as they may stand in names, in whatever case, with the part of the name in small letters that each is."""
    wanted = sorted(part for part in parts(lettercase.folded(name)) if "\n" not in part)[:_LONGEST]
    return {spelled: part for part in wanted for spelled in lettercase.spellings(part)}


def _blocks_of_all(wanted: dict[str, str], rows: Iterable[tuple[str, str]]) -> int:
    """The blocks that have every part of the name in one case or another, as a number whose bits they are."""
    found: dict[str, int] = defaultdict(int)
    for spelled, blocks in rows:
        found[wanted[spelled]] |= int(blocks, 16)
    return reduce(and_, found.values()) if len(found) == len(set(wanted.values())) else 0


def is_indexed(name: str) -> bool:
    """Whether it is long enough for its parts to say where it may be."""
    return bool(_wanted(name))


def first_later_block(tx: Transaction, project_id: int) -> int:
    """The block with the first id whose task's name may not be in the index."""
    return (_upto(tx, project_id) + 1) // BLOCK


def blocks_that_may_have(tx: Transaction, project_id: int, name: str, first: int) -> Iterator[int]:
    """The blocks of ids, from `first` on, whose tasks may have `name` in theirs, as far as they are in the index; one span
    is read after the other."""
    wanted = _wanted(name)
    marks = ", ".join("?" * len(wanted))
    one_part = lettercase.spellings(next(iter(wanted.values())))
    span = _next_span(tx, project_id, one_part, first // _SPAN)
    while span is not None:
        rows = tx.all(
            f"SELECT part, blocks FROM name_part WHERE project_id = ? AND span = ? AND part IN ({marks})",
            project_id,
            span,
            *wanted,
        )
        passed = max(first - span * _SPAN, 0)
        common = _blocks_of_all(wanted, rows) >> passed
        yield from (span * _SPAN + passed + bit for bit in _bits(common))
        span = _next_span(tx, project_id, one_part, span + 1)


def _next_span(tx: Transaction, project_id: int, part: Sequence[str], span: int) -> int | None:
    """`part`: in every case."""
    marks = ", ".join("?" * len(part))
    where = f"project_id = ? AND part IN ({marks}) AND span >= ?"
    row = tx.one(f"SELECT MIN(span) FROM name_part WHERE {where}", project_id, *part, span)
    return row[0] if row else None


def ranges(tx: Transaction, project_id: int, name: str) -> list[Range] | None:
    """The ids of the tasks that may have `name` in theirs; None where it may be anywhere."""
    wanted = _wanted(name)
    if not wanted:
        return None
    upto = _upto(tx, project_id)
    marks = ", ".join("?" * len(wanted))
    rows = tx.all(
        f"SELECT span, part, blocks FROM name_part WHERE project_id = ? AND part IN ({marks})", project_id, *wanted
    )
    blocks: list[int] = []
    by_span: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for span, part, text in rows:
        by_span[int(span)].append((part, text))
    for span, spelled in sorted(by_span.items()):
        blocks += [span * _SPAN + bit for bit in _bits(_blocks_of_all(wanted, spelled))]
    if len(blocks) > _MOST_BLOCKS:
        return None
    newest = tx.one("SELECT MAX(block) FROM task_block WHERE project_id = ?", project_id)
    last = (int(newest[0]) + 1) * blocks_of_ids.BLOCK - 1 if newest and newest[0] is not None else 0
    if last - upto > _MOST_BLOCKS * BLOCK:
        return None
    later = [(upto + 1, last)] if last > upto else []
    return _joined([(block * BLOCK, block * BLOCK + BLOCK - 1) for block in blocks] + later)


def _bits(mask: int) -> Iterator[int]:
    text = f"{mask:b}"[::-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


def _joined(found: list[Range]) -> list[Range]:
    """Ranges that follow each other are one, and those with the least between them where there are too many."""
    gaps = sorted((after[0] - before[1] for before, after in pairwise(found)), reverse=True)
    widest = max(1, gaps[_MOST_RANGES - 1] if len(gaps) >= _MOST_RANGES else 1)
    joined: list[Range] = []
    for first, last in found:
        if joined and first - joined[-1][1] <= widest:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def condition(tx: Transaction, project_id: int, name: str) -> tuple[str, list[object], bool]:
    """What holds for the tasks `t` that have `name` in theirs, its values, and whether it gives their ids."""
    found = ranges(tx, project_id, name)
    if found is None:
        return *lettercase.has(tx, "t.path", name), False
    if not found:
        return "1 = 0", [], False
    # The plus: else a database may look through the whole project, whose index it has.
    has_it, of_name = lettercase.has(tx, "n.path", name)
    arm = f"SELECT n.id FROM task n WHERE n.id BETWEEN ? AND ? AND +n.project_id = ? AND {has_it}"
    values: list[object] = []
    for first, last in found:
        values += [first, last, project_id, *of_name]
    return f"t.id IN ({' UNION ALL '.join([arm] * len(found))})", values, True
