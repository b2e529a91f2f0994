"""Task states on the screen: their words, and the theme colour of each, the same everywhere."""

from __future__ import annotations

from tui_labeler.model.tasks import ProjectState, ProjectSummary, Status, TaskState

COLOURS = {
    TaskState.COMPLETED: "success",
    TaskState.SKIPPED: "secondary",
    TaskState.STALE: "warning",
    TaskState.INCOMPLETE: "border-blurred",
}


def counts(status: Status | ProjectSummary) -> tuple[tuple[TaskState, int], ...]:
    """How many tasks are in each state, in the order of the legend."""
    return (
        (TaskState.COMPLETED, status.completed),
        (TaskState.SKIPPED, status.skipped),
        (TaskState.STALE, status.stale),
        (TaskState.INCOMPLETE, status.incomplete),
    )


def project_state(project: Status | ProjectSummary) -> tuple[str, str]:
    """The words for a project's state, and their colour. One that runs is complete while no task is open or waits for a
    review: new images make it run again."""
    if project.status is not ProjectState.RUNNING:
        return "‖ Paused", "warning"
    is_done = project.total and not project.incomplete and not project.stale
    return ("✓ Complete", "success") if is_done else ("● Running", "success")
