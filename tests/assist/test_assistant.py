"""The assistant on a workspace: it trains when there are labels enough, proposes, watches itself, and fails quietly."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.assist.drawn import CLASSES, SIZE
from tests.assist.toys import Toys
from tui_labeler.assist.engine_client import EngineProcess
from tui_labeler.assist.evaluation import Trial
from tui_labeler.assist.measuring import measure
from tui_labeler.model.assist import AssistState, ClassQuality, Quality
from tui_labeler.model.geometry import Box
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.project import Assist, Classes, Details, ProjectSpec, TaskOrder
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.workspace import Workspace


@pytest.mark.slow
def test_from_ten_images_on_it_proposes_and_what_is_saved_is_counted(toys: Callable[..., Toys]) -> None:
    made = toys(24)
    made.label(9)
    made.wait(lambda state: "begins at 10" in state.reason)
    assert made.waiting == 0
    made.label(1)
    state = made.wait(lambda state: state.is_on)
    assert (state.model, state.images, state.next_at) == ("fewshot 1", 10, 20)
    assert state.quality.precision > 0.7
    assert state.seconds > 0
    assert state.megabytes > 50
    made.wait(lambda state: made.waiting == 14)
    made.wait(lambda state: state.each_seconds > 0)
    task = made.workspace.tasks.page("toys", TaskFilter(), 12, 1)[0]
    prelabel = made.workspace.proposals.get(task)
    assert prelabel is not None
    assert {region.model for region in prelabel.labels.regions} == {"fewshot 1"}
    assert all(0 < region.confidence < 1 for region in prelabel.labels.regions)
    assert not {region.extent for region in prelabel.labels.regions} & set(prelabel.candidates)
    lease = made.workspace.queue.claim("toys", "ann", "t")
    assert lease is not None
    proposal = made.workspace.proposals.get(lease.task)
    assert proposal is not None
    taken = tuple(msgspec.structs.replace(region, confidence=1.0) for region in proposal.labels.regions)
    made.workspace.queue.submit(lease.task, "ann", Labels(proposal.labels.size, taken), "t")
    use = made.workspace.assist.use("toys")
    assert (use.tasks, use.taken, use.keys_saved) == (1, len(taken), 5 * len(taken) - 1)
    made.label(9)
    state = made.wait(lambda state: state.generation == 2 and not state.doing)
    assert (state.images, state.next_at) == (20, 30)


def test_the_unsurest_come_first_where_the_project_asks_for_it(toys: Callable[..., Toys]) -> None:
    made = toys(6, order=TaskOrder.UNSURE)
    tasks = made.workspace.tasks.page("toys", TaskFilter(), 0, 9)
    entries = [
        (task, Prelabel(made.truth[task.path], "m 1", sure))
        for task, sure in zip(tasks, (0.9, 0.8, 0.2, 0.7), strict=False)
    ]
    made.workspace.proposals.put("toys", entries)
    assert made.workspace.queue.upcoming("toys", "ann", 2)[0].path == tasks[2].path
    first = made.workspace.queue.claim("toys", "ann", "t")
    second = made.workspace.queue.claim("toys", "bob", "u")
    assert first is not None
    assert second is not None
    assert (first.task.path, second.task.path) == (tasks[2].path, tasks[3].path)


@pytest.mark.usefixtures("team_engines")
def test_proposals_that_cost_keys_switch_themselves_off(toys: Callable[..., Toys]) -> None:
    made = toys(14, "wrong")
    made.label(10)
    state = made.wait(lambda state: state.generation == 1 and not state.doing)
    assert not state.is_on
    assert "more keys than they save" in state.reason
    assert made.waiting == 0


@pytest.mark.usefixtures("team_engines")
def test_so_do_those_that_turn_out_to_cost_keys_while_people_label(
    toys: Callable[..., Toys], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The labels held back promised better than what came."""
    promise = Quality(10, tuple(ClassQuality(name, 1.0, 1.0, 10, 0.0) for name in CLASSES), 1.0, 1.0, 1.0, 5.0)
    monkeypatch.setattr("tui_labeler.assist.evaluation.evaluate", lambda *given: promise)
    made = toys(40, "wrong")
    made.label(10)
    made.wait(lambda state: state.is_on and made.waiting == 30)
    made.label(7)
    assert made.workspace.assist.state("toys").is_on
    made.label(2)
    state = made.wait(lambda state: not state.is_on)
    assert "In the last" in state.reason
    assert made.waiting == 0
    assert made.workspace.assist.use("toys").keys_saved < 0


