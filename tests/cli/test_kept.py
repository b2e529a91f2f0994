"""What waits on this machine for a workspace that is not open here is told, with the command that sends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tui_labeler.labeling.aside import Aside
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.journal import KeptSubmission
from tui_labeler.labeling.kept import Here, open_journal
from tui_labeler.model.tasks import Basis, Task, TaskState

FAR = "postgresql://ann@127.0.0.1:1/labels?sslmode=disable"


def keep(home: Path, count: int) -> None:
    """Submissions of ann's for a workspace that cannot be reached."""
    journal = open_journal(home / "state", Here("0a1b", "postgresql://127.0.0.1:1/labels", FAR), "ann")
    for number in range(1, count + 1):
        task = Task(number, "so da", f"{number}.jpg", TaskState.INCOMPLETE)
        journal.add(KeptSubmission(task, "ann", None, "token", 1.0, Basis(None, f"{number}")))
    journal.close()


def said(run: Run, *words: str) -> dict[str, str]:
    """What doctor says of what is kept."""
    import json

    checks = json.loads(run(*words, "doctor", "--json", TUI_LABELER_LABELER="ann").out)
    return next((check for check in checks if check["check"] == "kept"), {})


@pytest.mark.slow
def test_doctor_names_the_workspace_that_it_is_kept_for(run: Run, home: Path) -> None:
    assert said(run) == {}
    keep(home, 2)
    check = said(run)
    assert check["found"] == "2 submissions of ann's, kept for postgresql://127.0.0.1:1/labels: not sent yet."
    assert check["mend"] == f"Open it: tui-labeler --workspace '{FAR}' label 'so da'"


def test_doctor_knows_it_while_the_workspace_cannot_be_reached(run: Run, home: Path) -> None:
    keep(home, 1)
    check = said(run, "--workspace", FAR)
    assert check["found"] == "1 submission of ann's: not sent yet."
    assert check["mend"] == "It is sent when you label here: tui-labeler label 'so da'"


@pytest.mark.slow
def test_what_is_kept_is_listed_and_taken_where_a_person_says_so(run: Run, home: Path) -> None:
    assert "Nothing is kept" in run("workspace", "kept").out
    keep(home, 3)
    assert "so da" in run("workspace", "kept").out
    (one,) = run("workspace", "kept", "--json").json
    assert run("workspace", "kept", "--take", one["name"], TUI_LABELER_LABELER="bob").code != 0
    taken = run("workspace", "kept", "--take", one["name"], TUI_LABELER_LABELER="ann")
    assert taken.out == "3 submissions of ann's: sent when you label here. Next: tui-labeler label 'so da'\n"
    assert said(run)["mend"] == "It is sent when you label here: tui-labeler label 'so da'"


def test_a_draft_that_could_not_be_saved_is_listed_with_what_brings_it_back(run: Run, home: Path) -> None:
    Aside(home / "state", "0a1b", "/far/workspace.db").put("so da", "ann", {"7.jpg": Draft()}, {"7.jpg": 7})
    (one,) = run("workspace", "kept", "--json").json
    assert (one["projects"], one["path"], one["drafts"]) == (["so da"], "7.jpg", 1)
    listed = run("workspace", "kept")
    for words in ("so da", "7.jpg", "/far/workspace.db"):
        assert words in listed.out
    assert f"tui-labeler workspace kept --take {one['name']}" in listed.err
    taken = run("workspace", "kept", "--take", one["name"], TUI_LABELER_LABELER="ann")
    assert "There is no project “so da”" in taken.err
