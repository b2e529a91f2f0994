"""Scenes of soda cans, composed from cans, things and a backdrop, with boxes taken from the pixels that can be seen."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tui_labeler.demo.backdrop import HEIGHT, WIDTH, draw_arm, draw_backdrop, draw_thing
from tui_labeler.demo.cans import NAMES, draw_can
from tui_labeler.wholefiles import replace_file

SEED = 20220329
COUNT = 64
# NumPy and Pillow draw without Python's lock; more of them wait for memory.
_MOST_THREADS = 4
# A can of which less than this share can be seen is not labeled: nobody would.
_SEEN = 0.35
_EMPTY_EVERY = 12


@dataclass(frozen=True)
class Can:
    """One can: its class, and its box (left, top, right, bottom) in image pixels."""

    name: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Scene:
    """One image and the cans in it."""

    file_name: str
    cans: tuple[Can, ...]


@dataclass
class _Layer:
    """Something that stands in the scene: its pixels (RGBA), and its upper left corner. `name` is a can's class."""

    pixels: Image.Image
    x: int
    y: int
    name: str = ""


def write_scenes(
    folder: Path, count: int = COUNT, seed: int = SEED, progress: Callable[[int, int], None] | None = None
) -> list[Scene]:
    """Writes `count` JPEG files (WIDTH x HEIGHT) into `folder`, which exists, and tells what is in them.

    The same seed gives the same scenes. Raises OSError where the folder cannot be written.
    """
    scenes = []
    pool = ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), "draw")
    try:
        for scene, data in pool.map(lambda number: _drawn(number, seed), range(count)):
            replace_file(folder / scene.file_name, data)
            scenes.append(scene)
            if progress is not None:
                progress(len(scenes), count)
    finally:
        pool.shutdown(cancel_futures=True)
    return scenes


def _drawn(number: int, seed: int) -> tuple[Scene, bytes]:
    """The scene of this number, and its file."""
    image, cans = draw_scene(number, seed)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return Scene(f"cans_{number + 1:03d}.jpg", cans), buffer.getvalue()


def draw_scene(number: int, seed: int = SEED) -> tuple[Image.Image, tuple[Can, ...]]:
    """The scene of this number, and its cans."""
    random = Random(seed * 1000 + number)
    scene, horizon = draw_backdrop(random)
    layers = _things(random, horizon, random.randint(0, 2))
    empty = number % _EMPTY_EVERY == _EMPTY_EVERY - 2
    light = random.uniform(-0.8, 0.8)
    if not empty:
        layers += _cans(random, horizon, light)
    layers.sort(key=lambda layer: layer.y + layer.pixels.height)  # what is nearer covers what is farther
    if random.random() < 0.3:
        layers += _front(random)
    owner = np.full((HEIGHT, WIDTH), -1, np.int16)
    for index, layer in enumerate(layers):
        _drop_shadow(scene, layer, light)
        _paste(scene, owner, layer, index)
    return _photograph(scene, random), _seen(layers, owner)


def _things(random: Random, horizon: int, count: int) -> list[_Layer]:
    layers = []
    for _ in range(count):
        thing = draw_thing(random, random.randint(90, 190))
        foot = random.randint(horizon + 20, horizon + 130)
        layers.append(_Layer(thing, random.randint(-30, WIDTH - 90), foot - thing.height))
    return layers


def _cans(random: Random, horizon: int, light: float) -> list[_Layer]:
    """Between one and eight cans on the table: alone, in groups, stacked, lying, or cut by the border."""
    layers: list[_Layer] = []
    for _ in range(random.choice((1, 2, 2, 3, 3, 4, 5, 6, 8))):
        foot = random.randint(horizon + 40, HEIGHT + 20)
        near = (foot - horizon) / (HEIGHT - horizon)
        width = round((52 + 74 * near) * random.uniform(0.92, 1.08))
        pose = random.choices(("upright", "lying", "stacked"), (7, 2, 1))[0]
        low = _can(random, width, light, foot, lying=pose == "lying")
        layers.append(low)
        if pose == "stacked":
            high = _can(random, width, light, low.y + round(width * 0.16), lying=False)
            high.x = low.x + random.randint(-4, 4)
            layers.append(high)
    return layers


