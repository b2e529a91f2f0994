"""What a command prints: one JSON document, or text and tables for people; messages and progress on standard error."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
import msgspec

from tui_labeler.model.text import cell_width, padded, safe_text

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")

# Characters that JSON allows in a string and a terminal would still obey: C1 controls, bidi, zero-width.
_RAW = re.compile("[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


def print_json(value: object) -> None:
    """`value` as one JSON document. What could drive a terminal is written as an escape: the same document, but safe."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    click.echo(_RAW.sub(lambda found: f"\\u{ord(found.group()):04x}", text))


def say(message: str) -> None:
    """A message for people, on standard error."""
    click.echo(safe_text(message), err=True)


def show(line: str) -> None:
    """A line of the result, on standard output."""
    click.echo(safe_text(line))


def iso(at: float | None) -> str | None:
    """Seconds since 1970 as `2026-11-24T10:17:52Z`."""
    return None if at is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def decorated(stream: object = None) -> bool:
    """Whether colour and progress bars may appear: a terminal, and neither NO_COLOR nor CI."""
    terminal = getattr(stream or sys.stderr, "isatty", lambda: False)()
    return bool(terminal) and not os.environ.get("NO_COLOR") and not os.environ.get("CI")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: frozenset[str] = frozenset()) -> None:
    """Rows in columns; those named in `right` are numbers. Names are safe, and no row is cut when piped."""
    cells = [[safe_text(cell) for cell in row] for row in rows]
    if not decorated(sys.stdout):
        widths = [max(map(cell_width, column)) for column in zip(columns, *cells, strict=True)]
        for row in [list(columns), *cells]:
            aligned = (
                " " * (width - cell_width(text)) + text if name in right else padded(text, width)
                for text, width, name in zip(row, widths, columns, strict=True)
            )
            click.echo("  ".join(aligned).rstrip())
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in columns:
        drawn.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)


@contextmanager
def progress(labels: dict[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """A callback that draws a bar on a terminal, and does nothing elsewhere. `labels`: what is done -> its words."""
    if not decorated():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {what: bars.add_task(text, total=None, visible=False) for what, text in labels.items()}
        last = 0.0

        def tell(what: str, done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last > 0.05 or done == total:
                last = now
                bars.update(tasks[what], completed=done, total=total or None, visible=True)

        yield tell
