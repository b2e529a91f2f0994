"""One soda can, drawn as a lit cylinder with its livery wrapped around it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Floats = NDArray[np.float32]

NAMES = ("coke", "diet_coke", "sprite")
# A livery as a flat sheet: its width goes once around the can.
_SHEET = (720, 400)
# A 330 ml can is 66 mm wide and 115 mm tall.
ASPECT = 1.78
_TEXTS = {"coke": "Cola", "diet_coke": "diet cola", "sprite": "Sprinkle"}


@lru_cache(maxsize=8)
def livery(name: str) -> Floats:
    """The printed sheet of a class: (height, width, 3), 0 to 1."""
    width, height = _SHEET
    sheet = Image.new("RGB", _SHEET, {"coke": "#c3141d", "diet_coke": "#c9cdd2", "sprite": "#0b8a43"}[name])
    pen = ImageDraw.Draw(sheet)
    for start in (0, width // 2):  # twice around, so that every side shows something
        {"coke": _draw_coke, "diet_coke": _draw_diet, "sprite": _draw_sprite}[name](pen, start)
        _write(sheet, name, start)
    for y in range(height - 46, height - 12, 7):  # small print at the foot
        for x in range(20, width, 9):
            if (x * 7 + y * 13) % 5:
                pen.rectangle((x, y, x + 5, y + 2), fill="#f2eee8" if name != "diet_coke" else "#8b9096")
    printed: Floats = np.asarray(sheet.filter(ImageFilter.GaussianBlur(0.8)), np.float32) / np.float32(255)
    return printed


def _draw_coke(pen: ImageDraw.ImageDraw, x: int) -> None:
    for lift, colour, thick in ((0, "#f6f1ec", 34), (40, "#7f0c13", 12)):
        top = [(x + i, 255 + lift + 42 * math.sin(i / 360 * 2 * math.pi)) for i in range(0, 361, 6)]
        foot = [(px, py + thick * (0.35 + 0.65 * math.sin((px - x) / 360 * math.pi))) for px, py in reversed(top)]
        pen.polygon(top + foot, fill=colour)


def _draw_diet(pen: ImageDraw.ImageDraw, x: int) -> None:
    pen.polygon([(x + 40, 0), (x + 120, 0), (x + 220, 400), (x + 150, 400)], fill="#dfe3e7")
    pen.rectangle((x + 60, 300, x + 300, 309), fill="#c01a24")
    pen.rectangle((x + 60, 318, x + 300, 322), fill="#9aa0a8")


def _draw_sprite(pen: ImageDraw.ImageDraw, x: int) -> None:
    centre = (x + 180, 205)
    for turn in range(18):
        angle = turn * math.pi / 9
        reach = 165 if turn % 2 else 105
        tip = (centre[0] + reach * math.cos(angle), centre[1] + reach * 0.85 * math.sin(angle))
        side = [
            (centre[0] + 46 * math.cos(angle + turned), centre[1] + 46 * math.sin(angle + turned))
            for turned in (0.2, -0.2)
        ]
        pen.polygon([tip, *side], fill="#f3d71c" if turn % 2 else "#1d5fae")
    pen.ellipse((x + 118, 150, x + 242, 262), fill="#0a6f38")
    pen.ellipse((x + 262, 60, x + 312, 110), fill="#f7e04a")


def _write(sheet: Image.Image, name: str, x: int) -> None:
    """The brand, standing upright on its side as on a real can."""
    size = 108 if name == "coke" else 74
    font = ImageFont.load_default(size)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(_TEXTS[name]))
    word = Image.new("L", (right - left + 8, bottom - top + 8))
    ImageDraw.Draw(word).text((4 - left, 4 - top), _TEXTS[name], fill=255, font=font, stroke_width=2)
    shear = (1, 0.22, -0.11 * word.height, 0, 1, 0)
    word = word.transform(word.size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC)
    if name != "sprite":
        word = word.rotate(90, expand=True)
    ink = {"coke": "#fbf7f2", "diet_coke": "#b91420", "sprite": "#f4f8f2"}[name]
    position = (x + 180 - word.width // 2, 200 - word.height // 2)
    sheet.paste(Image.new("RGB", word.size, ink), position, word)


def draw_can(name: str, width: int, turn: float, light: float, dents: float) -> Image.Image:
    """A can seen slightly from above: RGBA, `width` pixels wide, about `ASPECT` times as tall.

    `turn` rotates the livery (radians), `light` is where the lamp stands (-1 left to 1 right), `dents` how battered the
    metal is (0 to 1).
    """
    over = 2  # drawn at twice the size: edges come out smooth
    w, h = width * over, round(width * ASPECT) * over
    axes: tuple[Any, ...] = np.ogrid[0:h, 0:w]
    y, x = (axis.astype(np.float32) for axis in axes)
    across = (x + 0.5) / w * 2 - 1
    lid = 0.10 * w  # half the height of the lid's ellipse
    down = (y - lid * 0.9) / (h - lid * 1.75)  # 0 at the rim, 1 at the foot
    # The silhouette: a narrower rim, a shoulder, a straight body, a taper at the foot.
    narrow = np.interp(down, (-0.1, 0.0, 0.02, 0.09, 0.93, 1.0), (0.80, 0.80, 0.82, 1.0, 1.0, 0.84)).astype(np.float32)
    flat = across / narrow
    inside = np.clip(1 - flat**2, 0, 1)
    sag = np.sqrt(inside) * lid  # the foot's edge curves down as the lid's does
    body = (np.abs(flat) <= 1) & (y >= lid) & (y <= h - lid * 0.95 + sag * 0.85)
    colour = _lit(name, flat, down + (0.06 - 0.06 * np.sqrt(inside)), turn, light, dents)
    top = ((across / 0.80) ** 2 + ((y - lid) / lid) ** 2) <= 1
    high = slice(None, int(2 * lid) + 2)  # the lid's rows
    colour[high][top[high]] = _lid(across, (y[high] - lid) / lid, light)[top[high]]
    alpha = (body | top).astype(np.float32)
    pixels = np.dstack([np.clip(colour, 0, 1), alpha]) * 255
    drawn = Image.fromarray(pixels.astype(np.uint8))
    return drawn.resize((width, h // over), Image.Resampling.BOX)


def _lit(name: str, flat: Floats, down: Floats, turn: float, light: float, dents: float) -> Floats:
    """The printed side: the sheet wrapped around a cylinder, shaded and with two highlights."""
    sheet = livery(name)
    angle = np.arcsin(np.clip(flat, -1, 1))
    wave = dents * 0.03 * np.sin(down * 23 + angle * 5)
    column = (((angle + turn) / (2 * math.pi)) % 1 * (sheet.shape[1] - 1)).astype(np.int32)
    row = np.clip((down - 0.07) / 0.88 * (sheet.shape[0] - 1), 0, sheet.shape[0] - 1).astype(np.int32)
    printed: Floats = sheet[row, column]
    bare = (down < 0.075) | (down > 0.955)  # brushed aluminium at shoulder and foot
    metal = 0.62 + 0.18 * np.sin(angle[bare] * 9 + 1.3) + 0.05 * np.sin(down[bare] * 300)
    printed[bare] = metal[:, None]
    facing = np.cos(angle - light * 0.9 + wave)
    shade = 0.30 + 0.78 * np.clip(facing, 0, 1)
    gleam = np.exp(-(((angle - light * 0.75 + wave) / 0.10) ** 2)) * 0.42
    edge = np.exp(-(((angle + light * 1.05) / 0.16) ** 2)) * 0.12
    low = 1 - 0.25 * np.clip((down - 0.75) / 0.25, 0, 1)
    lit: Floats = printed * (shade * low)[..., None] + (gleam + edge)[..., None]
    return lit.astype(np.float32)


def _lid(across: Floats, up: Floats, light: float) -> Floats:
    """The lid: a rim, a sunken plate, the mouth and the tab."""
    radius = np.hypot(across / 0.80, up)
    grey = 0.66 + 0.16 * across * light - 0.10 * up
    grey = np.where(radius > 0.90, 0.86 + 0.1 * np.sin(np.arctan2(up, across) * 2 + light), grey)
    grey = np.where((radius > 0.80) & (radius <= 0.90), 0.42, grey)
    mouth = ((across / 0.30) ** 2 + ((up - 0.38) / 0.34) ** 2) <= 1
    grey = np.where(mouth, grey * 0.82, grey)
    tab = ((across / 0.20) ** 2 + ((up + 0.12) / 0.42) ** 2) <= 1
    hole = ((across / 0.10) ** 2 + ((up + 0.30) / 0.16) ** 2) <= 1
    grey = np.where(tab, 0.80, grey)
    grey = np.where(hole, 0.40, grey)
    tinted: Floats = np.stack([grey * 0.99, grey, grey * 1.02], axis=-1).astype(np.float32)
    return tinted
