"""Images that are there twice, or nearly: by their bytes, and by what they show (difference hash, 64 bits)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_labeler.imaging.arrays import Pixels

# Hashes that differ in so many bits or fewer show the same image, scaled, sharpened, compressed anew.
NEAR = 8
# Greys within so little of each other are one colour.
_PLAIN = 2.0
# In any two hashes that differ in at most eight bits, one of nine parts is equal.
_BANDS = NEAR + 1


def difference_hash(pixels: Pixels) -> int | None:
    """64 bits of an image (height, width, 3): whether each of 8 x 8 places is darker than its right neighbour. None for an
    image of one colour, which is like any other one."""
    import numpy as np
    from PIL import Image

    small = Image.fromarray(pixels).convert("L").resize((9, 8), Image.Resampling.BOX)
    greys = np.asarray(small, np.int16)
    if greys.std() < _PLAIN:
        return None
    bits = (greys[:, 1:] > greys[:, :-1]).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def near_pairs(hashes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(index, index, differing bits) of every two hashes that differ in at most `NEAR` bits; each pair once, the lower
    index first. Only those with an equal part are compared, so 100,000 images take seconds."""
    import numpy as np

    every = np.array(hashes, np.uint64)
    edges = [round(64 * band / _BANDS) for band in range(_BANDS + 1)]
    for band, (low, high) in enumerate(pairwise(edges)):
        parts = (every >> np.uint64(low)) & np.uint64((1 << (high - low)) - 1)
        order = np.argsort(parts, kind="stable")
        cuts = np.flatnonzero(np.diff(parts[order])) + 1
        for indices in np.split(order, cuts):
            yield from _of_part(every, indices, edges[: band + 1])


def _of_part(every: object, indices: object, edges: list[int]) -> Iterator[tuple[int, int, int]]:
    """The near pairs among hashes whose part is equal; those that an earlier part had already found are passed over."""
    import numpy as np

    hashes, rows = np.asarray(every), np.asarray(indices)
    for at in range(len(rows) - 1):
        differing = hashes[rows[at]] ^ hashes[rows[at + 1 :]]
        bits = np.bitwise_count(differing)
        for offset in np.flatnonzero(bits <= NEAR):
            value = int(differing[offset])
            if not any(_part(value, low, high) == 0 for low, high in pairwise(edges)):
                lower, higher = sorted((int(rows[at]), int(rows[at + 1 + offset])))
                yield lower, higher, int(bits[offset])


def _part(value: int, low: int, high: int) -> int:
    return value >> low & (1 << high - low) - 1


def equal_groups(digests: Sequence[bytes]) -> list[list[int]]:
    """The indices of files with the same bytes, in groups of two or more."""
    groups: defaultdict[bytes, list[int]] = defaultdict(list)
    for index, digest in enumerate(digests):
        groups[digest].append(index)
    return [indices for indices in groups.values() if len(indices) > 1]
