"""Coefficients of agreement, beside the libraries that others wrote."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tui_labeler.quality.coefficients import alpha_counts, alpha_of, cohen_kappa, f1, fleiss_kappa, value_alpha

EXACT = 1e-9
VALUES = ("coke", "sprite", "water", "")


def _table(seed: int, units: int, raters: int, gaps: float = 0.0) -> list[list[str | None]]:
    """What each rater (columns) said of each unit (rows): mostly the truth. None: said nothing."""
    draw = random.Random(seed)
    rows = []
    for _ in range(units):
        truth = draw.choice(VALUES)
        said = [truth if draw.random() < 0.7 else draw.choice(VALUES) for _ in range(raters)]
        rows.append([None if draw.random() < gaps else value for value in said])
    return rows


@pytest.mark.parametrize("raters", [2, 3, 5, 9])
@pytest.mark.parametrize("gaps", [0.0, 0.3])
def test_alpha_is_krippendorffs(raters: int, gaps: float) -> None:
    krippendorff = pytest.importorskip("krippendorff")
    table = _table(raters, 60, raters, gaps)
    codes = [[float("nan") if value is None else VALUES.index(value) for value in row] for row in table]
    columns = [list(column) for column in zip(*codes, strict=True)]
    theirs = krippendorff.alpha(reliability_data=columns, level_of_measurement="nominal")
    ours = alpha_of([[value for value in row if value is not None] for row in table])
    assert ours == pytest.approx(theirs, abs=EXACT)


def test_alpha_of_one_value_is_that_of_yes_and_no() -> None:
    krippendorff = pytest.importorskip("krippendorff")
    table = _table(7, 80, 4)
    differing: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for row in table:
        unit_differing, unit_totals = alpha_counts([str(value) for value in row])
        differing.update({str(key): n for key, n in unit_differing.items()})
        totals.update({str(key): n for key, n in unit_totals.items()})
    yes_or_no = [[float(value == "coke") for value in column] for column in zip(*table, strict=True)]
    theirs = krippendorff.alpha(reliability_data=yes_or_no, level_of_measurement="nominal")
    assert value_alpha("coke", differing, totals) == pytest.approx(theirs, abs=EXACT)


@pytest.mark.slow
def test_cohens_kappa_is_scikit_learns() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    for seed in range(5):
        pairs = [(str(a), str(b)) for a, b in _table(seed, 70, 2)]
        theirs = metrics.cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs])
        assert cohen_kappa(Counter(pairs)) == pytest.approx(theirs, abs=EXACT)


def test_fleiss_kappa_is_that_of_statsmodels() -> None:
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    for raters in (2, 3, 6):
        counts = [Counter(row) for row in _table(raters, 50, raters)]
        theirs = inter_rater.fleiss_kappa([[count[value] for value in VALUES] for count in counts])
        agreeing = sum(n * (n - 1) for count in counts for n in count.values())
        totals = sum(counts, Counter[str | None]())
        assert fleiss_kappa(50, raters, agreeing, totals) == pytest.approx(theirs, abs=EXACT)


def test_nothing_to_compare_gives_no_figure() -> None:
    assert f1(0, 0) is None
    assert cohen_kappa({}) is None
    assert cohen_kappa({("a", "a"): 4}) is None, "chance alone would give the same"
    assert fleiss_kappa(0, 3, 0, {}) is None
    assert alpha_of([["a"], ["b"]]) is None, "nothing was said twice"
    assert alpha_of([["a", "a"], ["a", "a"]]) is None
