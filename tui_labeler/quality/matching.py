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
    """(index in `ours`, index in `theirs`, overlap) of pairs that overlap by `least` or more, each thing in one pair at
    most: the pair that overlaps most first."""
    pairs = [
        (value, i, j)
        for i, our_thing in enumerate(ours)
        for j, their_thing in enumerate(theirs)
        if (value := overlap(our_thing, their_thing)) > 0
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    used_ours: set[int] = set()
    used_theirs: set[int] = set()
    matches = []
    for value, i, j in pairs:
        if value < least:
            break
        if i not in used_ours and j not in used_theirs:
            used_ours.add(i)
            used_theirs.add(j)
            matches.append((i, j, value))
    return matches


def clusters(
    by_labeler: Sequence[Sequence[Thing]], overlap: Overlap[Thing], least: float = 0.5
) -> list[list[tuple[int, int]]]:
    """The objects that labelers marked, each as the (labeler, index) of those who marked it; in the order of their
    first member. Two things of one labeler are never the same object.

    Agglomerative with average linkage: two clusters are one while the mean overlap of their members is above `least`.
    """
    members = [(labeler, index) for labeler, things in enumerate(by_labeler) for index in range(len(things))]
    near: dict[int, dict[int, float]] = {number: {} for number in range(len(members))}
    for first, (labeler, index) in enumerate(members):
        for second in range(first + 1, len(members)):
            their_labeler, their_index = members[second]
            if their_labeler != labeler:
                value = overlap(by_labeler[labeler][index], by_labeler[their_labeler][their_index])
                if value > 0:
                    near[first][second] = near[second][first] = value
    groups: dict[int, list[int]] = {number: [number] for number in near}
    while (best := _nearest(near, groups, members, least)) is not None:
        first, second = best
        _join(near, groups, first, second)
    objects = [sorted(members[number] for number in group) for group in groups.values()]
    return sorted(objects)


def _nearest(
    near: dict[int, dict[int, float]], groups: dict[int, list[int]], members: list[tuple[int, int]], least: float
) -> tuple[int, int] | None:
    best, pair = least, None
    for first, others in near.items():
        for second, value in others.items():
            if (
                first < second
                and value > best
                and not _labelers(groups[first], members) & _labelers(groups[second], members)
            ):
                best, pair = value, (first, second)
    return pair


def _labelers(group: list[int], members: list[tuple[int, int]]) -> set[int]:
    return {members[number][0] for number in group}


def _join(near: dict[int, dict[int, float]], groups: dict[int, list[int]], target: int, absorbed: int) -> None:
    """Makes `absorbed` a part of `target`; overlaps become the means over all pairs of members (Lance and Williams)."""
    target_size, absorbed_size = len(groups[target]), len(groups[absorbed])
    ours, theirs = near.pop(target), near.pop(absorbed)
    merged = {
        third: (ours.get(third, 0.0) * target_size + theirs.get(third, 0.0) * absorbed_size)
        / (target_size + absorbed_size)
        for third in (ours.keys() | theirs.keys()) - {target, absorbed}
    }
    groups[target] += groups.pop(absorbed)
    near[target] = merged
    for third, value in merged.items():
        near[third].pop(absorbed, None)
        near[third][target] = value
