"""A name in large letters, where there is room for it: the name itself, each letter as it is. A line of them is three
lines high, and one apart from the next."""

from __future__ import annotations

# Half-block letters, three cells high (six dots), capital and small apart; what cannot be mistaken for another.
_FONT = {
    "A": "▄▀▄|█▀█|▀ ▀", "B": "█▀▄|█▀▄|▀▀ ", "C": "▄▀▀|█  | ▀▀", "D": "█▀▄|█ █|▀▀ ", "E": "█▀▀|█▀ |▀▀▀",
    "F": "█▀▀|█▀ |▀  ", "G": "▄▀▀▀|█ ▀█| ▀▀▀", "H": "█ █|█▀█|▀ ▀", "I": "▀█▀| █ |▀▀▀", "J": "  █|▄ █| ▀ ",
    "K": "█ █|█▀▄|▀ ▀", "L": "█  |█  |▀▀▀", "M": "█▄ ▄█|█ ▀ █|▀   ▀", "N": "█▄ █|█ ▀█|▀  ▀", "O": "▄▀▄|█ █| ▀ ",
    "P": "█▀▄|█▀ |▀  ", "Q": "▄▀▄|█ █| ▀▄", "R": "█▀▄|█▀▄|▀ ▀", "S": "▄▀▀|▀▀▄|▀▀ ", "T": "▀█▀| █ | ▀ ",
    "U": "█ █|█ █|▀▀▀", "V": "█ █|█ █| ▀ ", "W": "█   █|█ ▄ █|▀▀ ▀▀", "X": "█ █|▄▀▄|▀ ▀", "Y": "█ █|▀█▀| ▀ ",
    "Z": "▀▀█|▄▀ |▀▀▀", "a": "▄▄ | ▄█|▀▀▀", "b": "█▄ |█ █|▀▀ ", "c": " ▄▄|█  | ▀▀", "d": " ▄█|█ █| ▀▀",
    "e": " ▄▄ |█▄▀▀| ▀▀ ", "f": "▄▀▀|█▀ |▀  ", "g": " ▄▄|▀▄█|▄▄▀", "h": "█▄ |█ █|▀ ▀", "i": "▀|█|▀", "j": " ▀| █|▄▀",
    "k": "█ ▄|█▀▄|▀ ▀", "l": "█ |█ |▀▀", "m": "▄▄▄▄ |█ █ █|▀ ▀ ▀", "n": "▄▄ |█ █|▀ ▀", "o": " ▄ |█ █| ▀ ",
    "p": "▄▄ |█ █|█▀ ", "q": " ▄▄|█ █| ▀█", "r": "▄ ▄|█▀ |▀  ", "s": " ▄▄|▀█▄|▀▀ ", "t": "█▄▄|█  | ▀▀", "u": "▄ ▄|█ █| ▀▀",
    "v": "▄ ▄|█ █| ▀ ", "w": "▄   ▄|█ █ █| ▀ ▀ ", "x": "▄ ▄| █ |▀ ▀", "y": "▄ ▄|▀▄█|▄▄▀", "z": "▄▄▄| ▄▀|▀▀▀",
    "0": "█▀█|█▄█|▀▀▀", "1": "▄█ | █ |▀▀▀", "2": "▀▀█|█▀▀|▀▀▀", "3": "▀▀█| ▀█|▀▀▀", "4": "█ █|▀▀█|  ▀",
    "5": "█▀▀|▀▀█|▀▀▀", "6": "█▀▀|█▀█|▀▀▀", "7": "▀▀█| █ | ▀ ", "8": "█▀█|█▀█|▀▀▀", "9": "█▀█|▀▀█|▀▀▀",
    "_": "   |   |▄▄▄", "-": "   |▀▀▀|   ",
}  # fmt: skip


def big_name(name: str, width: int) -> str:
    """`name` in large letters if they fit into `width` cells, on two lines if need be: the project with the `_` behind it,
    then the time. The plain name where they do not fit, or where a character has no large letter. (Large letters cannot be
    selected: whoever shows them shows the plain name, too.)"""
    project, underline, time = name.rpartition("_")
    before, middle, day = project.rpartition("_")
    broken = (f"{before}{middle}", f"{day}{underline}{time}") if before and middle else ()
    for lines in ((name,), broken):
        if lines and all(line and _width(line) <= width for line in lines):
            return "\n\n".join(_large(line) for line in lines)
    return name


def _width(text: str) -> int:
    """In cells; wider than any window where a character has no large letter."""
    if not set(text) <= set(_FONT):
        return 1 << 16
    return sum(len(_FONT[char].split("|")[0]) + 1 for char in text) - 1


def _large(text: str) -> str:
    drawn = [_FONT[char].split("|") for char in text]
    return "\n".join(" ".join(letter[row] for letter in drawn) for row in range(3))
