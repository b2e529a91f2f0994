"""What the figures say in words: which labeler needs help with what, which class is unclear."""

from __future__ import annotations

from statistics import median

import msgspec

from tui_labeler.model.quality import AgainstFigures, LabelerFigures, Quality

# Fewer objects say nothing about a person.
_ENOUGH = 20


def faults(labelers: tuple[LabelerFigures, ...]) -> tuple[LabelerFigures, ...]:
    """The labelers with their faults named, each held against the known labels where there are enough of them, else against
    the consensus. What counts is how far someone is from the middle of the others."""
    references = {labeler.name: _reference(labeler) for labeler in labelers}
    return tuple(
        msgspec.structs.replace(
            labeler, faults=tuple(_faults(labeler, references[labeler.name], _others(labeler.name, references)))
        )
        for labeler in labelers
    )


def _reference(labeler: LabelerFigures) -> AgainstFigures:
    return labeler.gold if labeler.gold.objects >= _ENOUGH else labeler.consensus


def _others(name: str, references: dict[str, AgainstFigures]) -> list[AgainstFigures]:
    return [figures for labeler, figures in references.items() if labeler != name and figures.objects >= _ENOUGH]


def _middle(others: list[AgainstFigures], field: str, otherwise: float) -> float:
    values = [value for figures in others if (value := getattr(figures, field)) is not None]
    return median(values) if values else otherwise


def _faults(labeler: LabelerFigures, own: AgainstFigures, others: list[AgainstFigures]) -> list[str]:
    if own.objects < _ENOUGH:
        return []
    problems = []
    if own.right_class is not None and own.right_class < _middle(others, "right_class", 1.0) - 0.05:
        worst = labeler.swapped[0] if labeler.swapped else None
        which = f": “{worst[0]}” given as “{worst[1]}” {worst[2]:,} times" if worst else ""
        problems.append(f"wrong class in {1 - own.right_class:.0%}{which}")
    if own.iou is not None and own.iou < _middle(others, "iou", 0.9) - 0.06:
        how = "too large" if (own.grown or 1) > 1.1 else "too small" if (own.grown or 1) < 0.9 else "beside the object"
        problems.append(f"boxes {how}: IoU {own.iou:.2f}, others {_middle(others, 'iou', 0.9):.2f}")
    small, others_small = own.small_found, _middle(others, "small_found", 1.0)
    if small is not None and small < others_small - 0.15:
        problems.append(f"misses small objects: {small:.0%} found, others {others_small:.0%}")
    elif own.found is not None and own.found < _middle(others, "found", 1.0) - 0.06:
        problems.append(f"misses objects: {own.found:.0%} found, others {_middle(others, 'found', 1.0):.0%}")
    if own.extra is not None and own.extra > _middle(others, "extra", 0.0) + 0.06:
        problems.append(f"marks what is none: {own.extra:.0%} of the boxes")
    return problems


def advice(quality: Quality) -> tuple[str, ...]:
    """What a team lead does first, the most pressing before the others."""
    lines = [f"{labeler.name}: {fault}." for labeler in quality.labelers for fault in labeler.faults]
    for figures in quality.classes:
        if figures.alpha is not None and figures.alpha < 0.8 and figures.confused_with[1]:
            lines.append(
                f"The class “{figures.name}” is unclear (alpha {figures.alpha:.2f}): "
                f"taken for “{figures.confused_with[0]}” {figures.confused_with[1]:,} times. "
                "Say in the instructions how they differ."
            )
        if figures.missed is not None and figures.missed > 0.15:
            lines.append(
                f"“{figures.name}” is missed in {figures.missed:.0%}: say in the instructions when it has to be marked."
            )
    return tuple(lines)
