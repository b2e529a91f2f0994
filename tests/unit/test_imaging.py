"""Bytes to pixels to cells."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zlib
from itertools import pairwise

import numpy as np
import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tui_labeler.imaging.cells import Cells, Mask
from tui_labeler.imaging.colours import class_colour
from tui_labeler.imaging.compose import compose
from tui_labeler.imaging.decode import BrokenImage, decode, read_size
from tui_labeler.imaging.encode import Lines, coder
from tui_labeler.imaging.letters import MAGNIFIER
from tui_labeler.imaging.overlay import Letter, Mark, Overlay
from tui_labeler.imaging.palette import palette_of
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import View
from tui_labeler.limits import in_force
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Region


def encoded(image: Image.Image, kind: str, **more: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def test_every_orientation_is_shown_upright() -> None:
    upright = Image.new("RGB", (32, 16), "white")
    upright.paste("red", (0, 0, 8, 8))  # the upper left corner is red
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    methods = list(Image.Transpose)
    for orientation, method in back.items():
        stored = upright.transpose(methods[method])
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = encoded(stored, "PNG", exif=exif)
        pixels, size = decode(data)
        assert size == Size(32, 16) == read_size(data), orientation
        assert tuple(pixels[2, 2]) == (255, 0, 0), orientation
        assert tuple(pixels[12, 28]) == (255, 255, 255), orientation


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    if mode in ("I;16", "I", "F"):
        dtype = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
        image = Image.fromarray((np.arange(64 * 48).reshape(48, 64) * 20).astype(dtype))
    else:
        image = Image.linear_gradient("L").resize((64, 48)).convert("RGB").convert(mode)
    kind = "JPEG" if mode == "CMYK" else "TIFF"
    pixels, size = decode(encoded(image, kind))
    assert pixels.shape == (48, 64, 3)
    assert size == Size(64, 48)
    assert int(pixels.max()) - int(pixels.min()) > 100, "the gradient is still there"


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    pixels, _ = decode(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert tuple(pixels[0, 0]) == (255, 0, 0)


def test_a_large_jpeg_is_decoded_no_larger_than_needed() -> None:
    data = encoded(Image.linear_gradient("L").resize((1600, 1200)).convert("RGB"), "JPEG")
    pixels, size = decode(data, Size(200, 100))
    assert size == Size(1600, 1200)
    assert 200 <= pixels.shape[1] < 1600


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that nothing stands behind."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [b"", b"no image", bomb(60000, 60000), bomb(14000, 14000), encoded(Image.new("RGB", (64, 64)), "JPEG")[:200]],
    ids=["empty", "text", "bomb", "large", "truncated"],
)
def test_what_cannot_be_shown_says_so(data: bytes) -> None:
    assert in_force().pixels < 14000 * 14000
    with pytest.raises(BrokenImage) as told:
        decode(data)
    assert told.value.mend


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_decoder(data: bytes) -> None:
    for head in (b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0", b"BM", b"RIFF....WEBP"):
        with contextlib.suppress(BrokenImage):
            decode(head + data)


# Views


@given(
    st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 250), st.integers(1, 80), st.integers(-3, 12),
    st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_views_go_there_and_back(
    width: int, height: int, columns: int, rows: int, steps: int, share_x: float, share_y: float
) -> None:
    view = View.fit(Size(width, height), columns, rows)
    assert view.is_whole
    area = view.area
    assert (area.x0, area.y0, area.x1, area.y1) == pytest.approx((0, 0, width, height), abs=1e-6)
    x, y = share_x * width, share_y * height
    near = view.stepped(steps, x, y)
    assert near.zoom >= view.zoom * 0.999
    there = near.dot(x, y)
    assert near.point(*there) == pytest.approx((x, y), abs=1e-6)
    assert near.area.area > 0
    if near.zoom > view.zoom * 1.01:
        assert -1e-6 <= there[0] <= columns + 1e-6
        assert -1e-6 <= there[1] <= 2 * rows + 1e-6


def test_a_view_shows_the_pixels_that_are_there() -> None:
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[40:60, 100:140] = (255, 0, 0)
    picture = Picture(pixels, Size(200, 100))
    dots = picture.dots(View.fit(Size(200, 100), 100, 25))
    assert dots.shape == (50, 100, 3)
    assert tuple(dots[25, 60]) == (255, 0, 0)
    assert tuple(dots[25, 45]) == (0, 0, 0)


# Cells


def shown(cells: Cells, text: str, columns: int, rows: int) -> list[tuple[str, str, str]]:
    """Every cell's character, ink (a blank's cannot be seen) and ground."""
    screen = pyte.Screen(columns, rows)
    pyte.Stream(screen).feed(text)
    return [upright(screen.buffer[row][column]) for row in range(rows) for column in range(columns)]


def upright(char: pyte.screens.Char) -> tuple[str, str, str]:
    """A cell's upper and lower colour, however it is written: a lower half is an upper one upside down."""
    if char.data == "▄":
        return "▀", char.bg.replace("bfight", "bright"), char.fg
    if char.data == "█":
        return " ", "", char.fg
    # pyte 0.8 calls one ground "bfightmagenta".
    return char.data, char.fg if char.data != " " else "", char.bg.replace("bfight", "bright")


def random_cells(chance: np.random.Generator, rows: int, columns: int) -> Cells:
    dots = (chance.integers(0, 4, (rows * 2, columns, 3)) * 80).astype(np.uint8)
    cells = Cells.of_dots(dots)
    cells.write(int(chance.integers(rows)), int(chance.integers(columns)), "コーラ", (0, 0, 0), (80, 160, 240))
    return cells.settle()


