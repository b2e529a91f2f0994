"""A process of labelers at a workspace on PostgreSQL: `python -m tests.workspace.crowd URL LOG NUMBER LABELERS SECONDS`.

Each labeler claims, and submits with a name for the submission; what got no answer is sent again until it has one. The log
has a line for each submission that was confirmed, and one for each that was refused.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

from tests.workspace.conftest import COKE
from tui_labeler.model.errors import LabelerError, NotAllowed, NotFound, Unreachable
from tui_labeler.model.tasks import Basis, Lease
from tui_labeler.workspace import Workspace


def label(url: str, log: Path, number: int, labelers: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    workspace = _patiently(lambda: Workspace(url, log.parent, folder=log.parent), until + 60)
    held: dict[str, Lease | None] = {}
    waits: list[str] = []
    with log.open("a", buffering=1) as file:
        while time.monotonic() < until:
            name = f"labeler{number}_{random.randrange(labelers)}"
            token = f"{name}-{os.getpid()}"
            lease, began = held.get(name), time.perf_counter()
            try:
                if lease is None:
                    held[name] = _patiently(lambda n=name, t=token: workspace.queue.claim("soda", n, t), until + 60)
                else:
                    basis = Basis(lease.task.label_id, os.urandom(16).hex())
                    held[name] = _patiently(
                        lambda one=lease, n=name, t=token, b=basis: workspace.queue.submit_and_claim(
                            one.task, n, COKE, t, 1.0, basis=b
                        ),
                        until + 60,
                    )
                    file.write(f"done {lease.task.id}\n")
                    waits.append(f"{time.perf_counter() - began:.5f}")
            except (NotAllowed, NotFound) as error:
                file.write(f"refused {lease.task.id if lease else 0} {type(error).__name__} {error}\n")
                held[name] = None
        file.write(f"waits {' '.join(waits)}\n")
    workspace.close()


def _patiently(call, until):  # type: ignore[no-untyped-def]
    """The same again, as long as the server cannot be reached."""
    while True:
        try:
            return call()
        except Unreachable:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        except LabelerError as error:
            # pgbouncer's own words while the server starts anew have the class of a refused sign-in.
            if "refused" in str(error) or "refuses" in str(error):
                time.sleep(0.1)
                continue
            raise


if __name__ == "__main__":
    label(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
