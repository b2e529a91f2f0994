"""How much of a picture lies on a line at once, on lines with a clock of their own."""

from __future__ import annotations

import heapq
from collections.abc import Callable

import pytest

from tui_labeler.terminal.escapes import STATUS_QUESTION
from tui_labeler.tui import transfers
from tui_labeler.tui.transfers import Transfers


class Line:
    """A terminal at the end of a line of `rate` bytes a second whose answers come back `delay` seconds after the last byte
    was read. `most` is the most that lay on it."""

    def __init__(self, rate: float, delay: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self._rate, self._delay = 100.0, rate, delay
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._free_at = self.now
        self._sizes: list[int] = []
        self.most = self.sent = 0
        monkeypatch.setattr(transfers.time, "monotonic", lambda: self.now)
        self.transfers = Transfers(self.write, self.later)

    def write(self, text: str) -> None:
        assert text.endswith(STATUS_QUESTION)
        self.sent += len(text)
        self._sizes.append(len(text))
        self.most = max(self.most, sum(self._sizes))
        self._free_at = max(self._free_at, self.now) + len(text) / self._rate
        self._at(self._free_at + self._delay, self.answer)

    def answer(self) -> None:
        self._sizes.pop(0)
        self.transfers.answered(1)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self._at(self.now + seconds, call)

    def _at(self, when: float, call: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, len(self._events) + self.sent, call))

    def run(self) -> None:
        """Until all has been answered."""
        while self._events and not self.transfers.is_idle:
            self.now, _, call = heapq.heappop(self._events)
            call()

    def send(self, size: int, count: int) -> None:
        for _ in range(count):
            self.transfers.send(self, lambda: "x" * size)


@pytest.mark.parametrize("rate", [10_000.0, 20_000.0, 50_000.0])
def test_what_the_first_answer_shows_to_be_slow_gets_no_queue(rate: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """It took the first answer for the fastest that there could be, and put more on the line instead of less."""
    line = Line(rate, 0.01, monkeypatch)
    line.send(5_000, 1)
    line.run()
    line.most = 0
    line.send(4_000, 50)
    line.run()
    assert line.sent > 205_000, "all of it came"
    assert line.most < max(0.7 * rate, 8_100) + 4_100, (
        "what it carries in less than a second, or two pieces; and one more"
    )


def test_a_fast_line_with_long_ways_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(2_000_000.0, 0.15, monkeypatch)
    line.send(5_000, 1)
    line.run()
    began = line.now
    line.send(9_000, 100)
    line.run()
    assert line.most > 100_000
    assert line.now - began < 3.0, "900 kB: 0.45 s if the way took no time"


@pytest.mark.parametrize("rate", [5_000.0, 20_000.0])
def test_while_a_line_stalls_nothing_is_added_to_it(rate: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece in two seconds was: 87 kB stood before the answer to a key, 18 seconds at 5 kB a second."""
    line = Line(rate, 0.01, monkeypatch)
    line.send(4_000, 1)
    line.run()
    line.most = 0
    line._free_at = line.now + 12.0
    line.send(4_000, 50)
    line.run()
    assert line.sent > 204_000, "all of it came"
    assert line.most < max(0.7 * rate, 8_100) + 4_100


def test_a_terminal_that_never_answers_gets_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(50_000.0, 1e9, monkeypatch)
    line.send(4_000, 20)
    line.run()
    assert line.sent > 80_000


def test_another_picture_waits_until_the_last_ones_frame_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(5_000.0, 0.01, monkeypatch)
    line.transfers.picture_written()
    assert not line.transfers.is_behind, "nobody knows whether this terminal answers"
    line.send(4_000, 1)
    line.run()
    assert not line.transfers.is_behind
    rate = line.transfers._rate
    line._free_at = line.now + 8.0  # 40 kB of text
    line.transfers.picture_written()
    assert line.transfers.is_behind
    line.run()
    assert not line.transfers.is_behind
    assert line.transfers._rate == rate, "how long that frame was, is not known"


def test_what_is_held_is_sent_afterwards_or_never(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(50_000.0, 0.01, monkeypatch)
    with line.transfers.held():
        line.send(4_000, 3)
        assert not line.sent
    line.run()
    assert line.sent > 12_000
    before = line.sent
    with line.transfers.held():
        line.send(4_000, 3)
        line.transfers.drop(line)
    line.run()
    assert line.sent == before
