"""A crowd at one PostgreSQL, through pgbouncer, with everything that can happen to it: processes are killed, the server
starts anew three times without a shutdown, and someone's transaction stays open all the while.

`TUI_LABELER_CROWD=PROCESSES,LABELERS,TASKS,SECONDS` makes it larger: 64,1000,2000000,600.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.postgres import Bouncer, Server
from tests.workspace.conftest import make_images, make_spec
from tui_labeler.store import blocks, counters, projects
from tui_labeler.store.postgres_database import PostgresDatabase
from tui_labeler.workspace import Workspace

ROOT = Path(__file__).parents[2]
_SMALL = "6,96,20000,14"


def start(url: str, folder: Path, number: int, labelers: int, seconds: float) -> subprocess.Popen[bytes]:
    log = folder / f"log{number}"
    words = [url, str(log), str(number), str(labelers), str(seconds)]
    return subprocess.Popen([sys.executable, "-m", "tests.workspace.crowd", *words], cwd=ROOT)


def fill(url: str, folder: Path, tasks: int) -> None:
    """A project whose tasks name images that nobody will look at."""
    workspace = Workspace(url, folder / "exports", folder=folder)
    workspace.datasets.add_datastore("cans", str(make_images(folder / "images", 1)))
    workspace.projects.create(make_spec())
    with workspace._database.write() as tx:
        tx.run(
            "INSERT INTO task (project_id, path, size, version, state) "
            "SELECT p.id, 'far/' || n || '.jpg', 1, '', 'incomplete' FROM project p, generate_series(1, ?) n",
            tasks - 1,
        )
        project = projects.project(tx, "soda")
        counters.recount_states(tx, project.id)
        blocks.count_added(tx, project.id, 1)
    workspace.close()


@pytest.mark.slow
def test_a_crowd_through_pgbouncer(tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    processes, labelers, tasks, seconds = (int(part) for part in os.environ.get("TUI_LABELER_CROWD", _SMALL).split(","))
    server = Server(durable=True)
    try:
        bouncer = Bouncer(server)
        database = server.fresh().split("/")[3].split("?")[0]
        fill(server.url(database), tmp_path, tasks)
        server.sql(database, "ANALYZE")
        logs = _run(server, bouncer, database, tmp_path, processes, labelers // processes, float(seconds))
        _check(server.url(database), tmp_path, logs, record_property, seconds)
        bouncer.close()
    finally:
        server.close()


def _run(
    server: Server, bouncer: Bouncer, database: str, folder: Path, processes: int, each: int, seconds: float
) -> list[Path]:
    import psycopg

    began, draw, count = time.monotonic(), random.Random(7), processes
    crowd = [start(bouncer.url(database), folder, number, each, seconds) for number in range(processes)]
    holder = psycopg.connect(server.url(database))
    holder.execute("SELECT COUNT(*) FROM submission")
    restarts = [seconds * share for share in (0.3, 0.55, 0.8)]
    while (passed := time.monotonic() - began) < seconds:
        if restarts and passed > restarts[0]:
            restarts.pop(0)
            server.stop("immediate")
            server.start()
            holder.close()
            holder = psycopg.connect(server.url(database))
            holder.execute("SELECT COUNT(*) FROM submission")
        victim = draw.randrange(processes)
        crowd[victim].send_signal(signal.SIGKILL)
        crowd[victim].wait()
        crowd[victim] = start(bouncer.url(database), folder, count, each, seconds - passed)
        count += 1
        time.sleep(max(seconds / 8, 1.0))
    for process in crowd:
        assert process.wait(timeout=120) == 0
    holder.close()
    return sorted(folder.glob("log*"))


def _check(url: str, folder: Path, logs: list[Path], record: pytest.RecordProperty, seconds: int) -> None:
    lines = [line for log in logs for line in log.read_text().splitlines()]
    refused = [line for line in lines if line.startswith("refused")]
    confirmed = Counter(int(line.split()[1]) for line in lines if line.startswith("done "))
    waits = sorted(float(wait) for line in lines if line.startswith("waits") for wait in line.split()[1:])
    opened = PostgresDatabase(url, folder)
    with opened.read() as tx:
        project = projects.project(tx, "soda")
        submitted = Counter(task_id for (task_id,) in tx.all("SELECT task_id FROM submission"))
        before = counters.read(tx, project.id)
    assert refused == []
    assert [task_id for task_id, n in submitted.items() if n > 1] == [], "no task was labeled twice"
    assert max(confirmed.values()) == 1
    assert set(confirmed) <= set(submitted), "nothing that was confirmed is lost"
    with opened.write() as tx:
        counters.fold(tx)
        folded = counters.read(tx, project.id)
        counters.recount_states(tx, project.id)
        recounted = counters.read(tx, project.id)
    assert before == folded == recounted
    assert sum(before["labeler"].values()) == before["class"]["coke"] == before["state"]["completed"] == len(submitted)
    assert sum(before["hour"].values()) == len(submitted)
    opened.close()
    rate, median, slow = len(confirmed) / seconds, waits[len(waits) // 2], waits[len(waits) * 99 // 100]
    record(
        "table: a crowd at PostgreSQL",
        f"{len(submitted)} submissions, {rate:.0f} a second; submit and claim: median {median * 1000:.1f} ms, "
        f"99 % {slow * 1000:.1f} ms; doubled 0, refused 0, lost 0",
    )
