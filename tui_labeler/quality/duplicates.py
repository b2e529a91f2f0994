"""Images that are there twice, or nearly: by their bytes, and by what they show (difference hash, 64 bits)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from tui_labeler.model.geometry import Size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui_labeler.imaging.arrays import Pixels

    Hashes = NDArray[np.uint64]
    Flags = NDArray[np.bool_]
    Indices = NDArray[np.int64]

# Hashes that differ in so many bits or fewer show the same image, scaled, sharpened, compressed anew.
NEAR = 8
PLACES = Size(9, 8)
"""The means of brightness that a hash is made of."""
# Greys within so little of each other are one colour.
_PLAIN = 2.0
# In any two hashes that differ in at most eight bits, one of nine parts is equal.
_BANDS = NEAR + 1
# So many hashes are compared with so many at a time.
_ROWS, _COLUMNS = 256, 4096
# What is kept of the nearest is one number: a rank, and the index below so many. No rank is as far as `_FAR`.
_INDICES, _FAR = 1 << 40, 64
_NONE = _FAR * _INDICES


def difference_hash(pixels: Pixels) -> int | None:
    """64 bits of an image, (height, width, 3), or (8, 9) means of its brightness: whether each of 8 x 8 places is darker
    than its right neighbour. None for an image of one colour, which is like any other one."""
    import numpy as np

    if pixels.shape != (PLACES.height, PLACES.width):
        from PIL import Image

        small = Image.fromarray(pixels).convert("L").resize((PLACES.width, PLACES.height), Image.Resampling.BOX)
        pixels = np.asarray(small)
    values = pixels.ravel().astype(np.int64)
    if values.size * int(values @ values) - int(values.sum()) ** 2 < (_PLAIN * values.size) ** 2:  # their variance
        return None
    return int.from_bytes(np.packbits(pixels[:, 1:] > pixels[:, :-1]).tobytes(), "big")


def are_near(image_hash: int, other_hash: int) -> bool:
    """Whether two images show the same by their hashes."""
    return (image_hash ^ other_hash).bit_count() <= NEAR


def nearest_before(hashes: Sequence[int], is_other_part: Sequence[bool]) -> Iterator[tuple[int, int, int]]:
    """(index, an earlier index, differing bits) of every hash that differs in at most `NEAR` bits from one before it: from
    the nearest of the other part (`is_other_part`, one each) where there is one, else from the nearest of its own; of
    several the first.

    One for each image, not one for each pair: of 20,000 frames of a camera that stands still there are 200 million pairs.
    Only hashes with an equal part are compared, so 100,000 images take seconds; the room that it takes stays below 50 MB.
    """
    import numpy as np

    every, parts = np.array(hashes, np.uint64), np.array(is_other_part, bool)
    count = len(every)
    best = np.full(count, _NONE)
    for low, high in pairwise(round(64 * band / _BANDS) for band in range(_BANDS + 1)):
        band = (every >> np.uint64(low)) & np.uint64((1 << (high - low)) - 1)
        order = np.argsort(band, kind="stable")  # in a group of equal ones the indices rise
        cuts = np.flatnonzero(np.diff(band[order])) + 1
        for rows in np.split(order, cuts):
            _keep_nearest(every, parts, rows, best)
    for index in map(int, np.flatnonzero(best < _NONE)):
        earlier = int(best[index]) % _INDICES
        yield index, earlier, (hashes[index] ^ hashes[earlier]).bit_count()


def _keep_nearest(every: Hashes, parts: Flags, rows: Indices, best: Indices) -> None:
    """Lowers `best` to the nearest among the hashes of these rows, block by block."""
    import numpy as np

    hashes, part = every[rows], parts[rows]
    for start in range(0, len(rows), _ROWS):
        stop = min(start + _ROWS, len(rows))
        for first in range(0, stop, _COLUMNS):
            last = min(first + _COLUMNS, stop)
            rank = np.bitwise_count(hashes[start:stop, None] ^ hashes[None, first:last])
            rank[rank > NEAR] = _FAR
            rank += np.uint8(NEAR + 1) * (part[start:stop, None] == part[None, first:last])
            if last > start:  # no row is compared with itself, or with later ones
                rank[np.arange(start, stop)[:, None] <= np.arange(first, last)] = _FAR
            nearest = rank.argmin(1)  # of equal ones the first
            ranks = rank[np.arange(stop - start), nearest].astype(np.int64)
            keys = np.where(ranks < _FAR, ranks * _INDICES + rows[first + nearest], _NONE)
            best[rows[start:stop]] = np.minimum(best[rows[start:stop]], keys)


def equal_groups(digests: Sequence[bytes]) -> list[list[int]]:
    """The indices of files with the same bytes, in groups of two or more."""
    groups: defaultdict[bytes, list[int]] = defaultdict(list)
    for index, digest in enumerate(digests):
        groups[digest].append(index)
    return [indices for indices in groups.values() if len(indices) > 1]
