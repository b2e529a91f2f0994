"""Parts of names without a look at letter case: `IMG` finds `img_001`, `Ä` finds `ä`, whatever a database's locale says.

ASCII letters, which nearly every name is made of, are compared by the databases' own words, as fast as letter by letter.
They know no others, or know them by a locale that differs from server to server: for those the letters that may stand in
each place are given.
"""

from __future__ import annotations

from itertools import product

from tui_labeler.store.database import Transaction

# Longer ones than any path are compared as they stand: a pattern of them would be refused.
_LONGEST = 4096


def folded(text: str) -> str:
    """The text in small letters, where one letter has one of them."""
    return "".join(map(_small, text))


def spellings(text: str) -> list[str]:
    """The text in every mixture of capital and small letters; for a few letters only."""
    return ["".join(letters) for letters in product(*map(_cases, text))]


def has(tx: Transaction, column: str, name: str) -> tuple[str, list[object]]:
    """The condition that a text has `name` in it, and its values."""
    if len(name) > _LONGEST:
        return tx.dialect.contains.format(column), [name]
    if all(letter.isascii() or len(_cases(letter)) == 1 for letter in name):
        plain = folded(name).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return tx.dialect.contains_any_case.format(column), [f"%{plain}%"]
    return tx.dialect.spelled.format(column), [tx.dialect.spelling([_cases(letter) for letter in name])]


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


def _cases(letter: str) -> str:
    """The letter, small and capital."""
    small = _small(letter)
    return "".join(sorted({letter, small, *(large for large in (small.upper(),) if _small(large) == small)}))