def _can(random: Random, width: int, light: float, foot: int, lying: bool) -> _Layer:
    """A can of a random class whose lowest pixel stands at y = `foot`."""
    name = random.choice(NAMES)
    pixels = draw_can(name, width, random.uniform(0, 6.28), light, random.random() ** 3)
    if lying:
        turned = pixels.rotate(90 + random.uniform(-22, 22), Image.Resampling.BICUBIC, expand=True)
        pixels = turned.crop(turned.getbbox())
    return _Layer(pixels, random.randint(-width // 3, WIDTH - width * 2 // 3), foot - pixels.height, name)


def _front(random: Random) -> list[_Layer]:
    """Something close to the camera that covers a part of what is behind it: an arm, or a thing at the lower border."""
    if random.random() < 0.6:
        arm = draw_arm(random, random.randint(330, 470))
        if random.random() < 0.5:
            arm = arm.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            return [_Layer(arm, -random.randint(40, 120), random.randint(300, 500))]
        return [_Layer(arm, WIDTH - arm.width + random.randint(40, 120), random.randint(300, 500))]
    thing = draw_thing(random, random.randint(180, 260))
    return [_Layer(thing, random.randint(0, WIDTH - 200), HEIGHT - round(thing.height * random.uniform(0.4, 0.7)))]


def _drop_shadow(scene: Image.Image, layer: _Layer, light: float) -> None:
    """A soft shadow on the table, away from the lamp, and a dark line where the thing touches it."""
    width, height = layer.pixels.size
    pad = 24
    flat = layer.pixels.getchannel("A").resize((width, max(8, round(height * 0.22))), Image.Resampling.BOX)
    for blur, strength, shift, lift in ((11, 0.42, round(-light * width * 0.35), 0.66), (3, 0.5, 0, 0.86)):
        shadow = Image.new("L", (width + 2 * pad, flat.height + 2 * pad))
        shadow.paste(flat, (pad, pad))
        shadow = shadow.filter(ImageFilter.GaussianBlur(blur)).point(lambda value, by=strength: int(value * by))
        position = (layer.x - pad + shift, layer.y + height - round(flat.height * lift) - pad)
        scene.paste(Image.new("RGB", shadow.size, (14, 10, 8)), position, shadow)


def _paste(scene: Image.Image, owner: NDArray[np.int16], layer: _Layer, index: int) -> None:
    """Puts the layer on the scene, and notes in `owner` which pixels are its own now."""
    alpha = layer.pixels.getchannel("A")
    scene.paste(layer.pixels, (layer.x, layer.y), alpha)
    mask = np.asarray(alpha) > 127
    left, top = max(0, layer.x), max(0, layer.y)
    right, bottom = min(WIDTH, layer.x + mask.shape[1]), min(HEIGHT, layer.y + mask.shape[0])
    if left < right and top < bottom:
        part = mask[top - layer.y : bottom - layer.y, left - layer.x : right - layer.x]
        owner[top:bottom, left:right][part] = index


def _seen(layers: list[_Layer], owner: NDArray[np.int16]) -> tuple[Can, ...]:
    """The cans that can be seen well enough, with the boxes of their visible pixels."""
    cans = []
    for index, layer in enumerate(layers):
        if not layer.name:
            continue
        seen = owner == index
        whole = np.count_nonzero(np.asarray(layer.pixels.getchannel("A")) > 127)
        if np.count_nonzero(seen) >= _SEEN * whole:
            rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
            box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
            left, top, right, bottom = (float(edge) for edge in box)
            cans.append(Can(layer.name, (left, top, right, bottom)))
    return tuple(cans)


def _photograph(scene: Image.Image, random: Random) -> Image.Image:
    """What a cheap camera does: blur, vignette, a colour cast, and noise."""
    blurred = scene.filter(ImageFilter.GaussianBlur(random.choice((0.5, 0.7, 0.9, 1.4))))
    shot = np.array(blurred, np.float32)
    y, x = (axis.astype(np.float32) for axis in np.ogrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j])
    vignette = 1.04 - 0.22 * (x**2 + y**2) / 2
    cast = np.array([random.uniform(0.94, 1.05), 1.0, random.uniform(0.92, 1.05)], np.float32)
    grain = np.random.default_rng(random.getrandbits(32)).standard_normal((HEIGHT, WIDTH, 1), np.float32)
    # In place: pages that are asked for anew take longer than the numbers in them.
    shot *= vignette[..., None]
    shot *= cast
    shot *= np.float32(random.uniform(0.85, 1.08))
    grain *= np.float32(random.uniform(2.0, 5.5))
    shot += grain
    return Image.fromarray(np.clip(shot, 0, 255, out=shot).astype(np.uint8))
