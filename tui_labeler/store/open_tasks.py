"""Open tasks in the order of the queue, as SQL."""

from __future__ import annotations

from tui_labeler.store.dialect import Dialect


def in_order(dialect: Dialect, state: str) -> tuple[str, str]:
    """(the conditions on tasks `t`, ORDER BY) of the tasks of a project in one state, behind a task: values are the
    project's id, and the id of the task, or 0.

    They are in the order of ids, and an index of states has them so. Where one of many projects, or of many done tasks, is
    asked for, PostgreSQL takes the index of ids nevertheless, since one task is soon found if they are spread evenly, which
    they never are: it then looks at each task of the others. An order by the whole key leaves it no choice.
    """
    if dialect.plans_by_statistics:
        key = "t.state, t.missing, t.id"
        return (
            f"t.project_id = ? AND ({key}) > ('{state}', 0, ?) AND (t.state, t.missing) <= ('{state}', 0)",
            f"ORDER BY {key}",
        )
    return f"t.project_id = ? AND t.state = '{state}' AND t.missing = 0 AND t.id > ?", "ORDER BY t.id"
