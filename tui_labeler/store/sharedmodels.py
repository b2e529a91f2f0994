"""Model files that go with the workspace, in pieces: each is read once on every machine of a team."""

from __future__ import annotations

import base64

from tui_labeler.store.database import Transaction

_PIECE = 12_288  # bytes; a page of a copied workspace holds two thousand of them


def put(tx: Transaction, name: str, content: bytes, now: float) -> None:
    """Keeps a file under its name, which says what is in it: one that is there stays."""
    if names(tx, name):
        return
    pieces = range(0, max(len(content), 1), _PIECE)
    tx.many(
        "INSERT INTO shared_model (name, part, added, body) VALUES (?, ?, ?, ?)",
        [
            (name, part, now, base64.b64encode(content[start : start + _PIECE]).decode())
            for part, start in enumerate(pieces)
        ],
    )


def names(tx: Transaction, name: str) -> tuple[str, ...]:
    """The files of this name, or in the folder of this name."""
    rows = tx.all(
        "SELECT name FROM shared_model WHERE part = 0 AND (name = ? OR (name > ? AND name < ?)) ORDER BY name",
        name,
        f"{name}/",
        f"{name}0",  # what comes behind the slash
    )
    return tuple(row[0] for row in rows)


def get(tx: Transaction, name: str) -> tuple[bytes, float] | None:
    """(content, when it came); None where it is not shared."""
    rows = tx.all("SELECT body, added FROM shared_model WHERE name = ? ORDER BY part", name)
    return (b"".join(base64.b64decode(body) for body, _ in rows), rows[0][1]) if rows else None


def keep_only(tx: Transaction, used: set[str]) -> None:
    """Forgets the files, and folders of them, that are not among these names."""
    for (name,) in tx.all("SELECT name FROM shared_model WHERE part = 0"):
        if name.partition("/")[0] not in used:
            tx.run("DELETE FROM shared_model WHERE name = ?", name)
