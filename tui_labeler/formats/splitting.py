"""Which images are for training and which for validation.

By share: each image belongs to the rarest class that it shows (images without any are a class of their own), and in each
such class the images with the smallest hashes of seed and path are for validation. So every class has its share in both
parts, the same images are drawn on every machine, and most of them stay where they are when others are added.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import blake2b

from tui_labeler.model.patterns import compile_pattern
from tui_labeler.model.regions import Labels
from tui_labeler.model.transfers import Split

TRAIN, VALIDATION = "train", "validation"


def splitter(split: Split, images: Callable[[], Iterable[tuple[str, Labels]]]) -> Callable[[str, Labels], str]:
    """From an image's path and labels to its part (TRAIN, VALIDATION; "" without a split). `images` gives all of them,
    each time it is called: it is asked twice for a split by share, which keeps eight bytes an image in memory."""
    if split.pattern:
        pattern = compile_pattern(split.pattern)
        return lambda path, labels: VALIDATION if pattern.matches(path) else TRAIN
    if not split.fraction:
        return lambda path, labels: ""
    counted: Counter[str] = Counter()
    for _, labels in images():
        counted.update(labels.class_counts().keys())
    drawn: dict[str, array[int]] = {}
    for path, labels in images():
        drawn.setdefault(_stratum(labels, counted), array("Q")).append(_draw(split.seed, path))
    # Below which hash an image of the class is for validation.
    limits = {name: _limit(values, split.fraction) for name, values in drawn.items()}
    return lambda path, labels: VALIDATION if _draw(split.seed, path) < limits[_stratum(labels, counted)] else TRAIN


def _stratum(labels: Labels, counted: Counter[str]) -> str:
    """The rarest class of an image; "" for a background image."""
    return min(labels.class_counts(), key=lambda name: (counted[name], name), default="")


def _limit(values: array[int], fraction: float) -> int:
    """The hash that `fraction` of the values are below: rounded, but one at least where there are two or more, and never
    all of them."""
    count = len(values)
    take = min(max(round(count * fraction), 1), count - 1)
    return sorted(values)[take] if take > 0 else 0


def _draw(seed: int, path: str) -> int:
    return int.from_bytes(
        blake2b(path.encode("utf-8", "surrogatepass"), digest_size=8, key=str(seed).encode()).digest()
    )
