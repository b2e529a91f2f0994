"""Coefficients of agreement, from counts. Each is 1 for full agreement and 0 for what chance would give; None where the
counts say nothing (nobody compared, or a single value and nothing else)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

# Every product of counts is divided by the number of raters less one, of at most nine: multiplied by this, all are whole.
WHOLE = 840
Value = TypeVar("Value", bound=Hashable)


def f1(matched: float, objects: float) -> float | None:
    """The share of objects that both marked: twice the matched ones through all that either marked."""
    return 2 * matched / objects if objects else None


def cohen_kappa(counts: Mapping[tuple[Value, Value], int]) -> float | None:
    """Cohen's kappa of two raters; `counts` says how often (our value, their value) came together."""
    total = sum(counts.values())
    ours: Counter[Value] = Counter()
    theirs: Counter[Value] = Counter()
    for (our_value, their_value), n in counts.items():
        ours[our_value] += n
        theirs[their_value] += n
    chance = sum(n * theirs[value] for value, n in ours.items())
    if not total or chance == total * total:
        return None
    same = sum(n for (our_value, their_value), n in counts.items() if our_value == their_value)
    return (same * total - chance) / (total * total - chance)


def fleiss_kappa(units: int, raters: int, agreeing: int, totals: Mapping[Value, int]) -> float | None:
    """Fleiss' kappa of `units` things with `raters` values each. `agreeing` is the sum of n (n - 1) over all units and
    values, where n raters gave a unit that value; `totals` is how often each value was given."""
    every = units * raters
    if not units or raters < 2:
        return None
    observed = agreeing / (every * (raters - 1))
    chance = sum(n * n for n in totals.values()) / (every * every)
    return (observed - chance) / (1 - chance) if chance < 1 else None


def krippendorff_alpha(differing: Mapping[Value, int], totals: Mapping[Value, int]) -> float | None:
    """Krippendorff's alpha for values without an order, from what `alpha_counts` of every unit add up to."""
    every = sum(totals.values())
    chance = (every * every - sum(n * n for n in totals.values())) / 2
    if every < 2:
        return None
    if not chance:
        return None
    observed = sum(differing.values()) / WHOLE / 2
    return 1 - (every - 1) * observed / chance


def value_alpha(value: Value, differing: Mapping[Value, int], totals: Mapping[Value, int]) -> float | None:
    """The same for one value against all others together."""
    every = sum(totals.values())
    mine = totals.get(value, 0)
    chance = mine * (every - mine)
    return 1 - (every - 1) * differing.get(value, 0) / WHOLE / chance if chance else None


def alpha_counts(values: Iterable[Value]) -> tuple[dict[Value, int], dict[Value, int]]:
    """(differing, totals) of one unit, by value; of a unit with fewer than two values nothing. They are whole numbers, so
    that sums kept over years stay exact."""
    counts = Counter(values)
    raters = sum(counts.values())
    if raters < 2:
        return {}, {}
    return {value: WHOLE * n * (raters - n) // (raters - 1) for value, n in counts.items() if n < raters}, dict(counts)


def alpha_of(units: Sequence[Sequence[Value]]) -> float | None:
    """Krippendorff's alpha of whole units, each the values that it was given (whoever gave none is left out)."""
    differing: Counter[Value] = Counter()
    totals: Counter[Value] = Counter()
    for values in units:
        unit_differing, unit_totals = alpha_counts(values)
        differing.update(unit_differing)
        totals.update(unit_totals)
    return krippendorff_alpha(differing, totals)
