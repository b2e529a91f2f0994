"""What the list of projects says beside their numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import COKE, make_spec
from tui_labeler.model.assist import AssistState
from tui_labeler.model.listing import ProjectNews
from tui_labeler.model.pace import hour_key
from tui_labeler.model.project import Assist
from tui_labeler.workspace import Workspace


def submit(workspace: Workspace, labeler: str) -> None:
    lease = workspace.queue.claim("soda", labeler, labeler)
    assert lease is not None
    workspace.queue.submit(lease.task, labeler, COKE, labeler)


def news_of_each(workspace: Workspace, out: Path) -> None:
    workspace.projects.create(make_spec("juice"))
    assert workspace.projects.news() == {"soda": ProjectNews(), "juice": ProjectNews()}
    submit(workspace, "ann")
    first = workspace.projects.news()["soda"]
    assert first.at_work == 0, "what was submitted is not open"
    assert 0 <= workspace.now() - first.last_label < 60
    for labeler in ("ann", "ann", "bob"):
        workspace.queue.claim("soda", labeler, f"{labeler}'s window")
    workspace.exchange.export("soda", out=out / "first")
    newest = workspace.exchange.export("soda", out=out / "second").name
    spec = workspace.projects.specification("soda")
    workspace.projects.change("soda", msgspec.structs.replace(spec, assist=Assist(True)))
    news = workspace.projects.news()
    assert news["juice"] == ProjectNews()
    assert news["soda"] == ProjectNews(hour_key(first.last_label), newest, 2, True, False, first.last_label)
    workspace.assist.keep_state("soda", AssistState("pretrained", is_on=True))
    assert workspace.projects.news()["soda"].proposes
    workspace.projects.change("soda", msgspec.structs.replace(spec, assist=Assist(False)))
    assert not workspace.projects.news()["soda"].proposes, "what was learned stays, and does nothing"


def test_news_of_each_project(workspace: Workspace, tmp_path: Path) -> None:
    news_of_each(workspace, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_news_on_a_server(workspace: Workspace, tmp_path: Path) -> None:
    news_of_each(workspace, tmp_path)


def test_a_lease_that_ended_is_nobody_at_work(
    open_workspace: Callable[[], Workspace], workspace: Workspace, home: Path
) -> None:
    workspace.queue.claim("soda", "ann", "t")
    assert workspace.projects.news()["soda"].at_work == 1
    later = Workspace(home / "workspace.db", home / "exports", clock=lambda: workspace.now() + 3600)
    try:
        assert later.projects.news()["soda"].at_work == 0
    finally:
        later.close()
