"""The line that shows how far long work is: caption, bar, amount, and the time since it began."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.text import Text

from tui_labeler.model.progress import Progress, Step, Unit

_WIDEST_BAR = 40
_NARROWEST_BAR = 6


class StepLine:
    """What is drawn, ten times a second; `at` is written by the thread that works, as one value."""

    def __init__(self, console: Console) -> None:
        self.at: tuple[Step, int, int] | None = None
        self._clock = console.get_time
        self._began = console.get_time()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line, never more: what does not fit is left out, the bar first, then the time, then the caption's end."""
        if self.at is None:
            return
        step, done, total = self.at
        seconds = int(self._clock() - self._began)
        width = options.max_width - 1  # in the last column some terminals wrap
        text, time = step.line(done, total), f"{seconds // 60}:{seconds % 60:02d}"
        room = width - len(text) - len(time) - 2
        if room < 0:
            yield Text(text if len(text) <= width else f"{text[: width - 1]}…", end="")
            return
        bar = min(room - 2, _WIDEST_BAR)
        yield Text(f"{text}  ", end="")
        if bar >= _NARROWEST_BAR:
            pulse = not total or step.unit is Unit.NOTHING
            yield from console.render(
                ProgressBar(total or 1, done, width=bar, pulse=pulse), options.update(max_width=bar)
            )
            yield Text("  ", end="")
        yield Text(time, style="cyan", end="")


@contextmanager
def drawn_bar() -> Iterator[Progress]:
    """Draws on standard error while the work runs, and leaves nothing behind."""
    console = Console(stderr=True)
    line = StepLine(console)

    def tell(step: Step, done: int, total: int) -> None:
        line.at = (step, done, total)

    with Live(line, console=console, transient=True, refresh_per_second=10):
        yield tell
