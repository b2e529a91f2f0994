"""What stands in a line of a list of tasks, and in which columns."""

from __future__ import annotations

from tui_labeler.model.tasks import Submission, Task
from tui_labeler.model.text import ago_text, safe_text


def task_columns(width: int) -> dict[str, int]:
    """The columns that have room in `width` cells, by their titles, and the cells of each: what is left goes to the image's
    name and, in a wide window, to the classes."""
    columns = {"State": 13, "Image": 0, "Labels": 6}
    if width >= 56:
        columns["Labeler"] = 12
    if width >= 72:
        columns["When"] = 14
    spare = width - 4 - sum(columns.values()) - len(columns)
    if width < 100:
        return columns | {"Image": max(8, spare)}
    classes = spare // 2
    columns["Image"] = spare - classes - 1
    before, after = list(columns)[:3], list(columns)[3:]
    return {name: columns[name] for name in before} | {"Classes": classes} | {name: columns[name] for name in after}


def task_cells(task: Task, entry: Submission | None, now: float) -> dict[str, str]:
    """What stands in each column."""
    counts = entry.labels.class_counts() if entry is not None and entry.labels is not None else {}
    count = f"{sum(counts.values()):>6,}" if entry is not None and entry.labels is not None else ""
    return {
        "State": "Unreadable" if entry and entry.is_unreadable else "Missing" if task.missing else task.state.caption,
        "Image": safe_text(task.path),
        "Labels": count,
        "Classes": ", ".join(f"{safe_text(name, 30)} {number}" for name, number in counts.items()),
        "Labeler": safe_text(entry.labeler) if entry is not None else "",
        "When": ago_text(now - entry.at) if entry is not None else "",
    }
