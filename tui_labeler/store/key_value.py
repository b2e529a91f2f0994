"""Small things that the app remembers in the workspace, by key."""

from __future__ import annotations

from tui_labeler.store.database import Transaction


def read(tx: Transaction, key: str) -> str | None:
    row = tx.one("SELECT value FROM memo WHERE key = ?", key)
    return row[0] if row else None


def read_some(tx: Transaction, *keys: str) -> dict[str, str]:
    """Those of the keys that there are, with their values."""
    return dict(tx.all(f"SELECT key, value FROM memo WHERE key IN ({', '.join('?' * len(keys))})", *keys))


def write(tx: Transaction, key: str, value: str | None) -> None:
    """Remembers `value`; None forgets the key."""
    if value is None:
        tx.run("DELETE FROM memo WHERE key = ?", key)
    else:
        tx.run(
            "INSERT INTO memo (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            value,
        )
