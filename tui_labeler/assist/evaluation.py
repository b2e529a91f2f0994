"""How good proposals are on labels held back from training, and from which confidence on showing them saves keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_labeler.model.assist import KEYS_A_BOX, KEYS_A_TAG, ClassQuality, Quality, keys_with
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

# Proposals are counted right from this overlap on (Open Images takes a proposed box from 0.7 on, PASCAL VOC from 0.5).
TAKEN_AT = 0.7
COUNTED_AT = 0.5
# What is saved on labels held back has to be more than this part of all keys: some is luck of few images.
_MARGIN = 0.03
# A wrong proposal that nobody has to refuse still has to be looked at, which takes about as long as a key does. It counts
# when thresholds are chosen, and not as a key.
_GLANCE = 1.0
NEVER = 2.0


@dataclass(frozen=True)
class Trial:
    """One image: what was proposed, and what is true."""

    proposed: Labels
    truth: Labels


class _Facts:
    """What of a trial does not depend on thresholds: for each proposal its class, its confidence, whether its box is right,
    and whether its class is. A proposal is matched before all that are less sure, so leaving those out changes nothing for
    it."""

    def __init__(self, trial: Trial, taken_at: float) -> None:
        regions = trial.proposed.regions
        pairs = zip(regions, placed(regions, trial.truth.regions, taken_at), strict=True)
        self.proposals = [
            (region.name, region.confidence, own is not None, own == region.name) for region, own in pairs
        ]
        self.true = len(trial.truth.regions)

    def keys(self, least: dict[str, float], glance: float) -> float:
        shown_flags = [(box, name) for of, sure, box, name in self.proposals if sure >= least.get(of, NEVER)]
        placed_right = sum(box for box, _ in shown_flags)
        right = sum(name for _, name in shown_flags)
        wrong = len(shown_flags) - placed_right
        renamed = placed_right - right
        return keys_with(right, wrong, self.true - placed_right, renamed=renamed) + glance * wrong


def evaluate(trials: Sequence[Trial], kind: TaskType, classes: Sequence[str], taken_at: float = TAKEN_AT) -> Quality:
    """The quality of proposals, with the confidence of each class from which they are worth showing to a person who takes
    boxes that overlap the true one by `taken_at`."""
    if not kind.has_regions:
        return _of_tags(trials, classes)
    facts = [_Facts(trial, taken_at) for trial in trials]
    least = _thresholds(facts, classes)
    class_qualities = []
    for name in classes:
        right, shown, labels = _counts(trials, name, min(least[name], 1.0) if least[name] <= 1 else 0.5)
        precision, recall = (right / shown if shown else 0.0), (right / labels if labels else 0.0)
        class_qualities.append(ClassQuality(name, round(precision, 4), round(recall, 4), labels, round(least[name], 4)))
    shown_least = {name: value if value <= 1 else 0.5 for name, value in least.items()}
    sums = np.array([_counts(trials, name, shown_least[name]) for name in classes]).reshape(-1, 3).sum(0)
    right, shown, labels = (int(value) for value in sums)
    keys, by_hand = _keys(facts, least)
    return Quality(
        len(trials),
        tuple(class_qualities),
        round(right / shown, 4) if shown else 0.0,
        round(right / labels, 4) if labels else 0.0,
        round(keys / labels, 3) if labels else 0.0,
        round(by_hand / labels, 3) if labels else 0.0,
    )


def shown(labels: Labels, least: dict[str, float]) -> Labels:
    """The proposals that are worth showing."""
    kept = tuple(region for region in labels.regions if region.confidence >= least.get(region.name, NEVER))
    tags = [(name, sure) for name, sure in labels.sure_tags if sure >= least.get(name, NEVER)]
    return Labels(labels.size, kept, tuple(name for name, _ in tags), tuple(sure for _, sure in tags))


def keys_of(trials: Sequence[Trial], least: dict[str, float]) -> tuple[float, float]:
    """Keys for all images, with the proposals from these confidences on, and without any."""
    return _keys([_Facts(trial, TAKEN_AT) for trial in trials], least)


def _keys(facts: Sequence[_Facts], least: dict[str, float]) -> tuple[float, float]:
    return sum(fact.keys(least, 0.0) for fact in facts), KEYS_A_BOX * sum(fact.true for fact in facts)


def matched(proposed: Sequence[Region], truth: Sequence[Region], least: float) -> list[bool]:
    """For each proposal whether it stands for a true region of its class, each of which is used once; the surest first."""
    return [class_name is not None for class_name in _meant(proposed, truth, least, (True,))]


def placed(proposed: Sequence[Region], truth: Sequence[Region], least: float) -> list[str | None]:
    """For each proposal the class of the true region that its box stands for, whatever class it proposes; None where there
    is none. Each region is used once: by the surest proposal of its class, or else by the surest of another."""
    return _meant(proposed, truth, least, (True, False))


def _meant(
    proposed: Sequence[Region], truth: Sequence[Region], least: float, rounds: tuple[bool, ...]
) -> list[str | None]:
    """The classes of the true regions, in one round after another: among those of the proposal's own class, or all."""
    free = list(truth)
    class_names: list[str | None] = [None] * len(proposed)
    order = sorted(range(len(proposed)), key=lambda index: -proposed[index].confidence)
    for same_class in rounds:
        for index in order:
            proposal = proposed[index]
            if class_names[index] is not None:
                continue
            best = max(
                (region for region in free if region.name == proposal.name or not same_class),
                key=lambda region: proposal.extent.iou(region.extent),
                default=None,
            )
            if best is not None and proposal.extent.iou(best.extent) >= least:
                free.remove(best)
                class_names[index] = best.name
    return class_names


