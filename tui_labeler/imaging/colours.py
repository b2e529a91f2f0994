"""A colour for each label class, by its place in the list: easy to tell apart, and bright enough over photographs."""

from __future__ import annotations

import colorsys

# Nine hues for the nine digit keys, spread so that neighbours differ also for most colour-blind eyes (after Okabe and
# Ito, 2008, brightened for outlines over pictures).
_FIRST = (
    (86, 190, 255),
    (255, 176, 32),
    (62, 220, 150),
    (255, 112, 130),
    (245, 230, 80),
    (200, 140, 255),
    (60, 230, 230),
    (255, 140, 70),
    (160, 220, 60),
)
# The golden angle: further hues never meet again.
_TURN = 0.618033988749895

Rgb = tuple[int, int, int]


def class_colour(place: int) -> Rgb:
    """Red, green and blue (0 to 255) of the class at `place` (from 0); grey for a class that is none (below 0)."""
    if place < 0:
        return 200, 200, 200
    if place < len(_FIRST):
        return _FIRST[place]
    red, green, blue = colorsys.hsv_to_rgb(((place - len(_FIRST)) * _TURN + 0.08) % 1, 0.55, 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)


def hex_colour(place: int) -> str:
    """The same as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*class_colour(place))
