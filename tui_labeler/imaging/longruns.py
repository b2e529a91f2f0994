"""Pictures in few colours, in fewer bytes: a pixel keeps its left neighbour's colour where that is nearly as near as its
own. Sixel counts equal pixels in a row, and PNG's compression finds them. What a pixel may lose is bounded: noise goes, and
edges stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_labeler.imaging.arrays import Pixels

# How much an error in red, green and blue is seen; equal ones would be 1 each.
_SEEN = np.sqrt(np.array([0.9, 1.77, 0.33], np.float32))


def lengthen_runs(picture: Pixels, numbers: NDArray[np.uint8], colours: Pixels, tolerance: float) -> NDArray[np.uint8]:
    """`numbers` (height, width) of `colours` with longer runs. `tolerance`: by how much the square of a pixel's error (of
    values up to 255) may grow. Column by column: some 0.1 s a megapixel."""
    channels = np.ascontiguousarray((picture * _SEEN).transpose(1, 2, 0))
    known = np.ascontiguousarray((colours * _SEEN).T)
    columns = np.ascontiguousarray(numbers.T)
    kept = columns[0]
    for column, own in zip(channels, columns, strict=True):
        kept_error = own_error = np.float32(0)
        for wanted, levels in zip(column, known, strict=True):
            kept_error = kept_error + (wanted - levels[kept]) ** 2
            own_error = own_error + (wanted - levels[own]) ** 2
        own[:] = kept = np.where(kept_error <= own_error + np.float32(tolerance), kept, own)
    return np.ascontiguousarray(columns.T)