def _counts(trials: Sequence[Trial], name: str, least: float) -> tuple[int, int, int]:
    """(right, shown, true) of one class at IoU 0.5."""
    right = count = true = 0
    for trial in trials:
        proposed = [region for region in trial.proposed.regions if region.name == name and region.confidence >= least]
        truth = [region for region in trial.truth.regions if region.name == name]
        right += sum(matched(proposed, truth, COUNTED_AT))
        count, true = count + len(proposed), true + len(truth)
    return right, count, true


def _thresholds(facts: Sequence[_Facts], classes: Sequence[str]) -> dict[str, float]:
    """The confidence of each class that costs the fewest keys: class after class, twice round."""
    least = dict.fromkeys(classes, NEVER)
    sure: dict[str, list[float]] = {name: [] for name in classes}
    for fact in facts:
        for name, confidence, _, _ in fact.proposals:
            sure[name].append(confidence)
    best = total = KEYS_A_BOX * sum(fact.true for fact in facts)
    for _ in range(2):
        for name in classes:
            if not sure[name]:
                continue
            for value in (NEVER, *np.unique(np.quantile(sure[name], np.linspace(0, 0.98, 25)))):
                chosen = least | {name: float(value)}
                cost = sum(fact.keys(chosen, _GLANCE) for fact in facts)
                if cost < best:
                    best, least = cost, chosen
    if best > total * (1 - _MARGIN):
        return dict.fromkeys(classes, NEVER)
    return least


def _of_tags(trials: Sequence[Trial], classes: Sequence[str]) -> Quality:
    """For whole images. Enter takes a proposal and submits, so a right one saves every digit; a wrong one costs the keys
    that put it right, or none where the digits are typed as if it were not there."""
    class_qualities = []
    right_sum = shown_sum = true_sum = 0
    for name in classes:
        right = sum(name in trial.proposed.tags and name in trial.truth.tags for trial in trials)
        proposed = sum(name in trial.proposed.tags for trial in trials)
        true = sum(name in trial.truth.tags for trial in trials)
        precision, recall = (right / proposed if proposed else 0.0), (right / true if true else 0.0)
        class_qualities.append(ClassQuality(name, round(precision, 4), round(recall, 4), true))
        right_sum, shown_sum, true_sum = right_sum + right, shown_sum + proposed, true_sum + true
    keys = 0.0
    for trial in trials:
        wrong = len(set(trial.proposed.tags) ^ set(trial.truth.tags))
        keys += min(wrong + 1.0, KEYS_A_TAG * len(trial.truth.tags)) if wrong else 0.0
    by_hand = KEYS_A_TAG * true_sum
    return Quality(
        len(trials),
        tuple(class_qualities),
        round(right_sum / shown_sum, 4) if shown_sum else 0.0,
        round(right_sum / true_sum, 4) if true_sum else 0.0,
        round(keys / true_sum, 3) if true_sum else 0.0,
        round(by_hand / true_sum, 3) if true_sum else 0.0,
    )
