"""An engine in its own process may do what it wants: whoever labels goes on, and is told once."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from tests.assist.drawn import CLASSES, draw
from tui_labeler.assist import messages
from tui_labeler.assist.engine import EngineError, ImageRefused
from tui_labeler.assist.engine_client import EngineProcess
from tui_labeler.assist.messages import BrokenPipe
from tui_labeler.model.project import TaskType

Png = Callable[[int], bytes]


def started(name: str, memory: int = 0) -> EngineProcess:
    return EngineProcess(name, TaskType.DETECTION, CLASSES, memory_limit=memory)


def fitted(process: EngineProcess, png: Png, count: int = 3) -> messages.Fitted:
    for number in range(count):
        process.learn(png(number), draw(number)[1])
    return process.fit(lambda what, done, total: None)


@pytest.mark.usefixtures("team_engines")
def test_a_teams_engine_learns_and_proposes(png: Png) -> None:
    process = started("engine")
    told: list[tuple[str, int, int]] = []
    for number in range(6):
        process.learn(png(number), draw(number)[1])
    done = process.fit(lambda *what: told.append(what))
    assert told[0] == ("training", 1, 2)
    assert (done.images, len(done.held_back)) == (2, 2), "an engine without a split of its own is tested on a third"
    assert done.megabytes > 5
    assert process.propose(png(9)).labels.regions[0].name == "ball"
    process.stop()
    assert not process.is_alive


@pytest.mark.usefixtures("team_engines")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("raising", "The engine failed: no idea."),
        ("killed", "killed"),
        ("exiting", "exit code 3"),
        ("no such engine", "no engine"),
    ],
)
def test_what_goes_wrong_is_one_message(name: str, message: str, png: Png) -> None:
    def whole() -> None:
        process = started(name)
        try:
            fitted(process, png)
        finally:
            process.stop()

    with pytest.raises(EngineError, match=message):
        whole()


@pytest.mark.usefixtures("team_engines")
def test_memory_is_limited(png: Png) -> None:
    process = started("hungry", 1 << 30)
    with pytest.raises(EngineError, match="memory"):
        fitted(process, png)
    process.stop()


@pytest.mark.usefixtures("team_engines")
def test_what_an_engine_prints_gets_not_between_the_messages(png: Png) -> None:
    process = started("printing")
    assert fitted(process, png).images == 1
    process.stop()


@pytest.mark.usefixtures("team_engines")
def test_stopping_ends_it_at_once(png: Png) -> None:
    process = started("slow")
    failed: list[str] = []

    def work() -> None:
        try:
            fitted(process, png)
        except EngineError as error:
            failed.append(error.message)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    began = time.monotonic()
    process.stop()
    thread.join(5)
    assert time.monotonic() - began < 2
    assert failed == ["The engine was stopped."]


@pytest.mark.usefixtures("team_engines")
def test_a_silent_engine_is_ended(png: Png, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_labeler.assist.engine_client.FIT_SECONDS", 0.5)
    process = started("slow")
    with pytest.raises(EngineError, match="did not answer"):
        fitted(process, png)
    process.stop()


@pytest.mark.usefixtures("team_engines")
def test_it_works_below_everything_else_and_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "hush")
    process = started("engine")
    assert os.getpriority(os.PRIO_PROCESS, process.process_id) == 19
    with open(f"/proc/{process.process_id}/environ", "rb") as file:
        assert b"hush" not in file.read()
    process.stop()


@pytest.mark.usefixtures("team_engines")
def test_it_ends_with_whoever_started_it(png: Png) -> None:
    process = started("engine")
    fitted(process, png)
    os.kill(process.process_id, signal.SIGSTOP)
    os.kill(process.process_id, signal.SIGCONT)
    stdin = process._process.stdin
    assert stdin is not None
    stdin.close()  # as if the app were killed
    assert process._process.wait(5) == 0
    process.stop()


@pytest.mark.usefixtures("team_engines")
def test_broken_images_teach_nothing_and_end_nothing(png: Png) -> None:
    process = started("engine")
    process.learn(b"no image at all", draw(0)[1])
    assert fitted(process, png).images == 1
    with pytest.raises(EngineError, match="The file is not an image"):
        process.propose(b"\x89PNG broken")
    assert process.propose(png(1)).labels.regions, "and the next one works"
    process.stop()


@given(st.binary(max_size=200))
def test_whatever_comes_out_of_the_pipe_is_a_message_or_its_end(data: bytes) -> None:
    try:
        message = messages.receive(io.BytesIO(data), messages.FromEngine)
    except BrokenPipe:
        return
    assert isinstance(message, messages.FromEngine)


def test_a_pickle_in_the_pipe_is_not_opened(tmp_path: Path) -> None:
    trace = tmp_path / "trace"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {trace}",)

    body = pickle.dumps(Evil())
    with pytest.raises(BrokenPipe):
        messages.receive(io.BytesIO(len(body).to_bytes(4, "big") + body), messages.FromEngine)
    assert not trace.exists()


@pytest.mark.usefixtures("team_engines")
def test_it_stands_aside_while_someone_types(png: Png) -> None:
    def state() -> str:
        with open(f"/proc/{process.process_id}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0]

    def becomes(wanted: bool) -> bool:
        """Whether the process is stopped, or no longer, within two seconds."""
        end = time.monotonic() + 2
        while time.monotonic() < end and (state() == "T") is not wanted:
            time.sleep(0.01)
        return (state() == "T") is wanted

    process = started("engine")
    process.typed()
    assert becomes(True)
    assert becomes(False), "and goes on by itself"
    assert fitted(process, png).images == 1
    process.typed()
    assert becomes(True)
    process.stop()
    assert not process.is_alive, "a stopped one can be ended"


@pytest.mark.usefixtures("team_engines")
@pytest.mark.parametrize("stopped", [False, True])
def test_a_killed_app_leaves_no_engine_behind(stopped: bool) -> None:
    code = (
        "import time; from tui_labeler.assist.engine_client import EngineProcess; "
        "from tui_labeler.model.project import TaskType\n"
        "process = EngineProcess('slow', TaskType.DETECTION, ('ball',)); print(process.process_id, flush=True)\n"
        "time.sleep(60)"
    )
    app = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    engine = int(app.stdout.readline())
    if stopped:
        os.kill(engine, signal.SIGSTOP)
    app.kill()
    app.wait()
    app.stdout.close()
    end = time.monotonic() + 3
    while os.path.exists(f"/proc/{engine}") and time.monotonic() < end:
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{engine}")


def looping() -> bytes:
    """A model that multiplies numbers, 2⁶² times."""
    entry = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 32, 32])
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Mul", ["now", "half"], ["then"])],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("now", TensorProto.FLOAT, [1, 6, 84]),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("then", TensorProto.FLOAT, [1, 6, 84]),
        ],
        [numpy_helper.from_array(np.float32(0.5), "half")],
    )
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0),
        helper.make_node("Add", ["mean", "zeros"], ["first"]),
        helper.make_node("Loop", ["turns", "yes", "first"], ["out"], body=body),
    ]
    constants = [
        numpy_helper.from_array(np.int64(2**62), "turns"),
        numpy_helper.from_array(np.bool_(True), "yes"),
        numpy_helper.from_array(np.zeros((1, 6, 84), np.float32), "zeros"),
    ]
    out = [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 6, 84])]
    graph = helper.make_graph(nodes, "loop", [entry], out, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    data: bytes = model.SerializeToString()
    return data


@contextmanager
def at_usual_priority(begin: messages.Begin) -> Iterator[subprocess.Popen[bytes]]:
    """An engine's process that has begun and fitted. At the lowest priority a busy machine might give it no time at all."""
    run = "Child(sys.stdin.buffer, sys.stdout.buffer).run()"
    code = f"import sys; from tui_labeler.assist.engine_worker import Child; {run}"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with process, process.stdin, process.stdout:
        messages.send(process.stdin, begin)
        assert isinstance(messages.receive(process.stdout, messages.FromEngine), messages.Ready)
        messages.send(process.stdin, messages.Fit())
        assert isinstance(messages.receive(process.stdout, messages.FromEngine), messages.Fitted)
        yield process
        process.kill()


