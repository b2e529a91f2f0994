"""Steps of long work and their words: one table, which cannot lack a word."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from tui_labeler.cli.bar import StepLine
from tui_labeler.model.progress import Step, Unit
from tui_labeler.model.text import safe_text

_AMOUNTS = ((0, 0), (1, 0), (0, 1), (3, 12), (12, 12), (123_456, 0), (1_234_567_890, 9_999_999_999))


@pytest.mark.parametrize("step", Step)
def test_every_step_has_a_caption_that_fits_a_narrow_terminal(step: Step) -> None:
    assert step.caption == safe_text(step.caption).strip()
    assert step.caption[0].isupper()
    assert 5 <= len(step.caption) <= 50
    assert (step.amount(3, 12) == "") is (step.unit is Unit.NOTHING)


def test_captions_are_told_apart() -> None:
    assert len({step.caption for step in Step}) == len(Step)


def test_a_step_without_a_caption_cannot_be_written() -> None:
    source = (
        "from tui_labeler.model.progress import Step, Unit, Enum\nclass More(Enum):\n    __init__ = Step.__init__\n"
    )
    exec(source + "    A = ('A caption', Unit.THINGS)\n", {})
    with pytest.raises(TypeError):
        exec(source + "    A = Unit.THINGS\n", {})


@pytest.mark.parametrize(
    ("step", "done", "total", "says"),
    [
        (Step.TASKS, 12, 64, "Making tasks: 12 of 64"),
        (Step.LISTING, 12_000, 0, "Looking for images: 12,000"),
        (Step.UPLOAD, 1_200_000, 3_400_000, "Uploading: 1.2 MB of 3.4 MB"),
        (Step.AZURE, 0, 0, "Asking Azure …"),
    ],
)
def test_lines(step: Step, done: int, total: int, says: str) -> None:
    assert step.line(done, total) == says


def _drawn(columns: int, step: Step, done: int, total: int, seconds: float) -> str:
    times: Iterator[float] = iter((0.0, seconds))
    out = io.StringIO()
    console = Console(
        file=out, width=columns, height=5, force_terminal=True, color_system=None, get_time=lambda: next(times)
    )
    line = StepLine(console)
    line.at = (step, done, total)
    lines = console.render_lines(line, pad=False)
    assert len(lines) == 1
    return "".join(segment.text for segment in lines[0])


@pytest.mark.parametrize("columns", [5, 10, 20, 40, 80, 200])
@pytest.mark.parametrize("step", Step)
def test_a_bar_is_one_line_at_every_width(step: Step, columns: int) -> None:
    for done, total in _AMOUNTS:
        drawn = _drawn(columns, step, done, total, 3_725.0)
        assert len(drawn) < columns
        assert drawn.startswith(step.caption[: columns - 3][:3])
        if columns >= 80:
            assert drawn.endswith("62:05")
            assert step.line(done, total) in drawn
