"""Claiming and submitting on PostgreSQL beside pgbench's simple update, on the same server, with as many clients.

    python -m tests.bench.bench_postgres [CLIENTS [SECONDS [TASKS]]]

pgbench is C, a labeler is Python: so the simple update is also sent by Python, by the same driver.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres import Server
from tests.workspace.test_crowd_postgres import ROOT, fill, start

_SCALE = 10
Figures = tuple[float, float, float]
"""Transactions a second; the time of one at the median and at the 99th percentile, in milliseconds."""


def main(clients: int, seconds: int, tasks: int) -> None:
    server = Server(durable=True)
    folder = Path(tempfile.mkdtemp())
    try:
        database = server.fresh().split("/")[3].split("?")[0]
        server.sql("postgres", "CREATE DATABASE bank")
        server.run("pgbench", "-h", str(server.folder), "-i", "-q", "-s", str(_SCALE), "bank")
        fill(server.url(database), folder, tasks)
        server.sql(database, "ANALYZE")
        rows = {"pgbench, simple update": _pgbench(server, clients, seconds)}
        rows["the same, sent by Python"] = _bare(server.url("bank"), folder, clients, seconds)
        rows["claim and submit"] = _labelers(server.url(database), folder, clients, seconds)
    finally:
        server.close()
    print(f"{clients} clients, {seconds} s, {tasks:,} tasks, fsync on")
    limits = list(rows.values())[:2]
    for name, (rate, median, slow) in rows.items():
        shares = " ".join(f"{rate / limit[0]:.2f}x" for limit in limits)
        tails = " ".join(f"{slow / limit[2]:.1f}x" for limit in limits)
        print(f"{name:<26} {rate:7.0f}/s ({shares})  median {median:6.1f} ms  99 % {slow:6.1f} ms ({tails})")


def _figures(waits: list[float], seconds: float) -> Figures:
    """Of waits in milliseconds."""
    if not waits or not seconds:
        sys.exit("No client came to its first transaction in that time: measure for more seconds, or beside less work.")
    waits.sort()
    return len(waits) / seconds, waits[len(waits) // 2], waits[len(waits) * 99 // 100]


def _closed(waits: list[float], clients: int) -> Figures:
    """Of clients of which each begins the next one at once: how long a process takes to start does not count."""
    return _figures(waits, sum(waits) / 1000 / clients)


def _pgbench(server: Server, clients: int, seconds: int) -> Figures:
    prefix = server.folder / "log_of_pgbench"
    words = ["-h", str(server.folder), "-N", "-n", "-c", str(clients), "-j", "2", "-T", str(seconds)]
    server.run("pgbench", *words, "-l", f"--log-prefix={prefix}", "bank")
    lines = [line for log in server.folder.glob(f"{prefix.name}*") for line in log.read_text().splitlines()]
    return _figures([int(line.split()[2]) / 1000 for line in lines], seconds)


def _bare(url: str, folder: Path, clients: int, seconds: int) -> Figures:
    words = [sys.executable, "-m", "tests.bench.bench_postgres", "bare", url, str(seconds)]
    running = [subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(clients)]
    return _closed([float(wait) for process in running for wait in process.communicate()[0].split()], clients)


def bare(url: str, seconds: float) -> None:
    """pgbench's simple update, in a loop; prints how long each took, in milliseconds."""
    import psycopg

    waits, until = [], time.perf_counter() + seconds
    with psycopg.connect(
        url, autocommit=True, prepare_threshold=None, cursor_factory=psycopg.ClientCursor
    ) as connection:
        while (began := time.perf_counter()) < until:
            account, delta = random.randint(1, 100_000 * _SCALE), random.randint(-5000, 5000)
            teller, branch = random.randint(1, 10 * _SCALE), random.randint(1, _SCALE)
            connection.execute("BEGIN")
            connection.execute("UPDATE pgbench_accounts SET abalance = abalance + %s WHERE aid = %s", (delta, account))
            connection.execute("SELECT abalance FROM pgbench_accounts WHERE aid = %s", (account,)).fetchone()
            connection.execute(
                "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (%s, %s, %s, %s, CURRENT_TIMESTAMP)",
                (teller, branch, account, delta),
            )
            connection.execute("COMMIT")
            waits.append((time.perf_counter() - began) * 1000)
    print(" ".join(f"{wait:.3f}" for wait in waits))


def _labelers(url: str, folder: Path, clients: int, seconds: int) -> Figures:
    running = [start(url, folder, number, 1, seconds) for number in range(clients)]
    for process in running:
        process.wait()
    lines = [line for log in folder.glob("log*") for line in log.read_text().splitlines() if line.startswith("waits")]
    return _closed([float(wait) * 1000 for line in lines for wait in line.split()[1:]], clients)


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        bare(sys.argv[2], float(sys.argv[3]))
    else:
        main(*(int(word) for word in [*sys.argv[1:], *["8", "10", "200000"][len(sys.argv) - 1 :]]))
