"""Choosing one of many classes by few keys: nine by a digit, the others by a code of one or two letters.

Counted over every class of a list, each as often as the others: COCO's 80 classes take 2.5 keys by codes, and 4.0 by the
search at its best (where one knows the shortest part of a name that finds it first); 300 nested names take 2.9 and 9.4.
`tests/unit/test_classcodes.py` counts it. So codes are the first way, and the search is for who does not see the code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tui_labeler.labeling.key_result import KeyResult
from tui_labeler.model.text import are

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
BY_DIGIT = 9
# Rows that PgUp and PgDn go.
_PAGE = 10


def class_codes(names: tuple[str, ...]) -> tuple[str, ...]:
    """What to type for each class: its digit, or a code that begins no other code. Codes are letters of the name where they
    are free, so that they can be remembered; beyond 26 * 26 classes there are none left (""): the search finds those."""
    beyond = names[BY_DIGIT:]
    heads = _heads(beyond)
    free = [letter for letter in ALPHABET if letter not in heads]
    pairs = {head: list(ALPHABET) for head in heads}
    codes = [str(index + 1) for index in range(min(BY_DIGIT, len(names)))]
    for name in beyond:
        code = next(_candidates(name, free, pairs), "")
        if len(code) == 1:
            free.remove(code)
        elif code:
            pairs[code[0]].remove(code[1])
        codes.append(code)
    return tuple(codes)


def _heads(beyond: tuple[str, ...]) -> str:
    """As many letters as it takes begin codes of two: those with which most names begin."""
    size = len(ALPHABET)
    count = next((n for n in range(size) if size - n + n * size >= len(beyond)), size)
    begun = Counter(_letters(name)[:1] for name in beyond)
    return "".join(sorted(ALPHABET, key=lambda letter: (-begun[letter], letter))[:count])


def _candidates(name: str, free: list[str], pairs: dict[str, list[str]]) -> Iterator[str]:
    """The codes that a class may have, the easiest to remember first."""
    letters = _letters(name)
    first = letters[:1]
    if first in free:
        yield first
    for second in (*letters[1:], *ALPHABET) if first in pairs else ():
        if second in pairs[first]:
            yield first + second
    yield from (letter for letter in letters if letter in free)
    yield from free
    for head, seconds in pairs.items():
        yield from (head + second for second in seconds)


def _letters(name: str) -> str:
    """Those of a name's last level that are on every keyboard."""
    return "".join(letter for letter in name.rpartition("/")[2].lower() if letter in ALPHABET)


class ClassPicker:
    """A code that is being typed. `typed` is None while nobody chooses; `cursor` is the class that Enter would take."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.codes = class_codes(names)
        self.typed: str | None = None
        self.cursor = 0

    @property
    def is_open(self) -> bool:
        return self.typed is not None

    @property
    def is_needed(self) -> bool:
        """Whether there are classes that no digit reaches."""
        return len(self.names) > BY_DIGIT

    def open(self, cursor: int) -> KeyResult:
        if not self.is_needed:
            return KeyResult(message=f"Digits choose every class: there {are(len(self.names))}.")
        self.typed, self.cursor = "", max(cursor, 0)
        return KeyResult()

    def close(self) -> None:
        self.typed = None

    @property
    def listed(self) -> tuple[int, ...]:
        """The indices of the classes that can still be meant."""
        typed = self.typed or ""
        return tuple(class_index for class_index, code in enumerate(self.codes) if code.startswith(typed))

    def press(self, key: str) -> tuple[int, KeyResult]:
        """One key while a code is typed: the place of the class that was chosen, or -1, and what came of it."""
        typed = self.typed or ""
        if key == "escape" or (key == "backspace" and not typed):
            self.close()
        elif key == "backspace":
            self._type(typed[:-1])
        elif key == "enter":
            return self._chosen(self.cursor), KeyResult()
        elif key == "slash":
            self.close()
            return -1, KeyResult("find_class")
        elif len(key) == 1 and key.isdigit() and key != "0":
            return self._chosen(int(key) - 1), KeyResult()
        elif len(key) == 1 and key.lower() in ALPHABET:
            return self._letter(typed + key.lower())
        else:
            self._move(key)
        return -1, KeyResult()

    def _letter(self, typed: str) -> tuple[int, KeyResult]:
        if typed in self.codes:
            return self._chosen(self.codes.index(typed)), KeyResult()
        if not any(code.startswith(typed) for code in self.codes):
            return -1, KeyResult(message=f"No class has the code “{typed}”: codes stand beside the names.")
        self._type(typed)
        return -1, KeyResult()

    def _chosen(self, class_index: int) -> int:
        self.close()
        return class_index

    def _type(self, typed: str) -> None:
        self.typed = typed
        if typed:
            self.cursor = self.listed[0]

    def _move(self, key: str) -> None:
        listed = self.listed
        at = listed.index(self.cursor) if self.cursor in listed else 0
        ends = {"home": 0, "end": len(listed) - 1}
        step = {"down": 1, "tab": 1, "up": -1, "shift+tab": -1, "pagedown": _PAGE, "pageup": -_PAGE}.get(key, 0)
        self.cursor = listed[min(max(ends.get(key, at + step), 0), len(listed) - 1)]

    def prompt(self) -> str:
        """What to do next."""
        so_far = f" {self.typed}…" if self.typed else ""
        return f"Class:{so_far} type its code · ↑ ↓ PgUp PgDn go through them, Enter takes · / searches · Esc"
