"""What a labeler has drawn so far, with everything that led there.

A change is a list of edits, each of one region: what stood at its place before, and what stands there now. So undo and
redo cost what was changed, and a draft on the disk grows with the work and not with its square.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tui_labeler.model.edits import recast
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.text import plural


class Edit(msgspec.Struct, frozen=True, array_like=True):
    """`before` None: a region was put in at `place`; `after` None: it was taken away."""

    place: int
    before: Region | None
    after: Region | None


class Change(msgspec.Struct, frozen=True, array_like=True):
    """One step of undo. Changes of the same `key` that follow each other become one: a box pushed ten times by the arrows
    goes back in one step. An empty key joins nothing. `refused` are proposals that were turned down."""

    edits: tuple[Edit, ...]
    tags_before: tuple[str, ...] = ()
    tags_after: tuple[str, ...] = ()
    key: str = ""
    refused: tuple[Region, ...] = ()


class Draft(msgspec.Struct, frozen=True):
    """Regions and tags as they stand, and the changes that can be undone and redone."""

    regions: tuple[Region, ...] = ()
    tags: tuple[str, ...] = ()
    done: tuple[Change, ...] = ()
    undone: tuple[Change, ...] = ()

    @classmethod
    def of(cls, labels: Labels | None) -> Draft:
        """A draft that begins with labels of someone else, of a model, or of an earlier time."""
        return cls(labels.regions, labels.tags) if labels else cls()

    def labels(self, size: Size) -> Labels:
        """What would be submitted."""
        return Labels(size, self.regions, self.tags)

    @property
    def is_changed(self) -> bool:
        """Whether it says anything else than it did at first: what was undone, or put back by hand, is no change."""
        if not self.done:
            return False
        regions = list(self.regions)
        for change in reversed(self.done):
            for edit in reversed(change.edits):
                _apply(regions, Edit(edit.place, edit.after, edit.before))
        return tuple(regions) != self.regions or self.done[0].tags_before != self.tags

    @property
    def is_touched(self) -> bool:
        """Whether anything was changed that undo could bring back."""
        return bool(self.done)

    @property
    def names(self) -> frozenset[str]:
        """The classes that it uses, or did before a change that can be undone."""
        changes = (*self.done, *self.undone)
        edited = (
            region for change in changes for edit in change.edits for region in (edit.before, edit.after) if region
        )
        refused = (region for change in changes for region in change.refused)
        tags = (tag for change in changes for tag in (*change.tags_before, *change.tags_after))
        return frozenset((*(region.name for region in (*self.regions, *edited, *refused)), *self.tags, *tags))

    def renamed(self, mapping: Mapping[str, str]) -> Draft:
        """With other names of classes, also in what can be undone; where a class is gone ("") with its regions and tags,
        nothing can be."""
        if not mapping:
            return self
        if not all(mapping.values()):
            standing = recast(self.labels(Size(1, 1)), mapping)
            return Draft(standing.regions, standing.tags)

        def region_as_now(region: Region) -> Region:
            return msgspec.structs.replace(region, name=mapping.get(region.name, region.name))

        def tags_as_now(tags: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(mapping.get(tag, tag) for tag in tags))

        def as_now(change: Change) -> Change:
            edits = tuple(
                Edit(edit.place, edit.before and region_as_now(edit.before), edit.after and region_as_now(edit.after))
                for edit in change.edits
            )
            tags = tags_as_now(change.tags_before), tags_as_now(change.tags_after)
            return Change(edits, *tags, change.key, tuple(map(region_as_now, change.refused)))

        regions, tags = tuple(map(region_as_now, self.regions)), tags_as_now(self.tags)
        return Draft(regions, tags, tuple(map(as_now, self.done)), tuple(map(as_now, self.undone)))

    def decided(self) -> frozenset[Region]:
        """Every region that was put in as it was proposed, and every proposal that was turned down, unless undone."""
        put_in = (edit.after for change in self.done for edit in change.edits if edit.before is None and edit.after)
        turned_down = (region for change in self.done for region in change.refused)
        return frozenset((*put_in, *turned_down))

    # Changes

    def taken(self, regions: tuple[Region, ...]) -> Draft:
        """With these proposals as regions: one step of undo."""
        first = len(self.regions)
        return (
            self._changed(tuple(Edit(first + n, None, region) for n, region in enumerate(regions))) if regions else self
        )

    def refused(self, region: Region) -> Draft:
        """A proposal is turned down; no region changes."""
        return Draft(self.regions, self.tags, (*self.done, Change((), self.tags, self.tags, "", (region,))), ())

    def added(self, region: Region) -> Draft:
        return self._changed((Edit(len(self.regions), None, region),))

    def replaced(self, index: int, region: Region, key: str = "") -> Draft:
        """Another region at `index`."""
        if region == self.regions[index]:
            return self
        return self._changed((Edit(index, self.regions[index], region),), key=f"{key}{index}" if key else "")

    def removed(self, indices: tuple[int, ...]) -> Draft:
        """Without the regions at these indices."""
        edits = tuple(Edit(index, self.regions[index], None) for index in sorted(set(indices), reverse=True))
        return self._changed(edits) if edits else self

    def tagged(self, tags: tuple[str, ...]) -> Draft:
        """With these tags instead of those it has."""
        return self if tags == self.tags else self._changed((), tags)

    def _changed(self, edits: tuple[Edit, ...], tags: tuple[str, ...] | None = None, key: str = "") -> Draft:
        change = Change(edits, self.tags, self.tags if tags is None else tags, key)
        done = self.done
        if key and done and done[-1].key == key:
            # Both replace the same region: the first state before, the last one after.
            joined = Edit(edits[0].place, done[-1].edits[0].before, edits[0].after)
            done = (*done[:-1], msgspec.structs.replace(done[-1], edits=(joined,)))
        else:
            done = (*done, change)
        return Draft(_applied(self.regions, edits), change.tags_after, done, ())

    # Back and forth

    def undo(self) -> Draft:
        """The state before the last change; itself if there is none."""
        if not self.done:
            return self
        change = self.done[-1]
        back = tuple(Edit(edit.place, edit.after, edit.before) for edit in reversed(change.edits))
        regions = _applied(self.regions, back)
        return Draft(regions, change.tags_before, self.done[:-1], (*self.undone, change))

    def redo(self) -> Draft:
        """The state after the change that was undone last; itself if there is none."""
        if not self.undone:
            return self
        change = self.undone[-1]
        regions = _applied(self.regions, change.edits)
        return Draft(regions, change.tags_after, (*self.done, change), self.undone[:-1])


def _applied(regions: tuple[Region, ...], edits: tuple[Edit, ...]) -> tuple[Region, ...]:
    edited = list(regions)
    for edit in edits:
        _apply(edited, edit)
    return tuple(edited)


def _apply(regions: list[Region], edit: Edit) -> None:
    if edit.before is None and edit.after is not None:
        regions.insert(edit.place, edit.after)
    elif edit.after is None:
        del regions[edit.place]
    else:
        regions[edit.place] = edit.after


def change_words(change: Change) -> str:
    """A change in a few words: the box of “coke” drawn, the class “coke” given, 3 regions deleted."""
    if change.refused:
        return f"{change.refused[0].words} refused"
    if not change.edits:
        return _tag_words(change.tags_before, change.tags_after)
    first = change.edits[0]
    if len(change.edits) > 1:
        drawn = "taken" if first.before is None else "deleted" if first.after is None else "changed"
        return f"{plural(len(change.edits), 'region')} {drawn}"
    if first.before is None or first.after is None:
        return f"{first.after.words} drawn" if first.after else f"{first.before.words} deleted" if first.before else ""
    if first.before.name != first.after.name:
        return f"the class “{first.before.name}” changed to “{first.after.name}”"
    return f"{first.after.words} moved"


def _tag_words(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    given = [tag for tag in after if tag not in before]
    taken = [tag for tag in before if tag not in after]
    named = ", ".join(f"“{tag}”" for tag in given or taken)
    return f"{named} {'given' if given else 'taken away'}"


def encode(draft: Draft) -> str:
    """As the workspace keeps it."""
    return msgspec.json.encode(draft).decode()


def decode(text: str) -> Draft | None:
    """None for what this version cannot read: better a fresh start than none at all."""
    try:
        return msgspec.json.decode(text, type=Draft)
    except msgspec.DecodeError:
        return None
