"""The engine's figures, each beside its limit in the same run. Run: python tests/bench/bench_engine.py

Medians of repeated runs; a temporary folder on the disk holds the files (TMPDIR chooses it).
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import interleaved, median_seconds, print_table, shown

from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.model.regions import Labels, Region
from tui_labeler.store import blocks, counters
from tui_labeler.workspace import Workspace

CLASSES = ("coke", "diet_coke", "sprite")
# The peak of this process alone: ru_maxrss would include what its parent had before exec.
PEAK = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
Row = tuple[str, str, str, float, float]


def spec(name: str) -> ProjectSpec:
    return ProjectSpec(details=Details(name), dataset=DatasetChoice(f"{name}_set", "d", "/"), classes=Classes(CLASSES))


def labels(number: int) -> Labels:
    regions = tuple(
        Region(CLASSES[(number + column) % 3], Box(10.5 + column * 30, 20.25, 40.125 + column * 30, 90.75))
        for column in range(5)
    )
    return Labels(Size(816, 616), regions)


def folder_of(root: Path, count: int) -> Path:
    """A folder tree of empty files with image names, a thousand to a folder."""
    made = root / f"files{count}"
    for start in range(0, count, 1000):
        below = made / f"d{start // 1000:04}"
        below.mkdir(parents=True)
        for number in range(min(1000, count - start)):
            (below / f"img{number:04}.jpg").touch()
    return made


def filled(root: Path, count: int, done: int = 0) -> Workspace:
    """A workspace with a project of `count` tasks, made by SQL: the tables are what is measured, not a million files."""
    opened = Workspace(root / f"w{count}-{done}.db", root / "exports")
    first = root / "one"
    first.mkdir(exist_ok=True)
    (first / "0.jpg").touch()
    opened.datasets.add_datastore("d", str(first))
    opened.projects.create(spec("soda"))
    body = json.dumps({"size": [816, 616], "regions": [{"name": "coke", "box": [1.5, 2.25, 300.0, 200.0]}] * 5})
    with sqlite3.connect(root / f"w{count}-{done}.db") as raw:
        raw.executemany(
            "INSERT INTO task (project_id, path, size, version, state) VALUES (1, ?, 1000, 'v', 'incomplete')",
            ((f"folder/{number:08}.jpg",) for number in range(1, count)),
        )
        if done:
            raw.execute(
                "INSERT INTO submission (task_id, labeler, submitted, labels) SELECT id, 'ann', 0, ? FROM task", (body,)
            )
            raw.execute("UPDATE task SET state = 'completed', label_id = id")
    with opened._database.write() as tx:  # the benchmark counts what it wrote behind the workspace's back
        counters.recount_states(tx, 1)
        blocks.count_added(tx, 1, 1)
    return opened


def whole_processes(root: Path) -> list[Row]:
    """`--version` and `status --json`, whole processes."""
    python = sys.executable
    command = str(Path(python).with_name("tui-labeler"))
    bare = [python, "-c", "import click, sqlite3"]
    rows: list[Row] = []
    for count in (100, 1_000_000):
        filled(root, count).close()

    # An installed package has its bytecode; a checkout gets it from the first run that may write it.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def run(*words: str) -> None:
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=root, env=environment)

    small = ["--home", str(root), "--workspace", f"sqlite:///{root}/w100-0.db", "status", "soda", "--json"]
    large = ["--home", str(root), "--workspace", f"sqlite:///{root}/w1000000-0.db", "status", "soda", "--json"]
    ours, limit = interleaved(lambda: run(command, "--version"), lambda: run(*bare), 21, 3)
    rows.append(("--version / import click, sqlite3", shown(ours), shown(limit), ours / limit, 1.3))
    ours, limit = interleaved(lambda: run(command, *small), lambda: run(*bare), 21, 3)
    rows.append(("status --json / import click, sqlite3", shown(ours), shown(limit), ours / limit, 2.0))
    many, few = interleaved(lambda: run(command, *large), lambda: run(command, *small), 21, 3)
    rows.append(("status --json, 1,000,000 tasks / 100", shown(many), shown(few), many / few, 1.2))
    return rows


def creation(root: Path) -> list[Row]:
    """A project over 100,000 files against os.scandir and stat; its peak memory against that for 10,000."""
    peaks: dict[int, int] = {}
    for count in (10_000, 100_000):
        folder_of(root, count)
    for count in (10_000, 100_000):
        code = (
            "import sys; sys.path.insert(0, sys.argv[3]); from pathlib import Path; import bench_engine as b\n"
            "w = b.Workspace(Path(sys.argv[1]) / 'm.db', Path(sys.argv[1])); w.datasets.add_datastore('d', sys.argv[2])\n"
            "w.projects.create(b.spec('soda'))\n" + PEAK
        )
        with tempfile.TemporaryDirectory(dir=root) as folder:
            words = [sys.executable, "-c", code, folder, str(root / f"files{count}"), str(Path(__file__).parent)]
            peaks[count] = int(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    numbers = iter(range(1000))
    opened = Workspace(root / "c.db", root)
    opened.datasets.add_datastore("d", str(root / "files100000"))
    ours, limit = interleaved(
        lambda: opened.projects.create(spec(f"soda{next(numbers)}")), lambda: scan(root / "files100000"), 5, 1
    )
    opened.close()
    return [
        ("create 100,000 tasks / os.scandir + stat", shown(ours), shown(limit), ours / limit, 5.0),
        memory_row("peak memory of creation, 100,000 / 10,000", peaks[100_000], peaks[10_000], 1.2),
    ]


def memory_row(what: str, ours: int, theirs: int, goal: float) -> Row:
    return (what, f"{ours / 1024:.1f} MB", f"{theirs / 1024:.1f} MB", ours / theirs, goal)


def scan(folder: Path) -> int:
    """Lists and stats every file: the limit of any listing."""
    count, waiting = 0, [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                else:
                    entry.stat()
                    count += 1
    return count


def submitting(root: Path) -> list[Row]:
    """Claiming and submitting a task, in one transaction as the labeling screen does it, and in two."""
    bare = sqlite3.connect(root / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        bare.execute(f"PRAGMA {pragma}")
    bare.execute("CREATE TABLE t (x)")
    opened = {count: filled(root, count) for count in (99, 999_999)}
    opened_small, opened_large = opened[99], opened[999_999]

    def claim_submit(workspace: Workspace) -> None:
        lease = workspace.queue.claim("soda", "ann", "token")
        assert lease is not None
        workspace.queue.submit(lease.task, "ann", labels(1), "token")

    leases = {workspace: workspace.queue.claim("soda", "bea", "t2") for workspace in opened.values()}

    def submit_next(workspace: Workspace) -> None:
        lease = leases[workspace]
        assert lease is not None
        leases[workspace] = workspace.queue.submit_and_claim(lease.task, "bea", labels(1), "t2")

    def commit() -> None:
        bare.execute("INSERT INTO t VALUES (1)")

    submitted, limit = interleaved(lambda: submit_next(opened_large), commit, 301, 20)
    many, few = interleaved(lambda: submit_next(opened_large), lambda: submit_next(opened_small), 41, 3)
    two = median_seconds(lambda: claim_submit(opened_large), 101)
    for workspace in opened.values():
        workspace.close()
    return [
        ("submit and claim the next / one bare commit", shown(submitted), shown(limit), submitted / limit, 2.0),
        ("submit and claim, 1,000,000 tasks / 100", shown(many), shown(few), many / few, 1.2),
        ("claim, then submit / two bare commits", shown(two), shown(2 * limit), two / (2 * limit), 2.0),
    ]


def exporting(root: Path) -> list[Row]:
    """Export of 100,000 labeled tasks against json.dumps of the same rows in a loop; its memory against 10,000."""
    opened = filled(root, 100_000, done=1)
    first = opened.exchange.export("soda")
    with open(Path(first.path) / "annotations.jsonl", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]

    def dump() -> None:
        for row in rows:
            json.dumps(row)

    def export() -> None:
        opened.exchange.export("soda")

    ours, limit = interleaved(export, dump, 5, 1)
    opened.close()
    peaks = {}
    filled(root, 10_000, done=1).close()
    for count in (10_000, 100_000):
        code = (
            "import sys; from pathlib import Path; from tui_labeler.workspace import Workspace\n"
            "w = Workspace(Path(sys.argv[1]), Path(sys.argv[2])); w.exchange.export('soda')\n" + PEAK
        )
        words = [sys.executable, "-c", code, str(root / f"w{count}-1.db"), str(root / "exports")]
        peaks[count] = int(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return [
        ("export 100,000 images, 500,000 boxes / json.dumps", shown(ours), shown(limit), ours / limit, 2.0),
        memory_row("peak memory of export, 100,000 / 10,000", peaks[100_000], peaks[10_000], 1.2),
    ]


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    rows: list[Row] = []
    for part in (whole_processes, creation, submitting, exporting):
        with tempfile.TemporaryDirectory(prefix="bench-") as root:
            rows += part(Path(root))
    print_table("The engine", rows)


if __name__ == "__main__":
    main()
