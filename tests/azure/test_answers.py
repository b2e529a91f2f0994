"""Tokens go to one host; answers that are none are named as such; nothing goes on for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.azure.standin import arm as service
from tests.azure.standin.faults import SHAPES, Answer
from tests.azure.standin.server import StandIn
from tui_labeler.azure import operations
from tui_labeler.azure.arm import same_host
from tui_labeler.azure.errors import explain
from tui_labeler.model.errors import LabelerError, Unreachable
from tui_labeler.workspace import Workspace

LISTS: dict[str, Callable[[Workspace], object]] = {
    "labelingJobs": lambda workspace: workspace.azure.retired_projects.list(),
    "datastores": lambda workspace: workspace.azure.catalog.datastores(),
    "data": lambda workspace: workspace.azure.catalog.assets(),  # these two go through azure-ai-ml
    "computes": lambda workspace: workspace.azure.catalog.computes(),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        "@evil.example/x",
        "//evil.example/x",
        "https://{host}@evil.example/x",
        "https://evil.example#@{host}/x",
        "https://evil.example\\@{host}/x",
        "https://{host}.evil.example/x",
        "http://{host}/elsewhere",
        "https://127.0.0.1:1/x",
        "https://ann:pw@{host}/elsewhere",
        "ftp://{host}/x",
        "https://[::bad/x",
        "\\\\evil.example\\x",
        "https://",
        "x",
    ],
)
def test_a_page_elsewhere_is_not_asked_for(
    workspace: Workspace, standin: StandIn, quick: list[float], monkeypatch: pytest.MonkeyPatch, kind: str, link: str
) -> None:
    target = link.replace("{host}", standin.host)
    monkeypatch.setattr(service, "_page", lambda *_: Answer(200, {"value": [], "nextLink": target}))
    before = len(standin.state.lines)
    with pytest.raises(LabelerError) as told:
        LISTS[kind](workspace)
    assert told.value.exit_code in (1, 3)
    # The list itself was asked for, and nothing more: no token has left for another place.
    assert len([line for line in standin.state.lines[before:] if "/token" not in line]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", LISTS)
def test_an_answer_of_any_shape_is_named(workspace: Workspace, standin: StandIn, quick: list[float], kind: str) -> None:
    standin.description, kept = None, standin.description
    for fault in SHAPES:
        standin.faults.clear()
        standin.faults.add(fault, f"/{kind}")
        with pytest.raises(LabelerError) as told:
            LISTS[kind](workspace)
        three = ("web page", "empty", "half", "no text", "bad gzip", "redirect", "moved", "later", "proxy")
        assert told.value.exit_code == 3 if fault in three else told.value.exit_code in (1, 3), (fault, told.value)
    standin.description = kept


def test_what_is_one_host() -> None:
    home = "https://management.azure.com"
    for link in (f"{home}/x?$skip=a%20b", f"{home}:443/x", "https://MANAGEMENT.azure.com/x", "/subscriptions/x?y=1"):
        assert same_host("look", home, link).host == "management.azure.com"


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(
    workspace: Workspace, standin: StandIn, quick: list[float], kind: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = {"Location": f"{standin.url}/elsewhere"}
    monkeypatch.setattr(service, "_page", lambda *_: Answer(status, None, where))
    monkeypatch.setattr(standin, "description", None)
    before = len(standin.state.lines)
    with pytest.raises(Unreachable) as told:
        LISTS[kind](workspace)
    assert "another address" in told.value.message
    assert not [line for line in standin.state.lines[before:] if "elsewhere" in line]


@pytest.mark.parametrize("kind", LISTS)
def test_pages_that_repeat_themselves_end(
    workspace: Workspace, standin: StandIn, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    turn = [0]

    def page(state: Any, host: str, path: str, asked: Any, rows: Any) -> Answer:
        turn[0] += 1
        return Answer(200, {"value": [], "nextLink": f"https://{host}{path}?api-version=1&$skip={turn[0] % 3}"})

    monkeypatch.setattr(service, "_page", page)
    monkeypatch.setattr(standin, "description", None)
    with pytest.raises(LabelerError) as told:
        LISTS[kind](workspace)
    assert "lead back" in told.value.message
    assert turn[0] < 10


def test_an_operation_that_does_not_end_is_left(
    workspace: Workspace, standin: StandIn, quick: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    standin.state.workspaces[0].add_job("old", {})
    standin.state.operation_waits = 10**9
    monkeypatch.setattr(operations, "LONGEST", 30.0)
    for work in (lambda: workspace.azure.retired_projects.export("old", "Coco"), lambda: _resume(workspace, standin)):
        with pytest.raises(Unreachable) as told:
            work()
        assert "not done" in told.value.message


def _resume(workspace: Workspace, standin: StandIn) -> None:
    standin.state.workspaces[0].jobs["old"]["properties"]["status"] = "Paused"
    workspace.azure.retired_projects.resume("old")


def test_a_202_without_a_place_to_look_is_no_success(
    workspace: Workspace, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    standin.state.workspaces[0].add_job("old", {})
    monkeypatch.setattr(service, "_jobs", lambda *_: Answer(202, None))
    with pytest.raises(LabelerError) as told:
        workspace.azure.retired_projects.export("old", "Coco")
    assert "202" in told.value.message


def test_an_answer_without_an_end_is_given_up(
    workspace: Workspace, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui_labeler.azure import arm

    monkeypatch.setattr(arm, "_LARGEST", 1 << 16)
    monkeypatch.setattr(service, "_page", lambda *_: Answer(200, {"value": [{"name": "x" * (1 << 17)}]}))
    monkeypatch.setattr(standin, "description", None)
    with pytest.raises(LabelerError) as told:
        workspace.azure.retired_projects.list()
    assert "more than" in told.value.message


@pytest.mark.parametrize("text", ["²", "1e9", "-5", "nan", "Tue, 31 Feb 2026 99:00:00 GMT", "9" * 500, "soon"])
def test_a_retry_after_of_nonsense_is_none(
    workspace: Workspace, standin: StandIn, quick: list[float], text: str
) -> None:
    standin.faults.add("503", "labelingJobs", times=1, retry_after=text.encode("utf-8").decode("latin-1"))
    quick.clear()
    workspace.azure.retired_projects.list()
    assert max(quick) <= 8


@pytest.mark.parametrize(
    "body", [b'{"error": {"details": 5}}', b'{"error": [1]}', b"[]", b'{"error": "x"}', b"\xff", b"7"]
)
def test_an_errors_body_may_be_anything(body: bytes) -> None:
    from tui_labeler.azure.errors import parse_body

    assert all(isinstance(part, str) for part in parse_body(body, {}))
    assert explain("look", 307, "", "").exit_code == 3


def test_waiting_for_a_token_ends_with_the_program(workspace: Workspace, standin: StandIn) -> None:
    """A token's endpoint that does not answer keeps no program from ending."""
    standin.faults.add("drip", "/token")
    standin.drip = 20.0
    azure = workspace.azure
    azure.account.connection.sign_in._tokens.clear()
    began = time.monotonic()
    import threading

    failed: list[BaseException] = []

    def ask() -> None:
        try:
            azure.account.connection.sign_in.token("https://storage.azure.com/.default")
        except LabelerError as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.2)
    azure.stop()
    thread.join(15)
    assert failed
    assert time.monotonic() - began < 15
