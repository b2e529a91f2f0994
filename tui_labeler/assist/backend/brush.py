"""Label Studio's brush masks: RGBA values packed bit by bit, runs and single values in turns (rle-pack's format)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# An answer is about an image of at most 1,600 pixels; backends give its size back, or that of their own copy.
_MOST_PIXELS = 16_000_000


class _Bits:
    """Reads whole numbers of so many bits each, the highest bit first."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._kept, self._count = data, 0, 0, 0

    def read(self, bits: int) -> int:
        """Raises ValueError at the end."""
        while self._count < bits:
            if self._at >= len(self._data):
                raise ValueError("it ends in a number")
            self._kept = (self._kept << 8) | self._data[self._at]
            self._at += 1
            self._count += 8
        self._count -= bits
        value = self._kept >> self._count
        self._kept &= (1 << self._count) - 1
        return value


def decoded_brush(packed: list[int], width: int, height: int) -> NDArray[np.float32]:
    """The mask (height, width) of values 0 to 1. Raises ValueError for what is none of that size."""
    if not 0 < width * height <= _MOST_PIXELS:
        raise ValueError("an impossible size")
    bits = _Bits(bytes(packed))
    count, word = bits.read(32), bits.read(5) + 1
    sizes = [bits.read(4) + 1 for _ in range(4)]
    if count != 4 * width * height or word != 8:
        raise ValueError("a mask of another size")
    values = np.zeros(count, np.uint8)
    at = 0
    while at < count:
        is_run = bits.read(1)
        end = min(at + 1 + bits.read(sizes[bits.read(2)]), count)
        if is_run:
            values[at:end] = bits.read(word)
        else:
            values[at:end] = [bits.read(word) for _ in range(end - at)]
        at = end
    return (values.reshape(height, width, 4)[..., 3] / 255).astype(np.float32)
