"""What an assistant needs of the workspace, part by part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tui_labeler.model.assist import AssistState
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Status, Task


class Projects(Protocol):
    """What an assistant asks about its project."""

    def specification(self, project: str) -> ProjectSpec: ...
    def status(self, project: str) -> Status: ...
    def known(self, project: str) -> tuple[ProjectSpec, int]:
        """The specification, and the last edit of its classes."""
        ...


class Images(Protocol):
    """Where an assistant reads images."""

    def read_image(self, project: str, path: str) -> bytes: ...


class Waiting(Protocol):
    """Which tasks have no proposal yet."""

    def tasks_without(self, project: str, source: str, count: int) -> tuple[Task, ...]: ...


class Proposals(Waiting, Protocol):
    """What an assistant learns from, and where it puts what its model proposes."""

    def training_labels(
        self, project: str, count: int, since: float = 0.0
    ) -> tuple[tuple[str, Labels, tuple[Region, ...]], ...]: ...
    def past(self, project: str, source: str, count: int) -> tuple[tuple[Labels, Labels], ...]: ...
    def put(self, project: str, entries: Iterable[tuple[Task, Prelabel]], class_edit: int | None = None) -> int: ...
    def drop_of_models(self, project: str) -> int: ...


class States(Protocol):
    """Where the state of a project's model is kept, what the model knows, and which process assists the project."""

    def state(self, project: str) -> AssistState: ...
    def keep_state(self, project: str, state: AssistState) -> None: ...
    def knowledge(self, project: str, model: str) -> bytes: ...
    def keep_knowledge(self, project: str, model: str, kept: bytes) -> None: ...
    def may_assist(self, project: str) -> bool: ...
    def model_file(self, model: str) -> str:
        """Where it lies on this machine."""
        ...

    def agreed_at(self, project: str) -> float:
        """Since when images may be sent to the project's backend from here; 0 if they may not."""
        ...
