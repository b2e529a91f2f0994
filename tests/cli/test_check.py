"""What does not fit in a workspace is told, with the command that mends it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Run


def test_check_says_which_command_counts_anew(run: Run, project: str, home: Path) -> None:
    assert "everything fits together" in run("workspace", "check").out
    with closing(sqlite3.connect(home / "workspace.db")) as raw:
        raw.execute("UPDATE tally SET n = n + 1 WHERE kind = 'state'")
        raw.commit()
    wrong = run("workspace", "check")
    assert wrong.code == 1
    assert "a count gives 5" in wrong.out
    assert "workspace check --mend" in wrong.err
    mended = run("workspace", "check", "--mend")
    assert mended.code == 0
    assert "counted anew" in mended.err
    assert run("workspace", "check", "--json").json["problems"] == []
