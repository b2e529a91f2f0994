"""From counts (see `counting`) to the figures that a team lead reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import msgspec

from tui_labeler.model.quality import AgainstFigures, ClassFigures, LabelerFigures, PairFigures, Quality, ReviewFigures
from tui_labeler.quality.coefficients import cohen_kappa, f1, fleiss_kappa, krippendorff_alpha, value_alpha
from tui_labeler.quality.counting import MILLION, THRESHOLDS, Counts, Key
from tui_labeler.quality.faults import advice, faults


def quality(
    project: str,
    names: tuple[str, ...],
    counts: Counts,
    gold_images: int = 0,
) -> Quality:
    """The figures of a project with the label classes `names`. Besides what `counting` counts, `counts` has
    ("work", who, "timed"|"ms"|"objects"), ("first", who, "reviewed"|"passed") and ("review", state)."""
    by_kind: defaultdict[str, dict[Key, int]] = defaultdict(dict)
    for key, n in counts.items():
        if n:
            by_kind[key[0]][key[1:]] = n
    pairs = _pairs(by_kind["pair"], by_kind["values"])
    raters, fleiss = _fleiss(by_kind["fleiss"])
    figures = Quality(
        project=project,
        compared=counts["compared",],
        gold_images=gold_images,
        f1=_shares(by_kind["pair"]),
        alpha=krippendorff_alpha(*_alpha(by_kind["alpha_all"])),
        alpha_classes=krippendorff_alpha(*_alpha(by_kind["alpha"])),
        fleiss=fleiss,
        fleiss_raters=raters,
        pairs=pairs,
        labelers=_labelers(by_kind, pairs),
        classes=_classes(names, by_kind),
        review=msgspec.convert({key[0]: n for key, n in by_kind["review"].items()}, ReviewFigures),
    )
    labelers = faults(figures.labelers)
    figures = msgspec.structs.replace(figures, labelers=labelers)
    return msgspec.structs.replace(figures, advice=advice(figures))


def _pairs(counted: Mapping[Key, int], values: Mapping[Key, int]) -> tuple[PairFigures, ...]:
    kappas: defaultdict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(dict)
    for (labeler, other_labeler, ours, theirs), n in values.items():
        kappas[labeler, other_labeler][ours, theirs] = n
    pairs = []
    for labeler, other_labeler in sorted({key[:2] for key in counted}):
        objects = counted.get((labeler, other_labeler, "objects"), 0)
        shares = [f1(counted.get((labeler, other_labeler, str(least)), 0), objects) for least in THRESHOLDS]
        known = [share for share in shares if share is not None]
        mean = sum(known) / len(known) if known else None
        pairs.append(PairFigures(labeler, other_labeler, shares[0], mean, cohen_kappa(kappas[labeler, other_labeler])))
    return tuple(pairs)


def _shares(counted: Mapping[Key, int]) -> dict[str, float]:
    """F1 over all pairs together, by IoU (“0.5” to “0.95”), and their mean."""
    sums: Counter[str] = Counter()
    for (_, _, what), n in counted.items():
        sums[what] += n
    shares = {f"{least / 100:g}": f1(sums[str(least)], sums["objects"]) for least in THRESHOLDS}
    known = {least: share for least, share in shares.items() if share is not None}
    return known | ({"mean": sum(known.values()) / len(known)} if known else {})


def _alpha(counted: Mapping[Key, int]) -> tuple[dict[str, int], dict[str, int]]:
    split: dict[str, dict[str, int]] = {"n": {}, "d": {}}
    for (what, value), n in counted.items():
        split[what][value] = n
    return split["d"], split["n"]


def _fleiss(counted: Mapping[Key, int]) -> tuple[int, float | None]:
    units = {int(key[0]): n for key, n in counted.items() if key[1] == "units"}
    if not units:
        return 0, None
    raters = max(units, key=lambda number: (units[number], number))
    totals = {key[2]: n for key, n in counted.items() if key[0] == str(raters) and key[1] == "="}
    return raters, fleiss_kappa(units[raters], raters, counted.get((str(raters), "agree"), 0), totals)


def _labelers(by_kind: Mapping[str, Mapping[Key, int]], pairs: tuple[PairFigures, ...]) -> tuple[LabelerFigures, ...]:
    answers = {key[0]: n for key, n in by_kind["answers"].items()}
    figures = []
    work, first = by_kind["work"], by_kind["first"]
    for name in sorted(answers.keys() | {key[0] for key in (*work, *first)}):
        shares = [pair.f1 for pair in pairs if name in (pair.one, pair.other) and pair.f1 is not None]
        timed, seconds = work.get((name, "timed"), 0), work.get((name, "ms"), 0) / 1000
        reviewed = first.get((name, "reviewed"), 0)
        figures.append(
            LabelerFigures(
                name=name,
                images=max(answers.get(name, 0), timed),
                f1=sum(shares) / len(shares) if shares else None,
                gold=_against("gold", name, by_kind),
                consensus=_against("consensus", name, by_kind),
                swapped=_swapped(name, by_kind["against"]),
                reviewed=reviewed,
                first_accepted=_share(first.get((name, "passed"), 0), reviewed),
                seconds=_share(seconds, timed),
                boxes_an_hour=_share(3600 * work.get((name, "objects"), 0), seconds),
            )
        )
    return tuple(figures)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _against(kind: str, who: str, by_kind: Mapping[str, Mapping[Key, int]]) -> AgainstFigures:
    both = missed = extra = right = 0
    for (its_kind, name, truth, given), n in by_kind["against"].items():
        if (its_kind, name) != (kind, who):
            continue
        missed += n if not given else 0
        extra += n if not truth else 0
        both += n if truth and given else 0
        right += n if truth == given else 0
    fit = {key[2]: n for key, n in by_kind["fit"].items() if key[:2] == (kind, who)}
    grown = _share(fit.get("grown", 0) / MILLION, fit.get("n", 0))
    small_missed = _share(fit.get("small_missed", 0), fit.get("small", 0))
    every = 2 * both + missed + extra
    return AgainstFigures(
        objects=both + missed,
        found=_share(both, both + missed),
        extra=_share(extra, both + extra),
        right_class=_share(right, both),
        f1=f1(right, every),
        f1_mean=f1(sum(fit.get(str(least), 0) for least in THRESHOLDS) / len(THRESHOLDS), every),
        iou=_share(fit.get("iou", 0) / MILLION, fit.get("n", 0)),
        grown=None if grown is None else float(2**grown),
        small_found=None if small_missed is None else 1 - small_missed,
    )


def _swapped(who: str, against: Mapping[Key, int]) -> tuple[tuple[str, str, int], ...]:
    swaps: Counter[tuple[str, str]] = Counter()
    for (_, name, truth, given), n in against.items():
        if name == who and truth and given and truth != given:
            swaps[truth, given] = max(swaps[truth, given], n)
    return tuple((truth, given, n) for (truth, given), n in swaps.most_common(3))


def _classes(names: tuple[str, ...], by_kind: Mapping[str, Mapping[Key, int]]) -> tuple[ClassFigures, ...]:
    differing, totals = _alpha(by_kind["alpha"])
    taken: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_, _, ours, theirs), n in by_kind["values"].items():
        if ours != theirs:
            taken[ours][theirs] += n
            taken[theirs][ours] += n
    missed: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for (kind, _, truth, given), n in by_kind["against"].items():
        if kind == "consensus" and truth:
            every[truth] += n
            missed[truth] += n if not given else 0
    figures = []
    for name in names:
        most = taken[name].most_common(1)
        alpha = value_alpha(name, differing, totals)
        figures.append(ClassFigures(name, alpha, most[0] if most else ("", 0), _share(missed[name], every[name])))
    return tuple(figures)
