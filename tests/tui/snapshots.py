"""Snapshots of screens as text that a person can read and a diff can show: the characters, and the style of each.

One file holds one screen at one size in all three themes. A style is what a cell has in each of them; cells with the same
style share a code, so a colour that goes wrong in one theme alone shows as a new line of the legend.

One command writes what is there now (`-k label`: of the labeling screen alone):

    UPDATE_SNAPSHOTS=1 python -m pytest -n 2 -m "" tests/tui/test_snapshots.py

Look at the pictures (`python -m tests.pictures states FOLDER`) before they are committed.
"""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

from tests.tui.cells import Cells, text_of

FOLDER = Path(__file__).parent / "snapshots"
THEMES = ("dark", "light", "high-contrast")


def describe(pictures: dict[str, Cells]) -> str:
    """The text of a snapshot file; `pictures` holds the same screen in each theme."""
    first = pictures[THEMES[0]]
    texts = {theme: text_of(cells) for theme, cells in pictures.items()}
    assert len(set(texts.values())) == 1, "a theme changes colours, and not one character"
    codes: dict[tuple[str, ...], str] = {}
    rows = []
    for y, row in enumerate(first):
        styles = [tuple(str(pictures[theme][y][x][1]) for theme in THEMES) for x in range(len(row))]
        runs = [(style, len(list(group))) for style, group in groupby(styles)]
        rows.append(" ".join(f"{codes.setdefault(style, _code(len(codes)))}{count}" for style, count in runs))
    legend = [f"{code:<3}{' | '.join(style)}" for style, code in codes.items()]
    framed = [f"│{line}" for line in texts[THEMES[0]].split("\n")]
    return "\n".join([*framed, "", *rows, "", f"   {' | '.join(THEMES)}", *legend, ""])


def _code(number: int) -> str:
    """a, b … z, ba, bb …"""
    code = ""
    while True:
        number, rest = divmod(number, 26)
        code = chr(97 + rest) + code
        if not number:
            return code


def compare(name: str, pictures: dict[str, Cells]) -> None:
    """Fails where the screen differs from its snapshot; says in which lines."""
    path = FOLDER / f"{name}.txt"
    now = describe(pictures)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(now, "utf-8")
        return
    assert path.exists(), f"{name} has no snapshot yet: run with UPDATE_SNAPSHOTS=1, and look at it"
    before = path.read_text("utf-8")
    if now != before:
        old, new = before.split("\n"), now.split("\n")
        changed = [
            f"{number + 1:>4} - {was}\n     + {then}"
            for number, (was, then) in enumerate(zip(old, new, strict=False))
            if was != then
        ]
        changed += [f"     {len(old)} lines before, {len(new)} now"] * (len(old) != len(new))
        raise AssertionError(f"{name} looks different:\n" + "\n".join(changed[:30]))
