"""A project half typed, which the workspace remembers for its labeler until it is created or thrown away."""

from __future__ import annotations

import msgspec

from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import ProjectSpec
from tui_labeler.workspace import Workspace


class HalfTyped(msgspec.Struct):
    """What was typed, the step (from 0) where that was, and the furthest step that was reached."""

    spec: ProjectSpec
    step: int = 0
    reached: int = 0


def recall(workspace: Workspace, labeler: str) -> HalfTyped | None:
    """What `labeler` left half typed. Raises BadInput where it no longer reads (an older version's)."""
    kept = workspace.memory.recall(_memo(labeler))
    try:
        return msgspec.json.decode(kept, type=HalfTyped) if kept else None
    except msgspec.DecodeError:
        raise BadInput("What was typed earlier cannot be read any more; it begins anew.") from None


def remember(workspace: Workspace, labeler: str, typed: HalfTyped) -> None:
    """Durable when it returns; nothing is kept where nothing was typed."""
    text = None if typed.spec == ProjectSpec() else msgspec.json.encode(typed).decode()
    workspace.memory.remember(_memo(labeler), text)


def forget(workspace: Workspace, labeler: str) -> None:
    workspace.memory.remember(_memo(labeler), None)


def _memo(labeler: str) -> str:
    """Under which name it is remembered: every labeler may be creating a project of their own."""
    return f"wizard {labeler}"
