"""The schema's versions: numbered scripts, and the statements in them.

`0006_name.sql` is for both databases; where they differ, `0006_name.sqlite.sql` stands beside `0006_name.postgres.sql`.
PostgreSQL begins with the schema as it was at version 5, in one script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tui_labeler.model.errors import NewerWorkspace
from tui_labeler.store import key_value, names
from tui_labeler.store.database import Transaction
from tui_labeler.store.dialect import Dialect

_MIGRATIONS = Path(__file__).with_name("migrations")
_BASELINE = "0005_baseline.postgres.sql"
_WORD = re.compile(r"\bTEXT\b")


def migrations(kind: str = "sqlite") -> list[Path]:
    """The scripts of one kind of database, oldest first. A database's version is the number of the last one it has had."""
    scripts: dict[str, Path] = {}
    for script in sorted(_MIGRATIONS.glob("[0-9]*.sql"), key=lambda path: f".{kind}." in path.name):
        if f".{kind}." in script.name or script.name.count(".") == 1:  # its own comes last, and stands
            scripts[script.name[:4]] = script
    if kind == "postgres":
        scripts = {number: script for number, script in scripts.items() if number >= _BASELINE[:4]}
    return [scripts[number] for number in sorted(scripts)]


def number(script: Path) -> int:
    """The version that a database has after this script."""
    return int(script.name[:4])


@cache
def latest(kind: str) -> int:
    """The newest version that this program knows."""
    return number(migrations(kind)[-1])


def statements(script: Path, dialect: Dialect) -> Iterator[str]:
    """The statements of a script in the words of one database. A line `--;` ends one that holds semicolons."""
    lines = script.read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("--") or line.strip() == "--;")
    text = text.replace("{identity}", dialect.identity).replace("{clustered}", dialect.clustered)
    text = _WORD.sub(dialect.text, text)
    for part in text.split("\n--;\n"):
        for statement in [part] if "$$" in part else part.split(";\n"):
            if statement.strip(" \n;"):
                yield statement.strip(" \n;")


def run(tx: Transaction, script: Path) -> None:
    """Runs one script, and notes its number and its name."""
    for statement in statements(script, tx.dialect):
        tx.run(statement)
    tx.run("DELETE FROM workspace_version")
    tx.run("INSERT INTO workspace_version (version) VALUES (?)", number(script))
    key_value.write(tx, f"schema/{number(script):04}", script.name[5:].partition(".")[0])
    if script.name[5:].startswith("names."):
        names.add_all(tx)


def require_known(tx: Transaction, name: str, version: int) -> None:
    """Raises NewerWorkspace where a newer version has changed the tables, perhaps while this one was at work."""
    if version > latest(tx.dialect.kind):
        raise newer(tx, name, version)


def newer(tx: Transaction, name: str, version: int) -> NewerWorkspace:
    """What is said of a database that a newer version wrote: by name, what this one does not know."""
    known = latest(tx.dialect.kind)
    rows = tx.all("SELECT value FROM memo WHERE key LIKE 'schema/%' AND key > ? ORDER BY key", f"schema/{known:04}")
    names = "".join(f", {value}" for (value,) in rows)
    return NewerWorkspace(
        f"{name} was written by a newer version (schema {version}{names}; this one knows {known}).",
        "Upgrade tui-labeler, or name another workspace with --workspace; this one was left as it is.",
    )
