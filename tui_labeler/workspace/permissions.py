"""Who may label a project, and who may review it."""

from __future__ import annotations

from tui_labeler.model.errors import BadInput, NotAllowed, ProjectPaused
from tui_labeler.model.tasks import ProjectState
from tui_labeler.model.team import Standing
from tui_labeler.model.workforce import labeler_problem
from tui_labeler.store import projects
from tui_labeler.store.database import Ask, Transaction
from tui_labeler.store.projects import ProjectRow


def require_labeler(
    tx: Transaction, project: str, labeler: str, team: Standing | None, ahead: Ask | None = None
) -> ProjectRow:
    """Raises NotAllowed for someone who is not of the project's workforce."""
    if problem := labeler_problem(labeler):
        raise BadInput(problem)
    row = projects.project(tx, project, ahead)
    if team is not None and not team.is_owner and labeler != team.person:
        raise NotAllowed(f"You are signed in as “{team.person}”, and label under that name alone.")
    if not row.spec.workforce.allows(labeler):
        names = ", ".join(row.spec.workforce.labelers[:8])
        raise NotAllowed(f"“{labeler}” is not of the workforce of “{project}” ({names}).", "Ask its owner to be added.")
    return row


def require_open(tx: Transaction, project: str, labeler: str, team: Standing | None) -> ProjectRow:
    """Raises ProjectPaused while it is."""
    row = require_labeler(tx, project, labeler, team)
    if row.status is ProjectState.PAUSED:
        by = projects.paused_by(tx, row)
        may_start = team is None or team.is_owner
        mend = (
            f"Start it: tui-labeler project resume {project}." if may_start else f"Ask {by or 'an owner'} to start it."
        )
        raise ProjectPaused(f"The project “{project}” is paused{f' by {by}' if by else ''}.", mend)
    return row


def require_reviewer(project: ProjectRow, reviewer: str) -> None:
    """Raises NotAllowed."""
    if not project.spec.workforce.may_review(reviewer):
        names = ", ".join(project.spec.workforce.reviewers[:8])
        raise NotAllowed(f"“{reviewer}” is not a reviewer of “{project.name}” ({names}).", "Ask its owner to be added.")
