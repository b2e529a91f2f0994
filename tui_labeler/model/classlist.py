"""The label classes as somebody knows them, and what has become of their names since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from tui_labeler.model.project import Classes
from tui_labeler.model.text import plural


class ClassChange(msgspec.Struct, frozen=True):
    """What the edit of this number made of names of classes: other names, or "" for nothing. `reverses` are the edit that
    it took back, the one that this had taken back, and so on."""

    edit: int
    mapping: dict[str, str]
    reverses: tuple[int, ...] = ()

    def is_news_after(self, edit: int) -> bool:
        """Whether it changes names as they were after that edit. Who knew neither an edit nor that it was taken back has
        the names of before both."""
        return sum(number > edit for number in (self.edit, *self.reverses)) % 2 == 1


class KeptChange(msgspec.Struct, frozen=True):
    """An edit of names as a workspace keeps it: `reverses` is the one that it takes back, or 0."""

    edit: int
    mapping: dict[str, str]
    reverses: int = 0
    stands: bool = True


def standing(kept: Iterable[KeptChange]) -> tuple[ClassChange, ...]:
    """What became of names, by these edits, oldest first. One that was taken back is named by what did that, if at all."""
    by_number: dict[int, ClassChange] = {}
    ended: set[int] = set()
    for change in kept:
        before = by_number.get(change.reverses)
        reverses = (change.reverses, *(before.reverses if before else ())) if change.reverses else ()
        by_number[change.edit] = ClassChange(change.edit, change.mapping, reverses)
        ended.add(change.reverses)
        if not change.stands:
            ended.add(change.edit)
    return tuple(change for number, change in by_number.items() if number not in ended)


class ClassList(msgspec.Struct, frozen=True):
    """The label classes of a project after the edit of classes with the number `edit` (0: there was none yet), and all that
    ever became of their names, oldest first. A name alone does not say which class is meant: it may have been another one's
    before."""

    classes: Classes = Classes()
    edit: int = 0
    changes: tuple[ClassChange, ...] = ()

    def since(self, edit: int | None, names: Iterable[str]) -> dict[str, str]:
        """What became of these names, as they were after that edit ("": gone), where it is something else. Where nobody
        knows when they were (None), only of names that no class has now."""
        if edit is None or edit > self.edit:  # a database that was restored knows less than who worked on it
            return self._of_gone(names)
        became = _followed(set(names), (change for change in self.changes if change.is_news_after(edit)))
        return {name: now for name, now in became.items() if now != name}

    def keys_as_in(self, before: ClassList) -> bool:
        """Whether every class that there was answers to the same key."""
        return self.edit == before.edit and self.classes.names[: len(before.classes.names)] == before.classes.names

    def _of_gone(self, names: Iterable[str]) -> dict[str, str]:
        known = set(self.classes.names)
        became = _followed(set(names) - known, self.changes)
        return {name: now for name, now in became.items() if now != name and (now in known or not now)}


def _followed(names: Iterable[str], changes: Iterable[ClassChange]) -> dict[str, str]:
    became = {name: name for name in names}
    for change in changes:
        became = {name: change.mapping.get(now, now) for name, now in became.items()}
    return became


def lost_words(counts: Mapping[str, int], became: Mapping[str, str]) -> str:
    """What is gone of labels (how many of each class) with classes that were deleted; empty where nothing is."""
    gone = sorted(name for name in counts if became.get(name) == "")
    if not gone:
        return ""
    names = ", ".join(f"“{name[:60]}”" for name in gone)
    labels = plural(sum(counts[name] for name in gone), "label")
    return (
        f"{names} {'was' if len(gone) == 1 else 'were'} deleted meanwhile, and {labels} here with {_them(len(gone))}."
    )


def _them(count: int) -> str:
    return "it" if count == 1 else "them"
