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
    """`name` in large letters if they fit into `width` cells; the plain name (never both) where they do not."""
    letters = [_FONT.get(char.lower()) for char in name]
    if not all(letters) or len(letters) * 4 > width:
        return name
    drawn = [letter.split("|") for letter in letters if letter]
    return "\n".join(" ".join(letter[row] for letter in drawn) for row in range(3))
