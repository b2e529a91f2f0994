"""What a terminal that shows pixels has on its screen: text in cells, pixels that lie in cells, kitty's images with their
placements; and every pixel of its window that comes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
# Images below this lie under cells with a background of their own.
UNDER_TEXT = -(2**31) // 2


@dataclass
class Placement:
    z: int
    row: int
    column: int
    keys: dict[str, int]


@dataclass
class Screen:
    """Cells with text and colours (None: the default), pixels that lie in cells (sixel, iTerm2), and kitty's images."""

    columns: int
    rows: int
    cell: tuple[int, int]
    chars: list[list[str]] = field(default_factory=list)
    inks: list[list[tuple[int, int, int] | None]] = field(default_factory=list)
    grounds: list[list[tuple[int, int, int] | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.chars = [[" "] * self.columns for _ in range(self.rows)]
        self.inks = [[None] * self.columns for _ in range(self.rows)]
        self.grounds = [[None] * self.columns for _ in range(self.rows)]
        width, height = self.columns * self.cell[0], self.rows * self.cell[1]
        self.pixels = np.zeros((height, width, 3), np.uint8)
        self.has_pixels = np.zeros((height, width), np.bool_)
        self.images: dict[int, Pixels] = {}
        self.placements: dict[tuple[int, int], Placement] = {}

    def cell_of(self, row: int, column: int, array: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The pixels of a cell in an array of the window's size."""
        width, height = self.cell
        return array[row * height : (row + 1) * height, column * width : (column + 1) * width]

    def scroll(self) -> None:
        """Everything moves up by a row."""
        height = self.cell[1]
        self.chars = [*self.chars[1:], [" "] * self.columns]
        self.inks = [*self.inks[1:], [None] * self.columns]
        self.grounds = [*self.grounds[1:], [None] * self.columns]
        for array in (self.pixels, self.has_pixels):
            array[:-height] = array[height:].copy()
            array[-height:] = 0
        for placement in self.placements.values():
            placement.row -= 1

    def picture(self) -> Pixels:
        """Every pixel of the window. A letter is a bar of its ink whose place says which letter it is."""
        width, height = self.cell
        canvas = np.zeros_like(self.pixels)
        order = sorted(self.placements.items(), key=lambda item: (item[1].z, item[0]))
        for (number, _), placement in order:
            if placement.z < UNDER_TEXT:
                self._place(canvas, self.images[number], placement)
        for row in range(self.rows):
            for column in range(self.columns):
                char, ground = self.chars[row][column], self.grounds[row][column]
                cell = canvas[row * height : (row + 1) * height, column * width : (column + 1) * width]
                ink = self.inks[row][column] or (255, 255, 255)
                if ground is not None:
                    cell[:] = ground
                if char == "▀":
                    cell[: height // 2] = ink
                elif char not in (" ", ""):
                    at = ord(char) % (height - 2)
                    cell[at : at + 2, 1:-1] = ink
        for (number, _), placement in order:
            if placement.z >= UNDER_TEXT:
                self._place(canvas, self.images[number], placement)
        canvas[self.has_pixels] = self.pixels[self.has_pixels]
        return canvas

    def _place(self, canvas: Pixels, image: Pixels, placement: Placement) -> None:
        keys, (width, height) = placement.keys, self.cell
        left, top = keys.get("x", 0), keys.get("y", 0)
        right = left + (keys.get("w") or image.shape[1] - left)
        bottom = top + (keys.get("h") or image.shape[0] - top)
        part = image[top:bottom, left:right]
        if "c" in keys:
            part = enlarged(image, (left, top, right, bottom), (keys["c"] * width, keys["r"] * height))
        y, x = placement.row * height + keys.get("Y", 0), placement.column * width + keys.get("X", 0)
        if y < 0:  # its upper part was scrolled away
            part, y = part[-y:], 0
        covered = canvas[y : y + part.shape[0], x : x + part.shape[1]]
        part = part[: covered.shape[0], : covered.shape[1]].astype(np.uint16)
        alpha = part[..., 3:]
        covered[:] = ((part[..., :3] * alpha + covered * (255 - alpha) + 127) // 255).astype(np.uint8)


def enlarged(image: Pixels, part: tuple[int, int, int, int], size: tuple[int, int]) -> Pixels:
    """A part of an image (RGBA) in another size, as kitty draws it: smoothed with what lies beside the part in the image,
    and at the image's end with black that is not there."""
    left, top, right, bottom = part
    aired = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    box = left + 1, top + 1, right + 1, bottom + 1
    channels = (Image.fromarray(aired[..., index]) for index in range(4))
    return np.dstack([np.asarray(channel.resize(size, Image.Resampling.BILINEAR, box)) for channel in channels])
