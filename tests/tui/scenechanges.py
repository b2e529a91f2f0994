"""What scenes alter in a workspace: work that never ends or fails, a team that shares it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tui_labeler.model.errors import StorageError
from tui_labeler.model.progress import Step
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.team import Member, Role, Standing
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.exchange import Exchange
from tui_labeler.workspace.projects import Projects
from tui_labeler.workspace.task_queue import TaskQueue
from tui_labeler.workspace.tasks import Tasks
from tui_labeler.workspace.team import Team

PARTS: dict[str, type] = {
    "projects": Projects,
    "datasets": Datasets,
    "exchange": Exchange,
    "tasks": Tasks,
    "queue": TaskQueue,
}


def held(method: str, what: Step, done: int, total: int) -> Callable[[pytest.MonkeyPatch, threading.Event], None]:
    """`method` (`part.name`) of the workspace tells this progress, and then waits until the picture is made."""

    def change(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
        def wait(self: Workspace, *args: object, **kwargs: object) -> None:
            tell = kwargs.get("progress", args[-1])
            if callable(tell):
                tell(what, done, total)
            end.wait(300)
            raise StorageError("The picture is made.")

        patch.setattr(PARTS[method.partition(".")[0]], method.partition(".")[2], wait)

    return change


def failing(method: str, message: str, mend: str = "") -> Callable[[pytest.MonkeyPatch, threading.Event], None]:
    def change(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
        def fail(self: Workspace, *args: object, **kwargs: object) -> None:
            raise StorageError(message, mend)

        patch.setattr(PARTS[method.partition(".")[0]], method.partition(".")[2], fail)

    return change


def whole(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
    """The export of RESULT counts as written, though its folder is nowhere."""
    from tui_labeler.workspace.azure.exports import RegisteredExports

    patch.setattr(RegisteredExports, "problem", lambda self, result: "No Azure ML workspace is in use yet.")


def shared(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
    """The workspace counts as one that a team shares."""
    members = (
        Member("ann", Role.LABELER, 3),
        Member("bob", Role.OWNER),
        Member("rita", Role.REVIEWER, 12),
        Member("zoë", Role.LABELER),
    )
    for name, value in (("can_have_roles", True), ("standing", Standing("bob", Role.OWNER)), ("person", "bob")):
        patch.setattr(Team, name, property(lambda self, value=value: value))
    patch.setattr(Team, "members", lambda self: members)


def fixed_paths(patch: pytest.MonkeyPatch, end: threading.Event) -> None:
    """Exports are where they are on no machine, and took the same time."""
    listed = Exchange.exports

    def exports(self: Exchange, project: str) -> tuple[ExportResult, ...]:
        return tuple(
            replace(result, path=f"/data/exports/{result.name}", seconds=0.02) for result in listed(self, project)
        )

    patch.setattr(Exchange, "exports", exports)
