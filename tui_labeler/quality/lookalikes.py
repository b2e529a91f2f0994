"""Images that show the same thing though their pixels differ: crops, mirrored and turned copies.

What a network sees in them is compared, in the spread of the images at hand: blood cells are alike as all photographs of
blood cells are, and only two that are much nearer to each other than to everything else are one photograph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]

LEAST = 16
"""Among fewer images nothing can be said of their spread."""
# So alike (cosine) two images are one surely; from `_ALIKE` on they are, if nothing else is nearly as near: the distance
# (1 - cosine) to the next one is at least so many times as large.
_SURE, _ALIKE, _APART = 0.93, 0.6, 1.6
# So many images are compared with so many at a time: the room that it takes stays below 50 MB.
_ROWS, _COLUMNS = 512, 8192
_SAMPLE = 4096


def alike_pairs(features: Floats) -> Iterator[tuple[int, int, float]]:
    """(index, index, cosine) of images that show the same, the lower index first, each pair once; of several copies each
    has its nearest one. `features`: (n, d), of any float type, read in blocks and never changed. Seconds for 10,000 images,
    minutes for 100,000."""
    import numpy as np

    count = len(features)
    if count < LEAST:
        return
    sample = np.asarray(features[:: max(count // _SAMPLE, 1)], np.float32)
    middle, spread = sample.mean(0), sample.std(0) + 1e-6

    def unit(start: int, stop: int) -> NDArray[np.float32]:
        rows = (np.asarray(features[start:stop], np.float32) - middle) / spread
        units: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return units

    nearest = np.full(count, -1, np.int64)
    first, second = (np.full(count, -1.0, np.float32) for _ in range(2))
    for column in range(0, count, _COLUMNS):
        columns = unit(column, min(column + _COLUMNS, count))
        for row in range(0, count, _ROWS):
            rows = slice(row, min(row + _ROWS, count))
            cosines = unit(rows.start, rows.stop) @ columns.T
            own = np.arange(rows.start, rows.stop) - column
            within = (own >= 0) & (own < len(columns))
            cosines[np.flatnonzero(within), own[within]] = -1.0
            _keep_nearest(cosines, column, nearest[rows], first[rows], second[rows])
    told = set()
    for index in np.flatnonzero(first >= _ALIKE):
        other, cosine = int(nearest[index]), float(first[index])
        pair = (min(int(index), other), max(int(index), other))
        apart = 1 - float(second[index]) >= _APART * max(1 - cosine, 1e-6)
        if pair not in told and (cosine >= _SURE or (apart and nearest[other] == index)):
            told.add(pair)
            yield *pair, cosine


def _keep_nearest(cosines: Floats, column: int, nearest: NDArray[np.int64], first: Floats, second: Floats) -> None:
    """The two nearest of what was seen so far (views of the result, changed in place)."""
    import numpy as np

    rows = np.arange(len(cosines))
    best = cosines.argmax(1)
    value = cosines[rows, best]
    cosines[rows, best] = -1.0
    runner_up = cosines.max(1)
    better = value > first
    second[:] = np.where(better, np.maximum(first, runner_up), np.maximum(second, value))
    nearest[:] = np.where(better, best + column, nearest)
    first[:] = np.where(better, value, first)
