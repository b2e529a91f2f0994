"""What a shell offers for a word that is being typed: names of projects, which stand in the workspace, and of formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click
from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def complete_project(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """The projects of the workspace that the line, the environment or the settings name; none where it cannot be read."""
    from tui_labeler.cli.session import Session
    from tui_labeler.model.errors import LabelerError
    from tui_labeler.places import workspace_address
    from tui_labeler.workspace.peek import project_names

    given = ctx.find_root().params
    try:
        names = project_names(workspace_address(Session(given.get("home"), given.get("workspace")).workspace_url))
    except LabelerError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(typed)]


def one_of(words: Callable[[], Sequence[str]]) -> Complete:
    """Completes one of these words; they are asked for when somebody completes."""

    def complete(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
        return [CompletionItem(word) for word in words() if word.startswith(typed)]

    return complete
