"""What stands around the cans: a wall, a table, and things that a person has lying there."""

from __future__ import annotations

from functools import lru_cache
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Floats = NDArray[np.float32]
Colour = tuple[int, int, int]
WIDTH, HEIGHT = 816, 616

_WALLS = ((196, 186, 158), (178, 190, 196), (206, 198, 190), (150, 164, 150), (186, 160, 140), (120, 132, 148))


@lru_cache(maxsize=16)
def _noise(seed: int, coarse: int) -> Floats:
    """Smooth noise, (HEIGHT, WIDTH), about -1 to 1; `coarse` is the size of its spots in pixels."""
    random = np.random.default_rng(seed)
    small = random.standard_normal((HEIGHT // coarse + 2, WIDTH // coarse + 2)).astype(np.float32)
    spots = Image.fromarray(small).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return np.asarray(spots, np.float32)


def draw_backdrop(random: Random) -> tuple[Image.Image, int]:
    """A wall above a table, and the y of the table's far edge, in pixels."""
    horizon = random.randint(230, 330)
    # What depends on the row alone is computed for a column, and each half of the picture for itself.
    y, x = (axis.astype(np.float32) for axis in np.ogrid[0:HEIGHT, 0:WIDTH])
    lamp = random.uniform(0.1, 0.9) * WIDTH
    wall = np.array(random.choice(_WALLS), np.float32)[None, None, :]
    glow = 1.12 - 0.5 * np.hypot((x - lamp) / WIDTH, (y + 60) / HEIGHT / 1.4)
    above, below = slice(None, horizon), slice(horizon, None)
    plaster = glow[above] + 0.018 * _noise(1, 3)[above] + 0.03 * _noise(2, 90)[above]
    draw_table = {0: _wood, 1: _mat, 2: _cloth, 3: _wood}[random.randrange(4)]
    far = 1.0 - 0.22 * np.clip((y - horizon) / (HEIGHT - horizon), 0, 1)
    lit = far[below] * (0.86 + 0.16 * glow[below])
    table = draw_table(random, x, (y - horizon)[below], below) * lit[..., None]
    edge = (1 - np.exp(-(((y - horizon) / 5.0) ** 2)) * 0.35)[..., None]
    scene = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    for rows, part in ((above, (wall * plaster[..., None]).astype(table.dtype, copy=False)), (below, table)):
        part *= edge[rows]
        scene[rows] = np.clip(part, 0, 255, out=part)
    return Image.fromarray(scene), horizon


def _wood(random: Random, x: Floats, depth: Floats, rows: slice) -> Floats:
    tone = np.array(random.choice(((120, 82, 52), (86, 58, 42), (164, 124, 84))), np.float32)
    near = np.clip(depth, 0, None) + 40
    grain = np.sin((x * 0.9 + 300 * _noise(3, 160)[rows]) / near * 9 + depth * 0.05) * 0.5 + _noise(4, 2)[rows] * 0.22
    board = ((x - WIDTH / 2) / near * 2.2 + 50) % 1 < 0.02
    wood: Floats = tone * (1 + 0.10 * grain - 0.28 * board)[..., None]
    return wood


def _mat(random: Random, x: Floats, depth: Floats, rows: slice) -> Floats:
    tone = np.array(random.choice(((38, 112, 110), (52, 74, 118), (70, 96, 62))), np.float32)
    near = np.clip(depth, 0, None) + 60
    across = ((x - WIDTH / 2) / near * 3 + 100) % 1 < 0.035
    along = (600 / near * 3) % 1 < 0.05
    mat: Floats = tone * (1 + 0.05 * _noise(5, 2)[rows])[..., None] + 34.0 * (across | along)[..., None]
    return mat


def _cloth(random: Random, x: Floats, depth: Floats, rows: slice) -> Floats:
    tone = np.array(random.choice(((198, 190, 176), (142, 150, 168), (172, 128, 116))), np.float32)
    weave = 0.03 * np.sin(x * 1.3) + 0.03 * np.sin(depth * 1.7)
    cloth: Floats = tone * (1 + weave + 0.09 * _noise(6, 120)[rows] + 0.03 * _noise(7, 2)[rows])[..., None]
    return cloth


def draw_thing(random: Random, width: int) -> Image.Image:
    """Something that is no can: a mug, a book, a box or a fruit; RGBA, standing on its lower edge."""
    kind = random.choice(("mug", "book", "box", "fruit"))
    height = round(width * {"mug": 1.05, "book": 0.34, "box": 0.9, "fruit": 0.95}[kind])
    big = Image.new("RGBA", (width * 2, height * 2), (0, 0, 0, 0))
    pen = ImageDraw.Draw(big)
    w, h = big.size
    tone: Colour = random.choice(((214, 208, 196), (58, 84, 122), (150, 62, 48), (60, 62, 66), (204, 154, 58)))
    if kind == "mug":
        pen.ellipse((w * 0.66, h * 0.26, w * 0.98, h * 0.76), outline=tone, width=max(6, w // 16))
        pen.rectangle((w * 0.05, h * 0.10, w * 0.76, h * 0.90), fill=tone)
        pen.ellipse((w * 0.05, h * 0.82, w * 0.76, h * 0.99), fill=tone)
        pen.ellipse((w * 0.05, h * 0.01, w * 0.76, h * 0.19), fill=_darker(tone, 0.45))
    elif kind == "fruit":
        tone = random.choice(((208, 120, 32), (176, 36, 34), (126, 158, 48)))
        pen.ellipse((0, h * 0.04, w - 1, h - 1), fill=tone)
        pen.line((w * 0.5, h * 0.10, w * 0.54, 0), fill=(70, 50, 30), width=max(4, w // 30))
    else:
        pen.polygon([(0, h * 0.18), (w * 0.16, 0), (w - 1, 0), (w * 0.86, h * 0.18)], fill=_darker(tone, 1.2))
        pen.polygon([(w * 0.86, h * 0.18), (w - 1, 0), (w - 1, h * 0.82), (w * 0.86, h - 1)], fill=_darker(tone, 0.6))
        pen.rectangle((0, h * 0.18, w * 0.86, h - 1), fill=tone)
        pen.rectangle((w * 0.08, h * 0.42, w * 0.60, h * 0.50), fill=_darker(tone, 1.35))
    shaded = _shade(big, rounded=kind in ("mug", "fruit"))
    return shaded.resize((width, height), Image.Resampling.BOX)


def draw_arm(random: Random, width: int) -> Image.Image:
    """A forearm with its hand, reaching in from the right; RGBA."""
    height = round(width * 0.42)
    big = Image.new("RGBA", (width * 2, height * 2), (0, 0, 0, 0))
    pen = ImageDraw.Draw(big)
    w, h = big.size
    skin: Colour = random.choice(((214, 172, 148), (168, 120, 92), (112, 76, 58)))
    sleeve: Colour = random.choice(((60, 66, 84), (128, 44, 48), (196, 196, 190)))
    pen.polygon([(w * 0.26, h * 0.30), (w, h * 0.12), (w, h * 0.66), (w * 0.28, h * 0.74)], fill=skin)
    pen.polygon([(w * 0.62, h * 0.16), (w, h * 0.04), (w, h * 0.76), (w * 0.64, h * 0.74)], fill=sleeve)
    pen.ellipse((w * 0.12, h * 0.26, w * 0.40, h * 0.80), fill=skin)
    for finger in range(4):
        y = h * (0.30 + finger * 0.13)
        pen.line((w * 0.22, y, w * 0.03, y + h * 0.05), fill=_darker(skin, 0.97), width=max(8, round(h * 0.11)))
        pen.ellipse((w * 0.03 - h * 0.055, y, w * 0.03 + h * 0.055, y + h * 0.11), fill=_darker(skin, 0.97))
        pen.line((w * 0.21, y + h * 0.065, w * 0.05, y + h * 0.11), fill=_darker(skin, 0.78), width=3)
    return _shade(big, rounded=False).resize((width, height), Image.Resampling.BOX)


def _darker(colour: Colour, by: float) -> Colour:
    red, green, blue = (min(255, round(value * by)) for value in colour)
    return red, green, blue


def _shade(drawn: Image.Image, rounded: bool) -> Image.Image:
    """Light from the upper left over a flat drawing; `rounded` bends it away at the sides."""
    pixels = np.asarray(drawn, np.float32).copy()
    height, width = pixels.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    light = 1.10 - 0.18 * down - (0.42 * (across + 0.25) ** 2 if rounded else 0.10 * across)
    if rounded:
        light = light + 0.5 * np.exp(-(((across + 0.4) / 0.16) ** 2)) * np.exp(-(((down - 0.3) / 0.3) ** 2))
    pixels[..., :3] *= light[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))
