"""Task states on the screen: their words, and the theme colour of each, the same everywhere."""

from __future__ import annotations

from tui_labeler.model.tasks import ProjectState, ProjectSummary, Status, TaskState

COLOURS = {
    TaskState.COMPLETED: "success",
    TaskState.SKIPPED: "secondary",
    TaskState.NEEDS_REVIEW: "warning",
    TaskState.INCOMPLETE: "border-blurred",
}


def counts(status: Status | ProjectSummary) -> tuple[tuple[TaskState, int], ...]:
    """How many tasks are in each state, in the order of the legend."""
    return (
        (TaskState.COMPLETED, status.completed),
        (TaskState.SKIPPED, status.skipped),
        (TaskState.NEEDS_REVIEW, status.needs_review),
        (TaskState.INCOMPLETE, status.incomplete),
    )


def project_state(state: ProjectState) -> tuple[str, str]:
    """The words for a project's state, and their colour."""
    return ("● Running", "success") if state is ProjectState.RUNNING else ("‖ Paused", "warning")
