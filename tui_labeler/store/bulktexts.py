"""What stands beside the labels that count, and follows an edit of classes: proposals, known labels, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tui_labeler.model.edits import recast
from tui_labeler.store import finding, readable
from tui_labeler.store.bulk import in_json
from tui_labeler.store.database import Transaction


def recast_texts(
    tx: Transaction,
    project_id: int,
    edit_id: int,
    table: str,
    mapping: Mapping[str, str],
    ids: Sequence[int] | None = None,
) -> None:
    """Other class names in proposals (`prelabel`) or known labels (`gold`) of the project, or of these tasks."""
    encoder = msgspec.json.Encoder()
    chosen = "" if ids is None else f"task_id IN ({', '.join('?' * len(ids))}) AND "
    holds, names = _holding(tx, mapping)
    texts: list[tuple[int, str, str]] = []
    for task_id, before in tx.all(
        f"SELECT task_id, labels FROM {table} WHERE {chosen}project_id = ? AND ({holds}) ORDER BY task_id",
        *(ids or ()),
        project_id,
        *names,
    ):
        if (labels := readable.labels(before)) is None:
            continue
        after = encoder.encode(recast(labels, mapping)).decode()
        if after != before:
            texts.append((task_id, before, after))
    tx.many(f"UPDATE {table} SET labels = ? WHERE task_id = ?", [(after, task_id) for task_id, _, after in texts])
    tx.many(
        "INSERT INTO edit_text (edit_id, part, task_id, labeler, before, after) VALUES (?, ?, ?, '', ?, ?)",
        [(edit_id, table, task_id, before, after) for task_id, before, after in texts],
    )


def proposals_using(tx: Transaction, project_id: int, mapping: Mapping[str, str], after: int, count: int) -> list[int]:
    """The first tasks behind the id `after` whose proposals may use one of these classes."""
    holds, names = _holding(tx, mapping)
    where = f"FROM (SELECT task_id AS id, project_id, labels FROM prelabel) t WHERE +t.project_id = ? AND ({holds})"
    return list(finding.search(tx, project_id, where, [project_id, *names], after, count).ids)


def _holding(tx: Transaction, mapping: Mapping[str, str]) -> tuple[str, list[str]]:
    """A condition on labels that may use one of these classes, and its values."""
    return " OR ".join(tx.dialect.contains.format("labels") for _ in mapping), [in_json(name) for name in mapping]


def with_answers(tx: Transaction, project_id: int) -> list[int]:
    """The tasks that have answers of several labelers, or known labels."""
    rows = tx.all(
        "SELECT task_id FROM answer WHERE project_id = ? UNION SELECT task_id FROM gold WHERE project_id = ?",
        project_id,
        project_id,
    )
    return sorted(row[0] for row in rows)


def recast_answers(tx: Transaction, edit_id: int, task_id: int, mapping: Mapping[str, str]) -> None:
    """Other class names in what each labeler said of an image."""
    encoder = msgspec.json.Encoder()
    rows = tx.all(
        "SELECT a.labeler, b.id, b.submitted, b.seconds, b.labels FROM answer a "
        "JOIN submission b ON b.id = a.submission_id WHERE a.task_id = ? AND b.labels IS NOT NULL ORDER BY a.labeler",
        task_id,
    )
    for labeler, number, submitted, seconds, text in rows:
        before = readable.labels(text)
        after = recast(before, mapping) if before is not None else None
        if after is None or after == before:
            continue
        made = tx.insert(
            "INSERT INTO submission (task_id, labeler, submitted, seconds, labels, edit_id) VALUES (?, ?, ?, ?, ?, ?) "
            "RETURNING id",
            task_id,
            labeler,
            submitted,
            seconds,
            encoder.encode(after).decode(),
            edit_id,
        )
        tx.run("UPDATE answer SET submission_id = ? WHERE task_id = ? AND labeler = ?", made, task_id, labeler)
        tx.run(
            "INSERT INTO edit_text (edit_id, part, task_id, labeler, before, after) VALUES (?, 'answer', ?, ?, ?, ?)",
            edit_id,
            task_id,
            labeler,
            str(number),
            str(made),
        )


def restore_answers(tx: Transaction, edit_id: int, task_id: int) -> None:
    """Gives each labeler's answer for an image back what it said before the edit, where it is the same still."""
    rows = tx.all(
        "SELECT labeler, before, after FROM edit_text WHERE edit_id = ? AND part = 'answer' AND task_id = ?",
        edit_id,
        task_id,
    )
    tx.many(
        "UPDATE answer SET submission_id = ? WHERE task_id = ? AND labeler = ? AND submission_id = ?",
        [(int(before), task_id, labeler, int(after)) for labeler, before, after in rows],
    )
