"""Exports, and the stream of labels that they are written from."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import ExportResult
from tui_labeler.store.database import Transaction


def labeled(tx: Transaction, project_id: int, reviews: bool) -> Iterator[tuple[str, str, Labels]]:
    """(path, labeler, labels) of every completed task whose image exists, and with `reviews` of those in need of review,
    in the order of the tasks; nothing is held in memory."""
    decode = msgspec.json.Decoder(Labels).decode
    states = "('completed', 'needs_review')" if reviews else "('completed')"
    rows = tx.scan(
        "SELECT t.path, b.labeler, b.labels FROM task t JOIN submission b ON b.id = t.label_id "
        f"WHERE t.project_id = ? AND t.state IN {states} AND t.missing = 0 AND b.labels IS NOT NULL ORDER BY t.id",
        project_id,
    )
    return ((path, labeler, decode(labels)) for path, labeler, labels in rows)


def left_out(tx: Transaction, project_id: int) -> dict[str, int]:
    """How many tasks are not exported, by reason."""
    found: dict[str, int] = {}
    rows = tx.stream(
        f"SELECT kind, key, n FROM {tx.dialect.counted} WHERE project_id = ? AND kind IN ('state', 'missing')",
        project_id,
    )
    for _, key, n in rows:
        if key != "completed" and n:
            found[key] = n
    return found


def name_taken(tx: Transaction, name: str) -> bool:
    return tx.one("SELECT 1 FROM export WHERE name = ?", name) is not None


def add(tx: Transaction, project_id: int, result: ExportResult) -> None:
    """Remembers a finished export."""
    tx.run(
        "INSERT INTO export (project_id, project, name, created, result) VALUES (?, ?, ?, ?, ?)",
        project_id,
        result.project,
        result.name,
        result.created,
        msgspec.json.encode(result).decode(),
    )


def exports(tx: Transaction, project: str | None) -> tuple[ExportResult, ...]:
    """Newest first; of one project, also a deleted one, or of all."""
    where, values = ("WHERE project = ?", (project,)) if project is not None else ("", ())
    rows = tx.stream(f"SELECT result FROM export {where} ORDER BY created DESC, id DESC", *values)
    return tuple(msgspec.json.decode(result, type=ExportResult) for (result,) in rows)
