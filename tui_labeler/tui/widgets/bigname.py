"""A dataset name in large letters, three lines high, where there is room for it."""

from __future__ import annotations

# Half-block letters, three cells wide and three high, drawn for dataset names (letters, digits, - and _).
_FONT = {
    "a": "▄▀▄|█▀█|▀ ▀", "b": "█▀▄|█▀▄|▀▀ ", "c": "▄▀▀|█  |▀▀▀", "d": "█▀▄|█ █|▀▀ ", "e": "█▀▀|█▀ |▀▀▀", "f": "█▀▀|█▀ |▀  ",
    "g": "▄▀▀|█ █|▀▀▀", "h": "█ █|█▀█|▀ ▀", "i": "▀█▀| █ |▀▀▀", "j": "  █|▄ █|▀▀ ", "k": "█▄▀|█▀▄|▀ ▀", "l": "█  |█  |▀▀▀",
    "m": "█▄█|█ █|▀ ▀", "n": "█▀▄|█ █|▀ ▀", "o": "▄▀▄|█ █|▀▀▀", "p": "█▀▄|█▀ |▀  ", "q": "▄▀▄|█ █|▀▀█", "r": "█▀▄|█▀▄|▀ ▀",
    "s": "▄▀▀|▀▀▄|▀▀ ", "t": "▀█▀| █ | ▀ ", "u": "█ █|█ █|▀▀▀", "v": "█ █|█ █| ▀ ", "w": "█ █|█ █|▀█▀", "x": "▀▄▀|▄▀▄|▀ ▀",
    "y": "█ █| █ | ▀ ", "z": "▀▀█|▄▀ |▀▀▀", "0": "█▀█|█ █|▀▀▀", "1": "▄█ | █ |▀▀▀", "2": "▀▀█|█▀▀|▀▀▀", "3": "▀▀█| ▀█|▀▀▀",
    "4": "█ █|▀▀█|  ▀", "5": "█▀▀|▀▀█|▀▀▀", "6": "█▀▀|█▀█|▀▀▀", "7": "▀▀█| █ | ▀ ", "8": "█▀█|█▀█|▀▀▀", "9": "█▀█|▀▀█|▀▀▀",
    "_": "   |   |▀▀▀", "-": "   |▀▀▀|   ",
}  # fmt: skip


def big_name(name: str, width: int) -> str:
    """`name` in large letters if they fit into `width` cells, on two lines if need be: the project, then the time. The
    plain name (never both) where they do not fit."""
    project, underline, time = name.rpartition("_")
    day = project.rpartition("_")
    for lines in ((name,), (day[0], f"{day[2]}{underline}{time}")):
        if all(line and len(line) * 4 <= width and all(char.lower() in _FONT for char in line) for line in lines):
            return "\n".join(_large(line) for line in lines)
    return name


def _large(text: str) -> str:
    drawn = [_FONT[char.lower()].split("|") for char in text]
    return "\n".join(" ".join(letter[row] for letter in drawn) for row in range(3))
