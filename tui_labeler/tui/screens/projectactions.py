"""What can be done in the list of projects, and why something cannot be done now."""

from __future__ import annotations

from dataclasses import replace

from tui_labeler.model.tasks import ProjectState, ProjectSummary
from tui_labeler.tui.actions import Action
from tui_labeler.tui.screens.base import HELP, THEME

TEAM = Action("team", "T", "Team", "Who may do what in this workspace: add people, change roles.", footer=False)
ACTIONS = (
    Action("open", "enter", "Open", "The project's dashboard: progress, data, details, exports.", shown="⏎"),
    Action("label", "l", "Label", "Label images of this project."),
    Action("new", "n", "New", "Create a project, in seven steps."),
    Action("export", "e", "Export", "Write the labels as a dataset: as the last time, at first for Azure ML."),
    Action("export_as", "E", "Export as", "Choose the format, the labels, a split; then export.", footer=False),
    Action("search", "slash", "Search", "Show only projects whose name holds what you type."),
    Action("pause", "p", "Pause", "Pause the project, or start it again. A paused project hands out no tasks."),
    Action("refresh", "r", "Refresh", "Look for new, changed and vanished images now."),
    Action("delete", "x,delete", "Delete", "Delete the project with its labels; asks first."),
    Action("copy", "c", "Copy name", "The newest export's dataset name, to your clipboard.", footer=False),
    Action("azure", "a", "Azure ML", "Sign in, and choose the workspace whose datastores and projects to use."),
    TEAM,
    THEME,
    HELP,
    Action("back", "q", "Quit", "Leave tui-labeler."),
    Action("show_all", "escape", "Show all", "Leave the search.", footer=False),
)
_OF_OWN_PROJECTS = ("label", "export", "export_as", "pause", "refresh", "delete", "copy")


def with_team(shown: tuple[Action, ...]) -> tuple[Action, ...]:
    """What the last line shows in a workspace that can have a team."""
    search = next((place for place, action in enumerate(shown) if action.name == "search"), None)
    if search is None:
        return shown
    return (*shown[: search + 1], replace(TEAM, footer=True), *shown[search + 1 :])


NOTHING_TO_LEAVE = "q leaves tui-labeler."


def refusal(
    action: str,
    has_projects: bool,
    project: ProjectSummary | None,
    is_remote: bool,
    has_export: bool,
    may_start: bool = True,
) -> str:
    """Why the action cannot be done to the selected row (`project`, or one of Azure's own service); empty if it can."""
    if is_remote:
        mend = "Open it (⏎) for what Azure's service can still do."
        return mend if action in _OF_OWN_PROJECTS else ""
    if action in ("open", "search", *_OF_OWN_PROJECTS) and not has_projects:
        return "There is no project yet: press n to create one."
    if project is None:
        return "No project is chosen: Esc shows all again." if action in ("open", *_OF_OWN_PROJECTS) else ""
    if action == "label" and project.status is ProjectState.PAUSED:
        return f"“{project.name}” is paused: {'press p to start it' if may_start else 'an owner starts it again'}."
    if action in ("export", "export_as") and not project.completed:
        return f"“{project.name}” has no labels yet: press l to label some."
    if action == "copy" and not has_export:
        return f"“{project.name}” has no export yet: press e to make one."
    return ""
