"""What every benchmark shares: medians, and a table that puts each figure beside its limit or its peer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


def median_seconds(run: Callable[[], object], times: int = 5, warm: int = 1) -> float:
    """The median wall time of `run`, after `warm` runs that do not count."""
    for _ in range(warm):
        run()
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def interleaved(
    one: Callable[[], object], other: Callable[[], object], times: int = 5, warm: int = 1
) -> tuple[float, float]:
    """The medians of two things measured in turns, so that a noisy machine disturbs both alike."""
    for _ in range(warm):
        one()
        other()
    ones, others = [], []
    for _ in range(times):
        ones.append(median_seconds(one, 1, 0))
        others.append(median_seconds(other, 1, 0))
    return statistics.median(ones), statistics.median(others)


def shown(seconds: float) -> str:
    return (
        f"{seconds * 1e6:.0f} µs"
        if seconds < 1e-3
        else f"{seconds * 1e3:.1f} ms"
        if seconds < 1
        else f"{seconds:.2f} s"
    )


def print_table(title: str, rows: Sequence[tuple[str, str, str, float, float]]) -> None:
    """Rows of (what, ours, the limit or peer, ratio, goal)."""
    print(f"\n{title}")
    width = max(len(row[0]) for row in rows)
    print(f"{'what':<{width}}  {'ours':>10}  {'limit/peer':>10}  {'ratio':>6}  {'goal':>6}")
    for what, ours, peer, ratio, goal in rows:
        verdict = "ok" if ratio <= goal else "MISSED"
        print(f"{what:<{width}}  {ours:>10}  {peer:>10}  {ratio:>6.2f}  {'≤' + format(goal, '.2f'):>6}  {verdict}")
