"""What a filter of tasks says, as conditions of a query."""

from __future__ import annotations

import msgspec

from tui_labeler.model.tasks import TaskFilter
from tui_labeler.store import blocks, changes, names, running_edits
from tui_labeler.store.database import Transaction


def counted(chosen: TaskFilter) -> str | None:
    """Which of the project's numbers the filter asks for and nothing else: a state, `MISSING`, all tasks (empty); None for
    anything else."""
    chosen = msgspec.structs.replace(chosen, class_is_region=True)
    if chosen == TaskFilter(state=chosen.state, class_is_region=True):
        return chosen.state.value if chosen.state else ""
    return blocks.MISSING if chosen == TaskFilter(missing=True, class_is_region=True) else None


def filtered(
    tx: Transaction, project_id: int, chosen: TaskFilter, project: str = "t.project_id"
) -> tuple[str, list[object]]:
    """FROM … WHERE … of the tasks `t` that the filter lets through, and its values."""
    labeled = bool(chosen.class_name or chosen.labeler)
    source = "FROM task t JOIN submission b ON b.id = t.label_id" if labeled else "FROM task t"
    conditions: list[str] = [f"{project} = ?"]
    values: list[object] = [project_id]
    if chosen.state is not None:
        conditions.append("t.state = ? AND t.missing = 0")
        values.append(chosen.state.value)
    if chosen.missing:
        # By state, as the index of the queue has it.
        conditions.append("t.state IN ('incomplete', 'completed', 'skipped', 'needs_review') AND t.missing = 1")
    if chosen.changed or chosen.known:
        conditions[0] = "+t.project_id = ?"  # few: else a database may look through the whole project for them
    if chosen.changed:
        conditions.append(changes.HAS_CHANGE)
        values.append(project_id)
    if chosen.known:
        conditions.append("t.id IN (SELECT g.task_id FROM gold g WHERE g.project_id = ?)")
        values.append(project_id)
    if chosen.name:
        condition, of_name, has_ids = names.condition(tx, project_id, chosen.name)
        if has_ids:
            conditions[0] = "+t.project_id = ?"  # else a database may look through the whole project for them
        conditions.append(condition)
        values += of_name
    if chosen.class_name:
        # Labels are JSON that msgspec wrote: a class stands there as "name":"coke", a tag as "coke".
        before = [old for old, new in running_edits.following(tx, project_id).items() if new == chosen.class_name]
        quoted = [msgspec.json.encode(name).decode() for name in (chosen.class_name, *before)]
        conditions.append(f"({' OR '.join([tx.dialect.contains.format('b.labels')] * len(quoted))})")
        values += [f'"name":{name}' if chosen.class_is_region else name for name in quoted]
    if chosen.labeler:
        conditions.append("b.labeler = ?")
        values.append(chosen.labeler)
    return f"{source} WHERE {' AND '.join(conditions)}", values
