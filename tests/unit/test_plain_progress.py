"""Long work on no terminal shows signs of life, short work none."""

from __future__ import annotations

import re
import threading

import pytest

from tui_labeler.cli.plainprogress import plain_lines
from tui_labeler.model.progress import Step


class Lines:
    """What was written; `wait` until it is so many lines."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._more = threading.Condition()

    def write(self, line: str) -> None:
        with self._more:
            self.all.append(line)
            self._more.notify_all()

    def wait(self, count: int) -> None:
        with self._more:
            assert self._more.wait_for(lambda: len(self.all) >= count, 20)


def test_long_work_begins_goes_on_and_ends() -> None:
    lines = Lines()
    with plain_lines(lines.write, first=0.01, every=0.01) as tell:
        lines.wait(1)  # what counts nothing yet
        tell(Step.IMPORTING, 12_000, 50_000)
        lines.wait(len(lines.all) + 2)
    assert re.fullmatch(r"At work … \(0:\d\d\)", lines.all[0])
    assert re.fullmatch(r"Importing labels: 12,000 of 50,000 \(0:\d\d\)", lines.all[-2])
    assert re.fullmatch(r"Done after 0:\d\d\.", lines.all[-1])


def test_short_work_says_nothing() -> None:
    lines = Lines()
    with plain_lines(lines.write, first=60, every=60) as tell:
        tell(Step.IMPORTING, 1, 2)
    assert lines.all == []


def test_what_fails_does_not_say_that_it_is_done() -> None:
    lines = Lines()

    def fail() -> None:
        with plain_lines(lines.write, first=0.01, every=60):
            lines.wait(1)
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert len(lines.all) == 1


def test_work_goes_on_where_nobody_reads_any_more() -> None:
    tried = threading.Event()

    def closed(line: str) -> None:
        tried.set()
        raise BrokenPipeError

    with plain_lines(closed, first=0.01, every=0.01):
        assert tried.wait(20)

    lines = Lines()

    def closed_at_the_end(line: str) -> None:
        if line.startswith("Done"):
            raise BrokenPipeError
        lines.write(line)

    with plain_lines(closed_at_the_end, first=0.01, every=60):
        lines.wait(1)
