"""The arrays that images are held in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Rows × columns × red, green and blue; what else an array holds says the function that takes it.
Pixels = NDArray[np.uint8]