@pytest.mark.usefixtures("team_engines")
@pytest.mark.parametrize(("engine", "said"), [("raising", "no idea"), ("killed", "killed"), ("nonsense", "")])
def test_a_failing_engine_is_told_once_and_nothing_is_lost(toys: Callable[..., Toys], engine: str, said: str) -> None:
    made = toys(13, engine)
    made.label(10)
    if said:
        state = made.wait(lambda state: bool(state.failure))
        assert said in state.failure
        assert state.doing == ""
    else:
        state = made.wait(lambda state: state.generation == 1 and not state.doing)
        assert not state.is_on
    made.label(3)
    status = made.workspace.projects.status("toys")
    assert (status.completed, status.queue.prelabeled) == (13, 0)


@pytest.mark.slow
def test_an_engine_that_is_killed_while_it_proposes_comes_back(
    toys: Callable[..., Toys], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_labeler.assist.assistant._RETRY_SECONDS", 0.1)
    made = toys(60)
    made.label(10)
    made.wait(lambda state: state.is_on and made.waiting > 0)
    assistant = made.workspace.assist.assistant("toys")
    process = assistant.engine_process
    assert process
    os.kill(process, signal.SIGKILL)
    made.wait(lambda state: state.generation == 2 and not state.doing and made.waiting == 30)
    assert assistant.engine_process not in (0, process)


@pytest.mark.usefixtures("team_engines")
@pytest.mark.parametrize(("engine", "said"), [("overtime", "processor time"), ("hungryfile", "out of memory")])
def test_a_model_file_that_fails_is_told_once_until_assist_is_changed(
    toys: Callable[..., Toys], monkeypatch: pytest.MonkeyPatch, engine: str, said: str
) -> None:
    """Not after each pause: it would do the same at the next image."""
    monkeypatch.setattr("tui_labeler.assist.assistant._RETRY_SECONDS", 0.0)
    monkeypatch.setattr("tui_labeler.assist.assistant._POLL_SECONDS", 0.05)
    started: list[EngineProcess] = []
    begin = EngineProcess.__init__

    def counted(self: EngineProcess, *given: Any) -> None:
        started.append(self)
        begin(self, *given, memory_limit=1 << 30)

    monkeypatch.setattr(EngineProcess, "__init__", counted)
    made = toys(6, engine, model="team.onnx")
    made.label(1)
    state = made.wait(lambda state: bool(state.failure))
    assert said in state.failure
    assert "tried again when ML assist is changed" in state.failure
    made.label(3)
    time.sleep(0.5)  # ten turns
    assert len(started) == 1
    assert made.workspace.projects.status("toys").completed == 4
    spec = made.workspace.projects.specification("toys")
    made.workspace.projects.change("toys", msgspec.structs.replace(spec, assist=Assist(True, engine, model="b.onnx")))
    made.wait(lambda state: len(started) == 2)


@pytest.mark.usefixtures("team_engines")
def test_an_image_that_cannot_be_read_keeps_no_proposals_from_others(toys: Callable[..., Toys], tmp_path: Path) -> None:
    made = toys(8, "sure", model="team.onnx")
    made.truth = dict.fromkeys(made.truth, Labels(SIZE, (Region("ball", Box(1, 1, 30, 30)),)))  # as it proposes
    (tmp_path / "0" / "images" / "001.png").write_bytes(b"just a text")
    made.label(1)
    made.wait(lambda state: made.waiting == 6)
    assert not made.workspace.assist.state("toys").failure


@pytest.mark.slow
def test_off_takes_the_proposals_away_and_closing_leaves_no_process(toys: Callable[..., Toys]) -> None:
    made = toys(16)
    made.label(10)
    made.wait(lambda state: made.waiting == 6)
    process = made.workspace.assist.assistant("toys").engine_process
    spec = made.workspace.projects.specification("toys")
    made.workspace.projects.change("toys", msgspec.structs.replace(spec, assist=Assist(False)))
    made.wait(lambda state: not state.is_on)
    assert made.waiting == 0
    made.workspace.assist.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_one_process_assists_a_project(toys: Callable[..., Toys], tmp_path: Path) -> None:
    made = toys(12)
    assert made.workspace.assist.may_assist("toys")
    other_workspace = Workspace(tmp_path / "0" / "w.db", tmp_path / "0" / "x")
    here = "|".join(other_workspace.queue.process.split("|")[:3])
    other_workspace.assist.process = f"{here}|1|"  # another process, which lives
    assert not other_workspace.assist.may_assist("toys")
    made.workspace.assist.process = f"{here}|999999999|"  # one that has ended
    made.workspace.assist.keep_state("toys", AssistState())
    with made.workspace._database.write() as tx:
        tx.run("DELETE FROM memo WHERE key LIKE '%/by'")
    assert made.workspace.assist.may_assist("toys")
    assert other_workspace.assist.may_assist("toys")
    other_workspace.close()


@pytest.mark.slow
def test_a_model_survives_a_restart_without_learning_again(toys: Callable[..., Toys], tmp_path: Path) -> None:
    made = toys(16, "pretrained")
    made.label(10)
    state = made.wait(lambda state: state.is_on and made.waiting > 0)
    assert not state.reason
    model = state.model
    kept = made.workspace.assist.knowledge("toys", model)
    assert b"numpy.core" not in kept
    assert kept[:2] == b"PK"
    made.workspace.assist.stop()
    made.workspace.proposals.drop_of_models("toys")
    made.workspace.assist.assistant("toys")
    state = made.wait(lambda state: made.waiting == 6)
    assert (state.model, state.generation) == (model, 1)
    made.workspace.assist.stop()
    made.workspace.assist.keep_knowledge("toys", model, kept[:-100])
    made.workspace.assist.assistant("toys")
    made.wait(lambda state: state.generation == 2 and not state.doing)


@pytest.mark.usefixtures("team_engines")
def test_what_nobody_saw_is_not_refused(toys: Callable[..., Toys]) -> None:
    """A proposal that comes while someone has the image open, and one for labels that came from elsewhere."""
    made = toys(6, "sure", model="team.onnx")
    tasks = made.workspace.tasks.page("toys", TaskFilter(), 0, 9)
    lease = made.workspace.queue.claim("toys", "ann", "t")
    assert lease is not None
    wrong = Labels(SIZE, (Region("crate", Box(100, 100, 130, 130), confidence=0.9),))
    entries = [(task, Prelabel(wrong, "sure 1", 0.9)) for task in tasks[:3]]
    assert made.workspace.proposals.put("toys", entries) == 2, "nobody would see the one for the open image"
    made.workspace.queue.submit(lease.task, "ann", made.truth[lease.task.path], "t")
    made.workspace.queue.submit(tasks[1], "import", made.truth[tasks[1].path])
    skipped = made.workspace.queue.claim("toys", "ann", "t")
    assert skipped is not None
    made.workspace.queue.submit(skipped.task, "ann", None, "t")
    assert made.workspace.proposals.past("toys", "sure 1", 9) == ()
    use = made.workspace.assist.use("toys")
    assert (use.tasks, use.proposed) == (1, 0), "who skips an image says nothing of what was proposed"
    assert all(not refused for _, _, refused in made.workspace.proposals.training_labels("toys", 9))


def test_a_model_from_elsewhere_is_measured_by_labels_that_are_younger() -> None:
    spec = ProjectSpec(Details("toys"), classes=Classes(CLASSES))
    truth = Labels(SIZE, (Region("ball", Box(1, 1, 30, 30)),))
    wrong = Trial(Labels(SIZE, (Region("ball", Box(90, 90, 99, 99), confidence=0.9),)), truth)
    measured = measure([wrong] * 2, spec, 40, learns=False, seconds=1.0)
    assert measured.is_on
    assert "Not measured yet: at 43" in measured.reason
    measured = measure([wrong] * 5, spec, 43, learns=False, seconds=1.0)
    assert not measured.is_on
    assert "It is measured again at 86" in measured.reason
    assert measure([wrong] * 5, spec, 40, learns=True, seconds=1.0).next_at == 60
    assert measure([wrong] * 5, spec, 40, learns=True, seconds=99.0).next_at == 80
