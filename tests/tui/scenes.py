"""Every screen of the app in every state that it can be in: how a workspace gets there, and which keys lead to it.

Nothing here depends on the time, on the machine or on where it runs.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import settle
from tests.tui.scenechanges import failing, fixed_paths, held, shared, whole
from tests.tui.sceneworkspaces import (
    with_all_labeled,
    with_broken,
    with_datastore,
    with_exports,
    with_gaps,
    with_labels,
    with_many,
    with_project,
    with_proposals,
    with_return,
    with_tags,
    with_team,
)
from tui_labeler.model.progress import Step
from tui_labeler.model.tasks import ExportResult
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.workspace import Workspace

NOW = 1_774_000_000.0  # 2026-03-20 09:46:40 UTC
SIZES = ((80, 24), (140, 45))
# Of the screens that have other columns where the window is very wide.
WIDER = (*SIZES, (200, 50))
Do = Callable[[Pilot[None]], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """`keys`: names of keys, 'texts that are typed, and seconds to wait. `prepare` fills the workspace, `change` alters
    what it does (to hold a loading state, or to fail). `told` says that toasts belong to the picture."""

    name: str
    keys: tuple[str | float, ...] = ()
    prepare: Callable[[Workspace, Path], None] = lambda workspace, folder: None
    change: Callable[[pytest.MonkeyPatch, threading.Event], None] = lambda patch, end: None
    told: bool = False
    # A new app for each theme: the command palette keeps the colours that it was opened in.
    apart: bool = False
    # These are looked at in every run of the tests; the others in the slower tier.
    often: bool = False
    do: Do | None = None
    sizes: tuple[tuple[int, int], ...] = SIZES
    # Groups of workers that `change` holds until the pictures are made.
    held: tuple[str, ...] = ()


RESULT = ExportResult(
    "soda_20260320_094640", "soda", "azureml", 50, "/data/exports/soda_20260320_094640", ("annotations.jsonl", "MLTable"),
    NOW, 42_640, 0.02, 280, {"incomplete": 186, "skipped": 6},
)  # fmt: skip


async def show_result(pilot: Pilot[None]) -> None:
    pilot.app.push_screen(ExportScreen(RESULT))
    await settle(pilot)


# The ways through the wizard, each to the step of its number
_W1: tuple[str | float, ...] = ("n", 0.2)
_W2 = (*_W1, "'fruit", "f3", 0.1)
_W3 = (*_W2, "f3", 0.6)
_W4 = (*_W3, "tab", "'fruitSet", 0.6, "f3", 0.1)
_W5 = (*_W4, "f3", 0.1)
_FOUR = ("'apple", "enter", "'banana", "enter", "'citrus/orange", "enter", "'citrus/orange/blood", "enter", 0.1)
_W6 = (*_W5, *_FOUR, "f3", 0.1)
_W8 = (*_W6, "f3", "f3", 0.2)
_DASH: tuple[str | float, ...] = ("enter", 0.3)
_NO_FOLDER = failing("datasets.preview", "The datastore “cans” cannot be read: /data/cans is gone.", "Mount it again.")
_NO_STORE = failing("projects.refresh", "The datastore “cans” cannot be reached.")
_NO_IMAGE = failing("tasks.read_image", "The image “can_000.png” cannot be read.", "Look whether it is still there.")
_LISTING = held("datasets.preview", Step.LISTING, 0, 0)
_CREATING = held("projects.create", Step.TASKS, 12_000, 23_000)
_EXPORTING = held("exchange.export", Step.WRITING, 12, 50)

SCENES = (
    Scene("projects-empty"),
    Scene("projects-full", (0.5,), with_many, sizes=WIDER),
    Scene("projects-search", ("slash", "'can", 0.5), with_many),
    Scene("projects-search-nothing", ("slash", "'xyz", 0.5), with_many),
    Scene("projects-delete", (0.5, "x", 0.3), with_labels),
    Scene("projects-why-not", (0.5, "e", 0.2), with_project, told=True),
    Scene("projects-error", (0.5, "r", 0.3), with_project, _NO_STORE, True),
    Scene("help", (0.5, "question_mark", 0.3), with_project),
    Scene("help-wizard", (*_W1, "f1", 0.3), with_datastore),
    Scene("palette", (0.5, "ctrl+p", 0.3), with_project, apart=True),
    Scene("themes", (0.5, "t", 0.2), with_project),
    Scene("team", (0.5, "T", 0.3), with_project, shared),
    Scene("team-role", (0.5, "T", 0.3, "down", "down", "enter", 0.3), with_project, shared),
    Scene("wizard-1-details", _W1, with_datastore),
    Scene("wizard-1-error", (*_W1, "'a!", 0.1), with_datastore),
    Scene("wizard-2-workforce", _W2, with_datastore),
    Scene("wizard-2-error", (*_W2, "down", "tab", "'ann,ann", 0.1), with_datastore),
    Scene("wizard-2-vendor", (*_W2, "up", "tab", "'Labels Inc", 0.1), with_datastore),
    Scene("wizard-2-quality", (*_W2, "tab", "'3", "tab", "'20", "tab", "'500", "tab", "'rae", 0.1), with_datastore),
    Scene("wizard-3-no-datastore", _W3),
    Scene("wizard-3-dataset", (*_W3, "tab", "'fruitSet", 0.6), with_datastore, sizes=WIDER),
    Scene("wizard-3-loading", (*_W3,), with_datastore, _LISTING, held=("preview",)),
    Scene("wizard-3-error", (*_W3, "f3", 0.2), with_datastore, _NO_FOLDER),
    Scene("wizard-3-existing", (*_W3, "enter", 0.2, "down", 0.1), with_project),
    Scene("wizard-3-add", (*_W3, *["tab"] * 3, "enter", 0.3)),
    Scene("wizard-4-refresh", _W4, with_datastore),
    Scene("wizard-4-error", (*_W4, "enter", "tab", "'5x", 0.1), with_datastore),
    Scene("wizard-5-classes", _W5, with_datastore),
    Scene("wizard-5-error", (*_W5, "f3", 0.1), with_datastore),
    Scene("wizard-5-full", (*_W5, *_FOUR, "tab"), with_datastore),
    Scene("wizard-5-bulk", (*_W5, *_FOUR, "tab", "b", 0.3), with_datastore),
    Scene("wizard-5-rename", (*_W5, *_FOUR, "tab", "e", 0.3), with_datastore),
    Scene("wizard-6-instructions", _W6, with_datastore),
    Scene("wizard-6-error", (*_W6, "'abc", 0.1), with_datastore),
    Scene("wizard-7-assist", (*_W6, "f3", 0.2), with_datastore),
    Scene("wizard-8-review", _W8, with_datastore),
    Scene("wizard-8-error", (*_W8, "f4", "1", 0.1, "'!", "f4", "8", 0.1), with_datastore),
    Scene("wizard-creating", (*_W8, "enter", 0.4), with_datastore, _CREATING, held=("job",)),
    Scene("wizard-start-over", (*_W2, "f8", 0.3), with_datastore),
    Scene("dashboard-empty", _DASH, with_project),
    Scene("dashboard-full", _DASH, with_labels, sizes=WIDER),
    Scene("dashboard-paused", (*_DASH, "p", 0.2), with_labels),
    Scene("dashboard-export", (*_DASH, "E", 0.4), with_labels),
    Scene("dashboard-exporting", (*_DASH, "e", 0.4), with_labels, _EXPORTING, held=("job",)),
    Scene("dashboard-quality", (*_DASH, 0.3), with_team),
    Scene("review-crops", (*_DASH, "v", 0.8), with_team),
    Scene("review-marked", (*_DASH, "v", 0.8, "a", "3", "b", "comma", 0.2), with_team),
    Scene("review-again", (*_DASH, "v", 0.8, "a", 0.2), with_return),
    Scene("review-again-image", (*_DASH, "v", 0.8, "tab", 0.6), with_return),
    Scene("review-image", (*_DASH, "v", 0.8, "tab", 0.6), with_team, sizes=WIDER),
    Scene("data-full", (*_DASH, "2", 0.5, "down", 0.5), with_labels, sizes=WIDER),
    Scene("data-gallery", (*_DASH, "2", 0.5, "V", 0.8, "right", "space", 0.3), with_gaps, sizes=WIDER),
    Scene("data-nothing", (*_DASH, "2", 0.3, "shift+tab", "'xyz", 0.3), with_labels),
    Scene("data-error", (*_DASH, "2", 0.5), with_labels, _NO_IMAGE),
    Scene("details", (*_DASH, "3", 0.3), with_labels, sizes=WIDER),
    Scene("classes", (*_DASH, "3", 0.3, *["tab"] * 3, "enter", 0.4, "down"), with_labels),
    Scene("details-workforce", (*_DASH, "3", 0.3, "enter", 0.3), with_labels),
    Scene("details-quality", (*_DASH, "3", 0.3, "tab", "enter", 0.3, "'3", "tab", "tab", "'50", 0.1), with_labels),
    Scene("details-instructions", (*_DASH, "3", 0.3, *["tab"] * 4, "enter", 0.4), with_labels),
    Scene("exports-empty", (*_DASH, "4", 0.3), with_labels),
    Scene("exports-full", (*_DASH, "4", 0.3), with_exports, fixed_paths, sizes=WIDER),
    Scene("export-result", (), with_labels, whole, do=show_result),
)  # fmt: skip


# The labeling screen


_BOX: tuple[str | float, ...] = ("l", 0.6, *"iqqvqq", 0.3)
_THREE_SIZES = ((80, 24), (120, 36), (200, 50))
SCENES += tuple(
    Scene(name, keys, prepare, sizes=_THREE_SIZES)
    for name, keys, prepare in (
        ("label-letters", ("l", 0.6), with_project),
        ("label-magnifier", ("l", 0.6, "i", "q", 0.3), with_project),
        ("label-selected", (*_BOX, "escape", "tab", 0.3), with_project),
        ("label-zoomed", (*_BOX, "escape", "tab", "v", 0.5), with_project),
        ("label-brighter", ("l", 0.6, "escape", "greater_than_sign", "right_curly_bracket", 0.3), with_project),
        ("label-point", ("l", 0.6, "escape", "k", 0.4, "k", "l", 0.4), with_project),
        ("label-proposals", ("l", 0.8), with_proposals),
        ("label-given-back", ("l", 0.6, "escape", "tab", 0.4), with_return),
        ("label-done", ("l", 0.6), with_all_labeled),
        ("label-broken", ("l", 0.8), with_broken),
        ("label-sheet", ("l", 0.6, "w", 0.8, "1", 0.3), with_tags),
    )
)
