"""A labeler's journals, where several sessions of theirs begin and end."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO, Any

import pytest

from tui_labeler.labeling.journal import Journal, KeptSubmission, WaitingDraft
from tui_labeler.labeling.kept import kept
from tui_labeler.model.tasks import Basis, Task, TaskState


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


def submission(number: int) -> KeptSubmission:
    task = Task(number, "soda", f"{number}.jpg", TaskState.INCOMPLETE)
    return KeptSubmission(task, "ann", None, "token", 1.0, Basis(None, f"name {number}"))


def test_what_lies_in_several_places_is_brought_together_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No submission takes another's place, whatever their clocks said; of two drafts of a task the later one stays."""
    monkeypatch.setattr(time, "time_ns", lambda: 5)
    former, folder = tmp_path / "former", tmp_path / "now"
    for number, place in ((1, former), (2, folder)):
        journal = Journal(place)
        journal.add(submission(number))
        journal.keep_draft(WaitingDraft(submission(9).task, "ann", f"body {number}", True, None, "token"))
        for draft, _, _ in journal.drafts():
            os.utime(draft, ns=(number, number))
        journal.close()
    both = Journal(folder, former)
    assert sorted(kept.task.id for _, kept in both.submissions()) == [1, 2]
    assert [draft.body for _, _, draft in both.drafts()] == ["body 2"]
    assert not former.exists()
    both.close()


def test_what_a_session_has_in_hand_is_not_told_as_left(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal" / "name")
    journal.add(submission(1))
    assert list(kept(tmp_path)) == []
    journal.close()
    (found,) = kept(tmp_path)
    assert (found.name, found.words, found.projects) == ("name", "1 submission of ann's", ("soda",))
