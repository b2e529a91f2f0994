"""What a command prints: one JSON document, or text and tables for people; messages and progress on standard error."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
import msgspec

from tui_labeler.model.progress import Progress
from tui_labeler.model.text import cell_width, padded, safe_text

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")

# Characters that JSON allows in a string and a terminal would still obey: C1 controls, bidi, zero-width.
_RAW = re.compile("[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")

_NOT_ASCII = re.compile("[^\\x20-\\x7e\\n]")


def print_json(value: object) -> None:
    """`value` as one JSON document. What could drive a terminal is written as an escape: the same document, but safe."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    click.echo((_RAW if _speaks_unicode(sys.stdout) else _NOT_ASCII).sub(_escaped, text))


def _escaped(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _speaks_unicode(stream: object) -> bool:
    return str(getattr(stream, "encoding", "")).casefold().replace("-", "").startswith("utf")


def say(message: str) -> None:
    """A message for people, on standard error."""
    click.echo(safe_text(message), err=True)


def show(line: str) -> None:
    """A line of the result, on standard output."""
    click.echo(safe_text(line))


def iso(at: float | None) -> str | None:
    """Seconds since 1970 as `2026-11-24T10:17:52Z`."""
    return None if at is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def can_move_cursor() -> bool:
    """Whether a terminal says that it is more than a printer (Emacs' shell, for one, is none)."""
    return os.environ.get("TERM", "dumb") not in ("", "dumb", "unknown")


def decorated(stream: object = None) -> bool:
    """Whether colour and progress bars may appear: a terminal that can move its cursor, and neither NO_COLOR nor CI."""
    terminal = getattr(stream or sys.stderr, "isatty", lambda: False)()
    return bool(terminal) and can_move_cursor() and not os.environ.get("NO_COLOR") and not os.environ.get("CI")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: frozenset[str] = frozenset()) -> None:
    """Rows in columns; those named in `right` are numbers. Names are safe, and no row is cut when piped."""
    cells = [[safe_text(cell) for cell in row] for row in rows]
    if not decorated(sys.stdout):
        for line in _aligned(columns, cells, right):
            click.echo(line)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    room = Console().width
    short = list(_aligned(columns[:-1], [row[:-1] for row in cells], right))
    whole = max(map(cell_width, _aligned(columns, cells, right))) + len(columns) + 1
    if columns[-1] not in right and whole > room >= max(map(cell_width, short)):
        # What stands in the last column is long, a path or a URL: on a line of its own it can be read, and copied.
        click.secho(short[0], bold=True)
        for line, row in zip(short[1:], cells, strict=True):
            click.echo(f"{line}\n  {row[-1]}")
        return
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in columns:
        drawn.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)


def _aligned(columns: Sequence[str], cells: Sequence[Sequence[str]], right: frozenset[str]) -> Iterator[str]:
    """The heads and the rows as lines, each column as wide as its widest cell."""
    widths = [max(map(cell_width, column)) for column in zip(columns, *cells, strict=True)]
    for row in [columns, *cells]:
        texts = (
            " " * (width - cell_width(text)) + text if name in right else padded(text, width)
            for text, width, name in zip(row, widths, columns, strict=True)
        )
        yield "  ".join(texts).rstrip()


def hanging(text: str, indent: int) -> str:
    """`text` for a column that begins at `indent`: on a terminal wrapped at its width, with what goes on below it."""
    if not sys.stdout.isatty():
        return text
    import shutil
    import textwrap

    width = max(shutil.get_terminal_size().columns - indent - 1, 20)
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return ("\n" + " " * indent).join(lines)


@contextmanager
def progress() -> Iterator[Progress]:
    """A callback that draws one line on a terminal, of what is done at the moment; elsewhere long work writes a plain line
    now and then. The drawn line is gone when the work is, and what is typed meanwhile is not written across it; SIGTERM and
    SIGHUP end it as well, so that the terminal gets its cursor and its echo back."""
    if not decorated():
        from tui_labeler.cli.plainprogress import plain_lines

        with plain_lines(say) as tell:
            yield tell
        return
    from tui_labeler.cli import typed
    from tui_labeler.cli.bar import drawn_bar

    with _ended_by_signals(), typed.hidden(), drawn_bar() as tell:
        yield tell


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP unwind what is running, as Ctrl+C does, instead of ending the process on the spot."""

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
