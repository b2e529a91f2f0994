"""Which objects of several labelers are the same one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
# How far two things cover each other, 0 to 1.
Overlap = Callable[[Thing, Thing], float]


def matched(
    ours: Sequence[Thing], theirs: Sequence[Thing], overlap: Overlap[Thing], least: float = 0.5
) -> list[tuple[int, int, float]]:
    """(place in `ours`, place in `theirs`, overlap) of pairs that overlap by `least` or more, each thing in one pair at
    most: the pair that overlaps most first."""
    pairs = [
        (value, i, j)
        for i, one in enumerate(ours)
        for j, other in enumerate(theirs)
        if (value := overlap(one, other)) > 0
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    used_ours: set[int] = set()
    used_theirs: set[int] = set()
    found = []
    for value, i, j in pairs:
        if value < least:
            break
        if i not in used_ours and j not in used_theirs:
            used_ours.add(i)
            used_theirs.add(j)
            found.append((i, j, value))
    return found


def clusters(
    by_labeler: Sequence[Sequence[Thing]], overlap: Overlap[Thing], least: float = 0.5
) -> list[list[tuple[int, int]]]:
    """The objects that labelers marked, each as the (labeler, place) of those who marked it; in the order of their first
    member. Two things of one labeler are never the same object.

    Agglomerative with average linkage: two clusters are one while the mean overlap of their members is above `least`.
    """
    members = [(labeler, place) for labeler, things in enumerate(by_labeler) for place in range(len(things))]
    near: dict[int, dict[int, float]] = {number: {} for number in range(len(members))}
    for one, (labeler, place) in enumerate(members):
        for other in range(one + 1, len(members)):
            their_labeler, their_place = members[other]
            if their_labeler != labeler:
                value = overlap(by_labeler[labeler][place], by_labeler[their_labeler][their_place])
                if value > 0:
                    near[one][other] = near[other][one] = value
    groups: dict[int, list[int]] = {number: [number] for number in near}
    while (best := _nearest(near, groups, members, least)) is not None:
        one, other = best
        _join(near, groups, one, other)
    found = [sorted(members[number] for number in group) for group in groups.values()]
    return sorted(found)


def _nearest(
    near: dict[int, dict[int, float]], groups: dict[int, list[int]], members: list[tuple[int, int]], least: float
) -> tuple[int, int] | None:
    best, pair = least, None
    for one, others in near.items():
        for other, value in others.items():
            if one < other and value > best and not _labelers(groups[one], members) & _labelers(groups[other], members):
                best, pair = value, (one, other)
    return pair


def _labelers(group: list[int], members: list[tuple[int, int]]) -> set[int]:
    return {members[number][0] for number in group}


def _join(near: dict[int, dict[int, float]], groups: dict[int, list[int]], one: int, other: int) -> None:
    """Makes `other` a part of `one`; overlaps become the means over all pairs of members (Lance and Williams)."""
    size_one, size_other = len(groups[one]), len(groups[other])
    ours, theirs = near.pop(one), near.pop(other)
    merged = {
        third: (ours.get(third, 0.0) * size_one + theirs.get(third, 0.0) * size_other) / (size_one + size_other)
        for third in (ours.keys() | theirs.keys()) - {one, other}
    }
    groups[one] += groups.pop(other)
    near[one] = merged
    for third, value in merged.items():
        near[third].pop(other, None)
        near[third][one] = value
