"""The sums that figures of quality are made from, and how far labelers agree on each image."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from tui_labeler.store import readable
from tui_labeler.store.database import Transaction

Key = tuple[str, ...]

# How many texts a key of each kind has; but for "fleiss".
_LENGTHS = {
    "compared": 1,
    "answers": 2,
    "review": 2,
    "work": 3,
    "first": 3,
    "alpha": 3,
    "alpha_all": 3,
    "pair": 4,
    "fit": 4,
    "values": 5,
    "against": 5,
}

_ADD = (
    "INSERT INTO figure (project_id, key, n) VALUES (?, ?, ?) "
    "ON CONFLICT (project_id, key) DO UPDATE SET n = figure.n + excluded.n"
)


def add(tx: Transaction, project_id: int, changes: Mapping[Key, int]) -> None:
    """Adds each number; it may be negative. Always in the same order, so that two writers never wait for each other."""
    rows = sorted((msgspec.json.encode(key).decode(), n) for key, n in changes.items() if n)
    tx.many(_ADD, [(project_id, key, n) for key, n in rows])


def read(tx: Transaction, project_id: int) -> Counter[Key]:
    """Every sum of the project that is not zero, and that says of what it is."""
    rows = tx.all("SELECT key, n FROM figure WHERE project_id = ? AND n <> 0", project_id)
    return Counter({key: n for text, n in rows if (key := _key(text)) is not None})


def is_readable(text: object) -> bool:
    """Whether this is the key of a sum."""
    return _key(text) is not None


def _key(text: object) -> Key | None:
    key = readable.read(text, Key)
    return key if key and _is_known(key) else None


def _is_known(key: Key) -> bool:
    kind, length = key[0], len(key)
    if kind == "fleiss":
        return length == (4 if key[2:3] == ("=",) else 3) and key[1].isdecimal()
    return length == _LENGTHS.get(kind) and (kind not in ("alpha", "alpha_all") or key[1] in ("n", "d"))


def some(tx: Transaction, project_id: int, keys: Sequence[Key]) -> Counter[Key]:
    """These sums alone."""
    by_text = {msgspec.json.encode(key).decode(): key for key in keys}
    marks = ", ".join("?" * len(by_text))
    rows = tx.all(f"SELECT key, n FROM figure WHERE project_id = ? AND key IN ({marks})", project_id, *by_text)
    return Counter({by_text[key]: n for key, n in rows})


def set_agreement(tx: Transaction, project_id: int, task_id: int, agreement: float | None) -> None:
    """How far those who labeled an image agree; None: nobody to compare."""
    if agreement is None:
        tx.run("DELETE FROM agreement WHERE task_id = ?", task_id)
        return
    tx.run(
        "INSERT INTO agreement (task_id, project_id, agreement) VALUES (?, ?, ?) "
        "ON CONFLICT (task_id) DO UPDATE SET agreement = excluded.agreement",
        task_id,
        project_id,
        agreement,
    )
