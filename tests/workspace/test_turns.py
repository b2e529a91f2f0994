"""Writers take turns; a database that is gone is told, not written into."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.errors import WorkspaceError
from tui_labeler.store.sqlite_database import SqliteDatabase as Database
from tui_labeler.store.turns import Turns
from tui_labeler.workspace import Workspace

ROOT = Path(__file__).parents[2]
_WRITER = """
import sys
from pathlib import Path
from tui_labeler.store.sqlite_database import SqliteDatabase as Database
database = Database(Path(sys.argv[1]), create=False)
print("ready", flush=True)
sys.stdin.readline()

for _ in range(int(sys.argv[2])):
    with database.write() as tx:
        tx.run("UPDATE memo SET value = value || ?", sys.argv[3])
"""


def test_a_process_is_stopped_between_its_writes(tmp_path: Path) -> None:
    turns, steps, writes = Turns(tmp_path / "turns"), [], threading.Event()

    def write() -> None:
        with turns.turn():
            writes.set()
            time.sleep(0.05)
            steps.append("written")

    writer = threading.Thread(target=write)
    writer.start()
    writes.wait()
    with turns.between(60.0):
        steps.append("stopped")
    writer.join()
    assert steps == ["written", "stopped"]


def test_a_write_that_does_not_end_keeps_nobody_from_stopping(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "turns")
    with turns.turn(), turns.between(0.01):
        pass
    with turns.turn():
        pass  # what was not held was not released


@pytest.mark.slow
def test_sixteen_writers_take_turns(tmp_path: Path) -> None:
    """Told by the order of what they wrote, not by a clock: between two turns of one, no other has many."""
    database = Database(tmp_path / "w.db")
    with database.write() as tx:
        tx.run("INSERT INTO memo (key, value) VALUES ('order', '')")
    letters = "abcdefghijklmnop"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path / "w.db"), "30", letter],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for letter in letters
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=100)
        assert writer.returncode == 0
    with database.read() as tx:
        row = tx.one("SELECT value FROM memo WHERE key = 'order'")
    assert row
    order = row[0]
    assert len(order) == 16 * 30, "no write is lost"
    begun = max(order.index(letter) for letter in letters)
    ended = min(order.rindex(letter) for letter in letters)
    between = order[begun:ended]
    for letter in letters:
        runs = [len(run) for run in between.split(letter)]
        assert max(runs, default=0) <= 3 * 16, (letter, between)
    database.close()


def test_who_died_or_stands_still_holds_nobody_up_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_labeler.store.turns._PATIENCE", 0.3)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom tui_labeler.store.turns import Turns\n"
        "with Turns(Path(sys.argv[1])).turn():\n    print('in', flush=True)\n    time.sleep(60)"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "turns")]
    for how in (signal.SIGKILL, signal.SIGSTOP):
        holder = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert holder.stdout
        assert holder.stdout.readline() == "in\n"
        os.kill(holder.pid, how)
        turns = Turns(tmp_path / "turns")
        with turns.turn():
            pass
        turns.close()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        holder.stdout.close()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_database_that_is_gone_is_not_written_into(workspace: Workspace, home: Path, replaced: bool) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    shutil.move(home, home.with_name("moved"))
    if replaced:
        Workspace(home / "workspace.db", home / "exports").close()
    drawn = Draft().added(COKE.regions[0])
    with pytest.raises(WorkspaceError, match="deleted, or replaced"):
        session.save(drawn)
    with pytest.raises(WorkspaceError, match="deleted, or replaced"):
        session.submit(drawn, COKE.size)
    if not replaced:
        shutil.move(home.with_name("moved"), home)
        session.save(drawn)
        session.submit(drawn, COKE.size)
        assert workspace.projects.status("soda").completed == 1, "put back, it goes on"


def test_a_busy_writer_waits_in_its_own_process_too(tmp_path: Path) -> None:
    import threading

    database = Database(tmp_path / "w.db")
    with database.write() as tx:
        tx.run("INSERT INTO memo (key, value) VALUES ('n', '0')")

    def count() -> None:
        for _ in range(20):
            with database.write() as tx:
                tx.run("UPDATE memo SET value = CAST(value AS INTEGER) + 1")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        assert tx.one("SELECT value FROM memo WHERE key = 'n'") == ("80",)
    database.close()
