"""The label classes as somebody knows them, and what has become of their names since."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tui_labeler.model.project import Classes


class ClassChange(msgspec.Struct, frozen=True):
    """What the edit of this number made of names of classes: other names, or "" for nothing."""

    edit: int
    mapping: dict[str, str]


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
        became = self._followed(set(names), edit)
        return {name: now for name, now in became.items() if now != name}

    def keys_as_in(self, before: ClassList) -> bool:
        """Whether every class that there was answers to the same key."""
        return self.edit == before.edit and self.classes.names[: len(before.classes.names)] == before.classes.names

    def _of_gone(self, names: Iterable[str]) -> dict[str, str]:
        known = set(self.classes.names)
        became = self._followed(set(names) - known, 0)
        return {name: now for name, now in became.items() if now != name and (now in known or not now)}

    def _followed(self, names: Iterable[str], edit: int) -> dict[str, str]:
        became = {name: name for name in names}
        for change in self.changes:
            if change.edit > edit:
                became = {name: change.mapping.get(now, now) for name, now in became.items()}
        return became
