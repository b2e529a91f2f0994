"""A short part of the campaign of drafts, faults and kills; `python -m tests.killed_drafts --runs 500` is all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killed_drafts import build, in_front


def test_what_counts_as_saved_survives_slow_and_full_disks_and_kills(tmp_path: Path) -> None:
    library = build(tmp_path)
    if library is None:
        pytest.skip("no C compiler, which the faults of a disk need")
    counts = in_front(library, "--runs", "6", "--longest", "0.6")
    assert counts["runs"] == 6
    assert counts["keys"] > 5
    assert counts["saved"], "something counted as saved"
    assert not counts["lost"], counts
    assert not counts["broken"], counts
