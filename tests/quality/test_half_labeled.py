"""Two people label each image: what one has answered comes before what nobody has."""

from __future__ import annotations

import pytest

from tests.quality.conftest import Start
from tests.workspace.conftest import COKE
from tui_labeler.model.tasks import Lease
from tui_labeler.model.workforce import Workforce
from tui_labeler.workspace import Workspace


def half(workspace: Workspace) -> int:
    """How many images have one answer and wait for another."""
    with workspace._database.read() as tx:
        row = tx.one(
            "SELECT COUNT(DISTINCT a.task_id) FROM answer a JOIN task t ON t.id = a.task_id WHERE t.state = 'incomplete'"
        )
    return int(row[0]) if row else 0


def in_turns(workspace: Workspace, who: tuple[str, ...], ahead: int = 1) -> None:
    """Each has so many images open, submits the oldest, and claims another, until nobody gets any."""
    held: dict[str, list[Lease]] = {name: [] for name in who}
    is_going = True
    while is_going:
        is_going = False
        for name in who:
            while len(held[name]) < ahead and (lease := workspace.queue.claim("soda", name, name)):
                held[name].append(lease)
        for name in who:
            if held[name]:
                workspace.queue.submit(held[name].pop(0).task, name, COKE, name)
                is_going = True


@pytest.mark.parametrize("ahead", [1, 2])
@pytest.mark.parametrize("who", [("ann", "bob"), ("ann", "bob", "eve")], ids=len)
def test_quotas_end_with_few_images_half_labeled(start: Start, who: tuple[str, ...], ahead: int) -> None:
    workspace = start(Workforce(labels=2, quota=6), images=30)
    in_turns(workspace, who, ahead)
    status = workspace.projects.status("soda")
    assert 2 * status.completed + half(workspace) == 6 * len(who)
    assert half(workspace) <= len(who) * ahead, "no more than what is open with the last claims"
    assert workspace.upkeep.check() == ()


def test_what_somebody_keeps_open_for_long_holds_nobody_up(start: Start) -> None:
    workspace = start(Workforce(labels=2), images=8)
    kept = workspace.queue.claim("soda", "eve", "eve")
    assert kept
    in_turns(workspace, ("ann", "bob"))
    assert (workspace.projects.status("soda").completed, half(workspace)) == (7, 0)
    workspace.queue.submit(kept.task, "eve", COKE, "eve")
    assert (again := workspace.queue.claim("soda", "bob", "bob"))
    assert again.task.id == kept.task.id