def painted(cells: Cells, mask: Mask | None = None, cuts: tuple[int, ...] = (), colours: str = "true") -> str:
    """All lines, each written in pieces that begin at its left edge and after `cuts`."""
    rows, columns = cells.shape
    lines = Lines(cells, range(rows), range(columns), mask, coder(palette_of(colours), False))
    places = [0, *cuts, columns]
    return "".join(
        f"\x1b[{row + 1};1H" + "".join(lines.text(row, *piece) for piece in pairwise(places)) for row in range(rows)
    )


@pytest.mark.parametrize("colours", ["true", "256", "16"])
def test_pieces_of_lines_show_what_whole_lines_show(colours: str) -> None:
    chance = np.random.default_rng(2)
    for _ in range(20):
        cells = random_cells(chance, 5, 24)
        cuts = tuple(sorted(chance.choice(np.arange(1, 24), 2, replace=False).tolist()))
        # A cut through a character of two cells shows neither half of it.
        if any((cells.glyph[:, cut] == 0).any() for cut in cuts):
            continue
        whole, pieces = painted(cells, colours=colours), painted(cells, None, cuts, colours)
        assert shown(cells, pieces, 24, 5) == shown(cells, whole, 24, 5)


def test_a_colour_is_written_where_it_differs_from_the_one_before() -> None:
    dots = np.zeros((2, 4, 3), np.uint8)
    dots[0, 1:3] = 200, 0, 0
    lines = Lines(Cells.of_dots(dots), range(1), range(4), None, coder(None, False))
    assert lines.text(0, 0, 4) == "\x1b[48;2;0;0;0m \x1b[38;2;200;0;0m▀▀ \x1b[0m"
    mask = np.array([[False, True, False, True]])
    changed = Lines(Cells.of_dots(dots), range(1), range(4), mask, coder(palette_of("256"), False))
    assert changed.text(0, 0, 4) == "\x1b[C\x1b[38;5;160;48;5;16m▀\x1b[C \x1b[0m"
    assert changed.text(0, 0, 2) == "\x1b[C\x1b[38;5;160;48;5;16m▀\x1b[0m"


def test_what_changed_makes_the_screen_what_it_should_be() -> None:
    chance = np.random.default_rng(1)
    rows, columns = 6, 20
    before = random_cells(chance, rows, columns)
    text = painted(before)
    for _ in range(60):
        after = Cells(before.glyph.copy(), before.upper.copy(), before.lower.copy())
        for _ in range(5):
            row, column = int(chance.integers(rows)), int(chance.integers(columns))
            after.upper[row, column] = 255 - after.upper[row, column]
            after.glyph[row, column] = ord(random.Random(int(chance.integers(99))).choice("▀xy"))
            text_row, text_column = int(chance.integers(rows)), int(chance.integers(-2, columns))
            after.write(text_row, text_column, random.Random(column).choice(("日本", "é", "ab")), (9, 9, 9), (7, 7, 7))
        after.settle()
        mask = after.changed(before)
        text += painted(after, mask)
        whole = painted(after)
        assert shown(after, text, columns, rows) == shown(after, whole, columns, rows)
        before = after


def test_a_region_is_drawn_in_its_colour_with_its_name() -> None:
    view = View.fit(Size(100, 100), 50, 25)
    dots = np.full((50, 50, 3), 128, np.uint8)
    overlay = Overlay((Mark(Region("coke", Box(20, 20, 60, 60))),), name="coke")
    cells = compose(dots, None, view, overlay, {"coke": 0})
    assert tuple(cells.upper[5, 20]) == class_colour(0)
    row = "".join(chr(glyph) for glyph in cells.glyph[4, 10:14])
    assert row == "coke"
    assert dots.std() == 0, "the picture itself is not drawn upon"


@given(
    st.floats(0, 99), st.floats(0, 99), st.floats(0.5, 40), st.floats(0.5, 40), st.integers(10, 60), st.integers(6, 30)
)
def test_the_magnifier_never_stands_over_its_place(
    x: float, y: float, width: float, height: float, columns: int, rows: int
) -> None:
    size = Size(100, 100)
    picture = Picture(np.full((100, 100, 3), 90, np.uint8), size)
    view = View.fit(size, columns, rows)
    focus = Box(x, y, x + width, y + height)
    letters = tuple(Letter(x + width * i / 6, y + height / 2, "q") for i in range(6))
    dots = picture.dots(view)
    cells = compose(dots, picture, view, Overlay(letters=letters, focus=focus), {})
    (x0, y0), (x1, y1) = view.dot(focus.x0, focus.y0), view.dot(focus.x1, focus.y1)
    beside, above = max(columns - x1, x0) >= MAGNIFIER[0] + 3, max(rows - y1 / 2, y0 / 2) >= MAGNIFIER[1] + 3
    if columns < MAGNIFIER[0] or rows < MAGNIFIER[1] or not (beside or above):
        return  # the canvas is too small for both
    if (x1 - x0) / 6 >= 2 and (y1 - y0) / 10 >= 1:
        return  # the letters stand on their own cells
    inside = np.s_[int(np.ceil(y0 / 2)) : int(y1 / 2), int(np.ceil(x0)) : int(x1)]
    assert not cells.changed(Cells.of_dots(dots))[inside].any()
    assert (cells.glyph == ord("Q")).sum() == 6, "every letter can be read"