def ask(process: subprocess.Popen[bytes], image: bytes) -> object:
    assert process.stdin is not None
    assert process.stdout is not None
    messages.send(process.stdin, messages.Propose(image))
    return messages.receive(process.stdout, messages.FromEngine)


def test_a_model_that_loops_is_ended_by_its_processor_time(tmp_path: Path, png: Png) -> None:
    file = tmp_path / "loop.onnx"
    file.write_bytes(looping())
    begin = messages.Begin("onnx", "object-detection", CLASSES, str(file), CLASSES, cpu_limit=1)
    with at_usual_priority(begin) as process:
        with pytest.raises(BrokenPipe):
            ask(process, png(0))
        assert process.wait(30) == -signal.SIGPROF


@pytest.mark.slow
@pytest.mark.usefixtures("team_engines")
def test_every_proposal_has_its_processor_time_anew(png: Png) -> None:
    with at_usual_priority(messages.Begin("busy", "object-detection", CLASSES, cpu_limit=1)) as process:
        for _ in range(4):
            assert isinstance(ask(process, png(0)), messages.Proposed)


@pytest.mark.usefixtures("team_engines")
def test_used_up_processor_time_is_told(png: Png) -> None:
    process = started("overtime")
    process.fit(lambda what, done, total: None)
    with pytest.raises(EngineError, match="more processor time for one image than it may"):
        process.propose(png(0))
    process.stop()


@pytest.mark.usefixtures("team_engines")
def test_an_image_that_cannot_be_read_is_not_the_engines_fault(png: Png) -> None:
    process = started("engine")
    fitted(process, png)
    with pytest.raises(ImageRefused):
        process.propose(b"just a text")
    assert process.propose(png(9)).labels.regions
    process.stop()
