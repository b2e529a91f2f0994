"""Boxes around a point of an image, by what is seen there: no model takes part, and no label is needed.

An outline is looked for on rays from the point. Where along each ray it lies is found for all rays together (dynamic
programming around the point): where colours change, where what lies inside differs from what lies outside, and near the
size that is expected. Several sizes are tried at once, and outlines that are clear come first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.geometry import Box, Point, Size

Values = NDArray[np.float32]
Whole = NDArray[np.intp]

# Images are looked at with so many pixels across, at most: more take longer, and tell little more.
ENOUGH = Size(1024, 1024)
_RAYS, _STEPS = 36, 36
# From and up to where along a ray, in shares of the size that is tried.
_NEAREST, _FARTHEST = 0.12, 1.9
# Colours before and after a place on a ray are compared over so many steps.
_WINDOW = 3
# What is tried where no sizes are known: shares of the image's side, and of height to width.
_SIDES, _SHAPES = np.geomspace(0.03, 0.6, 8), (1.0, 0.5, 2.0)
# Of many known sizes so many that differ most, by this factor's logarithm at least.
_TRIED, _DIFFERENT = 8, 0.12
_BINS = (12, 6, 6)
_AGAIN = 10
_SAME = 0.75
# How much each of these counts: edges, insides, expected size; and a bend of the outline.
_EDGE, _INSIDE, _EXPECTED, _KNOWN = 1.0, 0.5, 0.25, 0.6
_BEND, _FARTHEST_BEND = 0.15, 2

_ANGLES = np.arange(_RAYS) * 2 * np.pi / _RAYS
_ACROSS, _DOWN = np.cos(_ANGLES), np.sin(_ANGLES)
_REACH = np.linspace(_NEAREST, _FARTHEST, _STEPS)


class ObjectFinder:
    """`pixels` (height, width, 3) may be fewer than the image's own `size`, in which points and boxes are given."""

    def __init__(self, pixels: Pixels, size: Size) -> None:
        factor = -(-max(pixels.shape[:2]) // (2 * ENOUGH.width))
        if factor > 1:
            pixels = np.asarray(Image.fromarray(pixels).reduce(factor))
        self._size = size
        self._scale = pixels.shape[1] / size.width
        red, green, blue = (pixels[..., channel].astype(np.float32) for channel in range(3))
        # Brightness counts most; differences of colour as much as they are seen.
        colours = np.stack([(red + green + blue) / 3, (red - green) * 0.7, ((red + green) / 2 - blue) * 0.7], 2)
        self._levels = [colours]
        while min(colours.shape[:2]) >= 48:
            height, width = colours.shape[0] // 2 * 2, colours.shape[1] // 2 * 2
            colours = colours[:height, :width].reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))
            self._levels.append(colours)

    def boxes(self, point: Point, extents: Sequence[tuple[float, float]] = (), most: int = 3) -> tuple[Box, ...]:
        """What may be an object around `point`, the likeliest first. `extents` are (width, height) of objects like it."""
        known = np.array(extents, np.float64).reshape(-1, 2) * self._scale
        middle = np.array(point) * self._scale
        tried = _apart(known) if len(known) else self._any_extents()
        outlines = self._outlined(np.tile(middle, (len(tried), 1)), tried, len(known) > 0)
        best = np.argsort(-self._worth(*outlines, middle, known))[:_AGAIN]
        boxes = outlines[0][best]
        outlines = self._outlined((boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2], len(known) > 0)
        boxes, order = outlines[0], np.argsort(-self._worth(*outlines, middle, known))
        kept: list[Box] = []
        for values in boxes[order] / self._scale:
            box = Box(*(float(value) for value in values)).clipped(self._size)
            if min(box.width, box.height) >= 1 and all(box.iou(better) < _SAME for better in kept):
                kept.append(box)
        return tuple(kept[:most])

    def _any_extents(self) -> NDArray[np.float64]:
        height, width = self._levels[0].shape[:2]
        sides = np.sqrt(height * width) * _SIDES
        return np.array([(side / np.sqrt(shape), side * np.sqrt(shape)) for side in sides for shape in _SHAPES])

    def _outlined(
        self, middles: NDArray[np.float64], extents: NDArray[np.float64], is_known: bool
    ) -> tuple[NDArray[np.float64], Values]:
        """For each of these middles and extents (n, 2): the box around its outline, and how clear the outline is."""
        half = np.maximum(extents / 2, 2)
        x = middles[:, :1, None] + half[:, :1, None] * _ACROSS[None, :, None] * _REACH
        y = middles[:, 1:, None] + half[:, 1:, None] * _DOWN[None, :, None] * _REACH
        height, width = self._levels[0].shape[:2]
        there = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        colours = self._seen(x, y, np.sqrt(half.prod(1)) * (_REACH[1] - _REACH[0]))
        edges, insides = _edges(colours, there), _insides(colours, there)
        expected = (_KNOWN if is_known else _EXPECTED) * 2 * np.log(_REACH) ** 2
        cost = expected - _EDGE * edges - _INSIDE * insides
        cost[..., 0] += 5
        cost[..., -1] += 2
        outline = _cheapest(cost.astype(np.float32))
        reach = _REACH[outline] - (_REACH[1] - _REACH[0]) / 2
        x = middles[:, :1] + half[:, :1] * reach * _ACROSS
        y = middles[:, 1:] + half[:, 1:] * reach * _DOWN
        limits = [width, height, width, height]
        boxes = np.stack([x.min(1), y.min(1), x.max(1), y.max(1)], 1).clip(0, limits)
        clear = np.take_along_axis(edges + insides, outline[..., None], 2)[..., 0].mean(1)
        return boxes, clear

    def _seen(self, x: NDArray[np.float64], y: NDArray[np.float64], step: NDArray[np.float64]) -> Values:
        """Colours at these places, from the copy of the image whose pixels are as large as the steps between places."""
        colours = np.empty((*x.shape, 3), np.float32)
        levels = np.clip(np.round(np.log2(np.maximum(step * 1.2, 1e-3))), 0, len(self._levels) - 1).astype(int)
        for level in np.unique(levels):
            which, image = levels == level, self._levels[level]
            height, width = image.shape[:2]
            across = np.clip(x[which] / 2.0**level - 0.5, 0, width - 1.001)
            down = np.clip(y[which] / 2.0**level - 0.5, 0, height - 1.001)
            left, top = across.astype(np.intp), down.astype(np.intp)
            right, low = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
            part_x = (across - left)[..., None].astype(np.float32)
            part_y = (down - top)[..., None].astype(np.float32)
            above = image[top, left] * (1 - part_x) + image[top, right] * part_x
            below = image[low, left] * (1 - part_x) + image[low, right] * part_x
            colours[which] = above * (1 - part_y) + below * part_y
        return colours

    def _worth(
        self, boxes: NDArray[np.float64], clear: Values, middle: NDArray[np.float64], known: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Clear outlines of the usual size whose middle is the point come first."""
        extents = boxes[:, 2:] - boxes[:, :2]
        away = np.hypot(*(((boxes[:, :2] + boxes[:, 2:]) / 2 - middle) / (extents + 8)).T)
        worth = clear - away
        if len(known):
            width = max(0.12, 0.5 / np.sqrt(len(known)))
            logs, usual = np.log(np.maximum(extents, 1)), np.log(np.maximum(known, 1))
            near = np.exp(-((logs[:, None] - usual[None]) ** 2).sum(-1) / (2 * width**2)).mean(1)
            worth = worth + 0.15 * np.log(near + 1e-4)
        values: NDArray[np.float64] = np.where(extents.min(1) > 1, worth, -np.inf)
        return values


def _apart(extents: NDArray[np.float64]) -> NDArray[np.float64]:
    """A few extents that stand for all."""
    logs = np.log(np.maximum(extents, 1))
    chosen = [np.median(logs, 0)]
    while len(chosen) < _TRIED:
        away = np.min([np.abs(logs - stop).max(1) for stop in chosen], 0)
        if away.max() < _DIFFERENT:
            break
        chosen.append(logs[away.argmax()])
    values: NDArray[np.float64] = np.exp(np.array(chosen))
    return values


def _edges(colours: Values, there: NDArray[np.bool_]) -> Values:
    """How much colours change at each place of each ray, about 1 where they change most; the image's border counts."""
    padded = np.zeros((*colours.shape[:2], 1, 3), np.float32)
    sums = np.concatenate([padded, np.cumsum(colours, 2)], 2)
    steps = np.arange(_STEPS)
    before, after = np.maximum(steps - _WINDOW, 0), np.minimum(steps + _WINDOW, _STEPS)
    inner = (sums[:, :, steps] - sums[:, :, before]) / np.maximum(steps - before, 1)[:, None]
    outer = (sums[:, :, after] - sums[:, :, steps]) / np.maximum(after - steps, 1)[:, None]
    change = np.where(there, np.sqrt(((inner - outer) ** 2).sum(-1)), 0)
    change[..., [0, -1]] = 0
    edges = change / (np.percentile(change.reshape(len(change), -1), 90, axis=1)[:, None, None] + 3)
    edges[..., :-1][there[..., :-1] & ~there[..., 1:]] = 1
    values: Values = edges.astype(np.float32)
    return values


def _insides(colours: Values, there: NDArray[np.bool_]) -> Values:
    """How well each place of a ray parts colours that are seen near the point from those that are seen around."""
    count, bins = len(colours), int(np.prod(_BINS))
    low, high = colours.min((1, 2), keepdims=True), colours.max((1, 2), keepdims=True)
    places = ((colours - low) / (high - low + 1e-3) * (np.array(_BINS) - 0.01)).astype(np.intp)
    code = (places[..., 0] * _BINS[1] + places[..., 1]) * _BINS[2] + places[..., 2]
    own = code + (np.arange(count) * bins)[:, None, None]
    area = np.broadcast_to(_REACH, code.shape)  # a step further out stands for more of the image
    inner, outer = (_REACH < 0.6) & there, (_REACH > 1.25) & there
    shares = []
    for part in (inner, outer):
        held = np.bincount(own[part], area[part], count * bins).reshape(count, bins)
        shares.append(held / np.maximum(held.sum(1, keepdims=True), 1) + 0.002)
    likely = np.clip(np.log(shares[0] / shares[1]), -2, 2)
    each = np.where(there, np.take_along_axis(likely, code.reshape(count, -1), 1).reshape(code.shape), -2)
    values: Values = (np.cumsum(each * area, 2) / (_REACH.sum() / 3)).astype(np.float32)
    return values


def _cheapest(cost: Values) -> Whole:
    """(n, rays): the place on each ray, so that neighbours are near and the sum of `cost` (n, rays, steps) is least.
    It goes round twice, so that the end meets the beginning."""
    count, rays, steps = cost.shape
    bend = (_BEND * np.abs(np.arange(-_FARTHEST_BEND, _FARTHEST_BEND + 1))).astype(np.float32)[:, None, None]
    came = np.zeros((2 * rays, count, steps), np.intp)
    # What came before, with room at both ends; `ways` are views of it, one for each bend.
    padded = np.full((count, steps + 2 * _FARTHEST_BEND), 1e6, np.float32)
    total = padded[:, _FARTHEST_BEND:-_FARTHEST_BEND]
    ways = sliding_window_view(padded, steps, axis=1).swapaxes(0, 1)
    total[:] = cost[:, 0]
    for ray in range(1, 2 * rays):
        costs = ways + bend
        came[ray] = costs.argmin(0)
        np.add(costs.min(0), cost[:, ray % rays], out=total)
    came -= _FARTHEST_BEND
    every = np.arange(count)
    path = np.zeros((count, 2 * rays), np.intp)
    path[:, -1] = total.argmin(1)
    for ray in range(2 * rays - 1, 0, -1):
        path[:, ray - 1] = path[:, ray] + came[ray, every, path[:, ray]]
    half = rays // 2
    return np.roll(path[:, half : half + rays], half, axis=1)
