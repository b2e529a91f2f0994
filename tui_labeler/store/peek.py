"""The names of projects for a shell that completes a word: as they can be read at once. Nothing is made, brought up to date
or waited for, and what cannot be read has no names."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from tui_labeler.model.errors import LabelerError

_NAMES = "SELECT name FROM project ORDER BY name"
_PATIENCE = 2  # seconds


def project_names(address: Path | str) -> tuple[str, ...]:
    return _of_file(address) if isinstance(address, Path) else _of_server(address)


def _of_file(path: Path) -> tuple[str, ...]:
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_PATIENCE)
    except sqlite3.Error:
        return ()
    try:
        return tuple(str(name) for (name,) in connection.execute(_NAMES))
    except sqlite3.Error:
        return ()
    finally:
        connection.close()


def _of_server(url: str) -> tuple[str, ...]:
    try:
        import psycopg
    except ImportError:
        return ()
    from tui_labeler.store.postgres import connect

    patient = "connect_timeout=" in url
    try:
        connection = connect(url if patient else f"{url}{'&' if '?' in url else '?'}connect_timeout={_PATIENCE}")
    except LabelerError:
        return ()
    try:
        return tuple(str(name) for (name,) in connection.execute(_NAMES))
    except psycopg.Error:
        return ()
    finally:
        connection.close()
