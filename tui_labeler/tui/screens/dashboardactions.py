"""What can be done on a project's screen, and why something cannot be done now."""

from __future__ import annotations

from dataclasses import replace

from tui_labeler.model.tasks import ProjectState, Status
from tui_labeler.model.training import TrainingPlan
from tui_labeler.tui.actions import Action
from tui_labeler.tui.screens.base import HELP, THEME
from tui_labeler.tui.screens.project.details import CHANGES

# In the Data tab these are what the last line shows first.
DATA_ACTIONS = (
    Action(
        "change_many",
        "b",
        "Change",
        "In Data: skip, reopen, delete labels, change a class; of what is selected.",
        footer=False,
    ),
    Action(
        "select_all",
        "ctrl+a",
        "All",
        "In Data: select all that the filters let through; once more, none.",
        footer=False,
    ),
    Action(
        "sort_next", "S", "Sort", "In Data: sort by the next column; a click on its title does it, too.", footer=False
    ),
    Action("gallery", "V", "Gallery", "In Data: the images themselves, and the table again.", footer=False),
    Action("sort_backwards", "B", "Backwards", "In Data: turn the order round.", footer=False),
    Action("take_back", "backspace,ctrl+z", "Undo", "In Data: take back what was done to many last.", footer=False),
)
# The row that has the focus says what it does.
ENTER = Action(
    "enter_row", "enter", "Open", "In Details: change the chosen row. In Exports: all that can be copied.", footer=False
)
OF_DATA = frozenset(action.name for action in DATA_ACTIONS)
ACTIONS = (
    Action("label", "l", "Label", "Label images of this project."),
    Action("review", "v", "Review", "Look over what others labeled, the most doubtful first.", footer=False),
    Action(
        "known",
        "asterisk",
        "Known image",
        "In Data: the image's labels are the known ones, which labelers are held against; once more, they are not.",
        footer=False,
        shown="*",
    ),
    Action("export", "e", "Export", "Write the labels as a dataset: as the last time, at first for Azure ML."),
    Action("import_labels", "i", "Import", "Labels from another tool's files, with a look at them first."),
    Action("next_tab", "right_square_bracket", "Tabs", "The next tab; 1 2 3 4 go there at once.", shown="1-4"),
    Action("pause", "p", "Pause", "Pause the project, or start it again. A paused project hands out no tasks."),
    Action("refresh", "r", "Refresh", "Look for new, changed and vanished images now."),
    Action(
        "copy",
        "c",
        "Copy name",
        "The newest export's dataset name, to your clipboard; in Exports that of the chosen row.",
    ),
    Action("export_as", "E", "Export as", "Choose the format, the labels, a split; then export."),
    Action(
        "train",
        "m",
        "Train a model",
        "Azure ML trains a model on the newest registered export; then takes it.",
        footer=False,
    ),
    Action("cancel_training", "X", "Cancel training", "Azure ML ends the training; asks first.", footer=False),
    Action("copy_link", "y", "Copy link", "The training's page in Azure ML studio, to your clipboard.", footer=False),
    *DATA_ACTIONS,
    *CHANGES,
    ENTER,
    THEME,
    HELP,
    Action("back", "escape,q", "Projects", "Back to the list of projects.", shown="q"),
)
# What the last line shows in the tabs that have more urgent things than the dashboard.
DATA_FOOTER = (
    "change_many", "select_all", "gallery", "sort_next", "take_back", "label", "known", "next_tab", "help", "back",
)  # fmt: skip
DETAILS_FOOTER = ("enter_row", "label", "export", "next_tab", "pause", "help", "back")
EXPORTS_FOOTER = ("enter_row", "copy", "export", "export_as", "next_tab", "label", "help", "back")


OF_TRAINING = frozenset({"train", "cancel_training", "copy_link"})


def footer(names: tuple[str, ...] | None, training: TrainingPlan) -> tuple[Action, ...]:
    """What the last line shows: the actions of these names, in a tab that has some of its own; on the dashboard those of a
    training only where they can be done."""
    by_name = {action.name: action for action in ACTIONS}
    if names is not None:
        return tuple(replace(by_name[name], footer=True) for name in names)
    able = [name for name in ("train", "cancel_training") if not training_refusal(name, training)]
    shown = [action for action in ACTIONS if action.footer and action.name not in able]
    after = next(place for place, action in enumerate(shown) if action.name == "export") + 1
    return (*shown[:after], *(replace(by_name[name], footer=True) for name in able), *shown[after:])


def training_refusal(action: str, training: TrainingPlan) -> str:
    """Why that cannot be done to the project's training in Azure ML; empty if it can."""
    if action == "train":
        return training.reason
    if action == "cancel_training":
        return training.why_no_cancelling
    return "" if training.last and training.last.studio else "There is no training with a page in the studio."


def refusal(action: str, status: Status, has_export: bool, may_start: bool = True) -> str:
    """Why the action cannot be done to a project of this status; empty if it can. `may_start`: a project that is paused."""
    if action == "label" and status.status is ProjectState.PAUSED:
        return "The project is paused: press p to start it." if may_start else status.paused_words
    if action in ("export", "export_as") and not status.completed:
        return "There is nothing to export yet: press l to label some images."
    if action == "copy" and not has_export:
        return f"There is no export yet. {refusal('export', status, False) or 'Press e to make one.'}"
    return ""
