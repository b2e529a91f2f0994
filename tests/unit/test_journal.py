"""A labeler's journals, where several sessions of theirs begin and end."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO, Any

import pytest

from tui_labeler.labeling.journal import Journal, WaitingDraft
from tui_labeler.model.tasks import Task, TaskState


def waiting(number: int) -> WaitingDraft:
    return WaitingDraft(Task(number, "soda", f"{number}.jpg", TaskState.INCOMPLETE), "ann", "body", True, None, "token")


def test_what_a_session_that_ended_left_is_taken_over(tmp_path: Path) -> None:
    first = Journal(tmp_path)
    first.keep_draft(waiting(7))
    first.close()
    assert [draft for _, _, draft in Journal(tmp_path).drafts()] == [waiting(7)]


def test_a_session_that_runs_keeps_what_it_has(tmp_path: Path) -> None:
    first = Journal(tmp_path)
    first.keep_draft(waiting(7))
    assert not list(Journal(tmp_path).drafts())
    assert [draft for _, _, draft in first.drafts()] == [waiting(7)]


def test_sessions_that_begin_at_the_same_moment_keep_a_folder_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[Journal] = []
    lock = fcntl.flock

    def flock(file: IO[Any], how: int) -> None:
        """The second session begins between the first one's file and its lock."""
        if not others:
            monkeypatch.undo()
            others.append(Journal(tmp_path))
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    first = Journal(tmp_path)
    first.keep_draft(waiting(1))
    others[0].keep_draft(waiting(2))
    assert [draft for _, _, draft in first.drafts()] == [waiting(1)]
    assert [draft for _, _, draft in others[0].drafts()] == [waiting(2)]
