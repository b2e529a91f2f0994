"""A backend in a project: after whose word it is asked, and what becomes of one that fails."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import pytest

from tests.assist.backend import StandIn, prediction, rectangle
from tests.assist.drawn import SIZE
from tests.assist.toys import Toys
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.geometry import Box
from tui_labeler.model.project import Assist
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.tui.assisting import Assisting
from tui_labeler.workspace.mistakes import Evidence


def _agree(made: Toys) -> None:
    address = made.workspace.assist.to_agree("toys", "ann")
    assert address is not None
    made.workspace.assist.agree("toys", "ann", address)


def test_nothing_is_sent_to_a_backend_before_the_labeler_agreed(toys: Callable[..., Toys], backend: StandIn) -> None:
    made = toys(8, "ml-backend", model=backend.url)
    made.truth = dict.fromkeys(made.truth, Labels(SIZE, (Region("ball", Box(20, 30, 80, 90)),)))  # as it proposes
    made.label(2)
    time.sleep(0.3)
    assert backend.paths == []
    _agree(made)
    assert made.workspace.assist.to_agree("toys", "ann") is None, "asked once"
    assert made.workspace.assist.to_agree("toys", "bob") is not None, "each for themselves"
    made.workspace.assist.assistant("toys").wake()
    made.wait(lambda state: made.waiting == 6)
    assert made.workspace.assist.state("toys").is_on
    spec = made.workspace.projects.specification("toys")
    other_backend = Assist(True, "ml-backend", model="http://elsewhere.example:9090")
    made.workspace.projects.change("toys", msgspec.structs.replace(spec, assist=other_backend))
    assert made.workspace.assist.agreed_at("toys") == 0, "to that one nobody has agreed"


@pytest.mark.slow
def test_a_backend_that_goes_away_is_told_once_and_is_welcome_back(
    toys: Callable[..., Toys], backend: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_labeler.assist.assistant._RETRY_SECONDS", 0.0)
    monkeypatch.setattr("tui_labeler.assist.assistant._POLL_SECONDS", 0.05)
    made = toys(12, "ml-backend", model=backend.url)
    _agree(made)
    made.label(1)
    backend.status = 500
    state = made.wait(lambda state: bool(state.failure))
    assert "HTTP 500" in state.failure
    heard = Assisting(made.workspace, "toys")
    heard.begin()
    told = [heard.news() for _ in range(3)]
    asked = len(backend.asked)
    made.wait(lambda state: len(backend.asked) > asked + 6)
    told += [heard.news() for _ in range(3)]
    assert len([text for text in told if text]) <= 1
    made.label(2)
    backend.status = 200
    made.wait(lambda state: made.waiting == 9 and not state.failure)
    assert made.workspace.projects.status("toys").completed == 3


def test_the_keys_do_not_wait_for_a_slow_backend(toys: Callable[..., Toys], backend: StandIn) -> None:
    made = toys(6, "ml-backend", model=backend.url)
    _agree(made)
    backend.pause = 60.0
    made.label(1)
    made.wait(lambda state: bool(backend.asked))
    made.label(4)
    assert made.workspace.projects.status("toys").completed == 5
    assert made.waiting == 0
    made.workspace.assist.stop()


@pytest.mark.slow
def test_another_backend_is_another_model(toys: Callable[..., Toys], backend: StandIn) -> None:
    """Whatever was found out about the first one, and whatever it proposed."""
    made = toys(6, "ml-backend", model=backend.url)
    _agree(made)
    made.label(1)
    made.wait(lambda state: made.waiting == 5 and state.model == "ml-backend 1")
    state = made.workspace.assist.state("toys")
    made.workspace.assist.keep_state("toys", msgspec.structs.replace(state, is_on=False, next_at=999))
    other_backend = StandIn()
    try:
        other_backend.answer = lambda image: prediction(rectangle("crate", 10, 20, 30, 40))
        made.workspace.assist.use_model("toys", other_backend.url, ())
        assert made.waiting == 0
        assert made.workspace.assist.state("toys").next_at == 0
        _agree(made)
        made.workspace.assist.assistant("toys").wake()
        made.wait(lambda state: made.waiting == 5 and state.model == "ml-backend 2")
        task = made.workspace.tasks.page("toys", TaskFilter(), 3, 1)[0]
        proposal = made.workspace.proposals.get(task)
        assert proposal is not None
        assert [region.name for region in proposal.labels.regions] == ["crate"]
    finally:
        other_backend.stop()


def test_looking_for_mistakes_sends_nothing_to_a_backend(toys: Callable[..., Toys], backend: StandIn) -> None:
    made = toys(12, "ml-backend", model=backend.url)
    made.label(11)
    with pytest.raises(NotAllowed, match="only while someone labels who agreed"):
        made.workspace.quality.find_mistakes("toys", Evidence(model=True))
    assert backend.paths == []
