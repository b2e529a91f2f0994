"""A labeler at a real terminal, whose line is cut, whose server restarts and whose program is killed at random moments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.cutlabeler import labeled_through


@pytest.mark.slow
@pytest.mark.parametrize("breaks", [6, pytest.param(200, marks=pytest.mark.long)])
def test_everything_is_there_once_and_drafts_are_whole(
    tmp_path: Path, breaks: int, record_property: pytest.RecordProperty
) -> None:
    record_property("table: a labeler whose line breaks", labeled_through(breaks, 11, tmp_path))
