"""How different two colours or pictures look: CIEDE2000 (Sharma, Wu, Dalal 2005), SSIM (Wang et al. 2004)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)


def light(colours: ArrayLike) -> Floats:
    """Linear light, 0 to 1, of sRGB values (0 to 255)."""
    share = np.asarray(colours, np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(colours: ArrayLike) -> Floats:
    """CIELAB (D65) of sRGB values (…, 3)."""
    xyz = light(colours) @ _TO_XYZ.T / np.array([0.95047, 1, 1.08883])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(one: ArrayLike, other: ArrayLike) -> float:
    """The mean CIEDE2000 of sRGB values (…, 3)."""
    (l1, a1, b1), (l2, a2, b2) = (np.moveaxis(lab(colours), -1, 0) for colours in (one, other))
    seventh = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - np.sqrt(seventh / (seventh + 25.0**7)))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    mean_c, mean_l = (c1 + c2) / 2, (l1 + l2) / 2
    mean_h = np.where(grey, h1 + h2, (h1 + turn / 2) % 360)
    t = (
        1
        - 0.17 * _cos(mean_h - 30)
        + 0.24 * _cos(2 * mean_h)
        + 0.32 * _cos(3 * mean_h + 6)
        - 0.2 * _cos(4 * mean_h - 63)
    )
    for_l = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2))
    for_c = (c2 - c1) / (1 + 0.045 * mean_c)
    for_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * mean_c * t)
    rotation = (
        -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)) * np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    )
    return float(np.sqrt(np.maximum(for_l**2 + for_c**2 + for_h**2 + rotation * for_c * for_h, 0)).mean())


def _cos(degrees: Floats) -> Floats:
    return np.cos(np.radians(degrees))


def blurred(values: Floats, sigma: float) -> Floats:
    """By a Gaussian over the first two axes."""
    reach = int(3 * sigma + 0.5)
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / 2 / sigma**2)
    for axis in (0, 1):
        widths = [(reach, reach) if at == axis else (0, 0) for at in range(values.ndim)]
        padded = np.pad(values, widths, mode="edge")
        parts = [np.roll(padded, reach - at, axis) * weight for at, weight in enumerate(kernel / kernel.sum())]
        values = np.take(sum(parts), range(reach, padded.shape[axis] - reach), axis)
    return values


def from_afar(picture: ArrayLike, sigma: float = 1.0) -> Floats:
    """A picture (height, width, 3) as eyes see it that do not make out single dots: its light is blurred."""
    soft = blurred(light(picture), sigma)
    return np.where(soft <= 0.0031308, soft * 12.92, 1.055 * np.maximum(soft, 0) ** (1 / 2.4) - 0.055) * 255


def ssim(one: ArrayLike, other: ArrayLike, sigma: float = 1.5) -> float:
    """Structural similarity of the greys of two pictures, 1 for equal ones."""
    x, y = (np.asarray(picture, np.float64) @ np.array([0.299, 0.587, 0.114]) for picture in (one, other))
    mean_x, mean_y = blurred(x, sigma), blurred(y, sigma)
    of_x, of_y = blurred(x * x, sigma) - mean_x**2, blurred(y * y, sigma) - mean_y**2
    both = blurred(x * y, sigma) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similarity = (2 * mean_x * mean_y + c1) * (2 * both + c2) / ((mean_x**2 + mean_y**2 + c1) * (of_x + of_y + c2))
    return float(similarity.mean())
