"""Images with the statistics of photographs, of any size, without a camera."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def photograph(path: Path, width: int, height: int, seed: int = 3) -> None:
    """Spots of many sizes, the larger the stronger (as the spectrum of photographs falls, with 1/f), and grain. Equal seeds
    give equal images."""
    chance = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), 128, np.float32)
    for spot, strength in ((1000, 60), (500, 40), (250, 24), (125, 14), (60, 8), (30, 5), (4, 4)):
        small = chance.standard_normal((height // spot + 2, width // spot + 2, 3)).astype(np.float32)
        for channel in range(3):
            layer = Image.fromarray(small[..., channel] * 0.35 + small.mean(axis=2) * 0.9)
            pixels[..., channel] += strength * np.asarray(layer.resize((width, height), Image.Resampling.BICUBIC))
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, quality=90)
