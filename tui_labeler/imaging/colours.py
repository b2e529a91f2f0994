"""The colours of what stands over an image: of each label class by its place in the list, of letters, and beside the image.

They come from the theme (`use_inks`). There is one terminal and one theme, so the inks in force are one value of this
module; threads that draw thumbnails read it, too.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

Rgb = tuple[int, int, int]

# The golden angle: further hues never meet again.
_TURN = 0.618033988749895
_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)


@dataclass(frozen=True)
class Inks:
    """`classes` are as different as they can be from each other and from all else. `letters` is the ground of letters and
    the frame of the magnifier, `letters_ink` what is written on it; `beside` is what lies beside the image."""

    classes: tuple[Rgb, ...] = (
        *((86, 190, 255), (62, 220, 150), (200, 140, 255), (255, 140, 70), (60, 230, 230), (160, 220, 60)),
        *((255, 112, 208), (144, 136, 96), (240, 216, 176)),
    )
    letters: Rgb = (255, 204, 64)
    letters_ink: Rgb = (20, 16, 0)
    beside: Rgb = (16, 18, 22)

    @property
    def beside_dim(self) -> Rgb:
        """Quiet text beside the image."""
        return (150, 158, 170) if self._is_dark else (86, 92, 102)

    @property
    def frame(self) -> Rgb:
        """Around an image beside others."""
        return (52, 58, 68) if self._is_dark else (158, 168, 180)

    @property
    def selected(self) -> tuple[Rgb, Rgb]:
        """Around one that is selected, and what is written on that."""
        return ((255, 255, 255), (0, 0, 0)) if self._is_dark else ((20, 24, 30), (255, 255, 255))

    @property
    def _is_dark(self) -> bool:
        return _light(self.beside) < 0.18


_in_force = Inks()
# The numbers of the colours of the classes of the project that is shown, where they differ from their place in the list.
_numbers: tuple[int, ...] = ()


def inks() -> Inks:
    """Those of the theme that is shown."""
    return _in_force


def use_inks(chosen: Inks) -> None:
    """Another theme is shown from now on."""
    global _in_force
    _in_force = chosen


def use_colour_numbers(numbers: tuple[int, ...]) -> None:
    """Another project is shown from now on, whose classes have these colours."""
    global _numbers
    _numbers = numbers


def colour_number(class_index: int) -> int:
    """The number (from 0) of the colour of the class at `class_index`; below 0 for no class."""
    return _numbers[class_index] if 0 <= class_index < len(_numbers) else class_index


def class_colour(class_index: int) -> Rgb:
    """Red, green and blue (0 to 255) of the class at `class_index` (from 0); grey for no class (below 0)."""
    return numbered_colour(colour_number(class_index))


def numbered_colour(number: int) -> Rgb:
    """The colour `number` (from 0) of the theme, and behind those that it names one that is made; grey below 0."""
    if number < 0:
        return 200, 200, 200
    known = _in_force.classes
    if number < len(known):
        return known[number]
    red, green, blue = colorsys.hsv_to_rgb(((number - len(known)) * _TURN + 0.08) % 1, 0.55, 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)


def hex_colour(number: int) -> str:
    """The same as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*numbered_colour(number))


def ink_on(ground: Rgb) -> Rgb:
    """Black or white, whichever is read more easily on it."""
    return _BLACK if _light(ground) > 0.179 else _WHITE


def contrast(first: Rgb, second: Rgb) -> float:
    """The ratio of WCAG 2: from 1 (alike) to 21."""
    low, high = sorted((_light(first), _light(second)))
    return (high + 0.05) / (low + 0.05)


def _light(colour: Rgb) -> float:
    """Relative luminance, 0 to 1 (WCAG 2)."""
    red, green, blue = (
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
