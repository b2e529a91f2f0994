"""Names of classes are used again for other classes: a model that learned those of before is not believed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from tests.assist.toys import Toys
from tui_labeler.assist import assistant
from tui_labeler.model.assist import AssistState
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Region
from tui_labeler.model.tasks import TaskFilter


@pytest.fixture(autouse=True)
def _one_label_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant, "FIRST_AT", 1)


def label_as(made: Toys, name: str) -> None:
    lease = made.workspace.queue.claim("toys", "ann", "t")
    assert lease
    truth = made.truth[lease.task.path]
    labels = msgspec.structs.replace(truth, regions=(Region(name, Box(1, 1, 30, 30)),))
    made.workspace.queue.submit(lease.task, "ann", labels, "t")


def swap(made: Toys) -> None:
    for old, new in (("ball", "x"), ("crate", "ball"), ("x", "crate")):
        made.workspace.edits.rename_class("toys", old, new, "eve")


def proposed(made: Toys) -> set[str]:
    tasks = made.workspace.tasks.page("toys", TaskFilter(), 0, 9)
    entries = [made.workspace.proposals.get(task) for task in tasks if task.is_open]
    return {region.name for entry in entries if entry for region in entry.labels.regions}


def proposes_for_all(made: Toys, generation: int) -> Callable[[AssistState], bool]:
    return lambda state: state.generation == generation and made.waiting == 5 and not state.doing


@pytest.mark.slow
@pytest.mark.usefixtures("team_engines")
def test_it_learns_anew_while_it_is_at_work(toys: Callable[..., Toys]) -> None:
    made = toys(6, "keeping")
    label_as(made, "ball")
    made.workspace.assist.assistant("toys").wake()
    made.wait(proposes_for_all(made, 1), 20)
    assert proposed(made) == {"ball"}
    swap(made)
    made.workspace.assist.assistant("toys").wake()
    state = made.wait(lambda state: state.class_edit == 3 and made.waiting == 5 and not state.doing, 20)
    assert state.generation > 1
    assert proposed(made) == {"crate"}


@pytest.mark.slow
@pytest.mark.usefixtures("team_engines")
def test_what_was_kept_is_not_used_after_an_edit(toys: Callable[..., Toys]) -> None:
    made = toys(6, "keeping")
    label_as(made, "ball")
    made.workspace.assist.assistant("toys").wake()
    made.wait(proposes_for_all(made, 1), 20)
    made.workspace.assist.stop()
    made.workspace.proposals.drop_of_models("toys")
    made.workspace.assist.assistant("toys")
    made.wait(proposes_for_all(made, 1), 20)  # without an edit it goes on with what it kept
    made.workspace.assist.stop()
    swap(made)
    made.workspace.proposals.drop_of_models("toys")
    made.workspace.assist.assistant("toys")
    made.wait(proposes_for_all(made, 2), 20)
    assert proposed(made) == {"crate"}
