"""Image files that others made: no program is started, memory stays within the limits, what cannot be shown is named."""

from __future__ import annotations

import ast
import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.measured import peak_megabytes
from tui_labeler import limits
from tui_labeler.imaging.decode import BrokenImage, decode, read_size
from tui_labeler.imaging.opening import FORMATS
from tui_labeler.model.geometry import Size

PACKAGE = Path(__file__).parents[2] / "tui_labeler"
DECODE = """
import sys
from tui_labeler.imaging.decode import BrokenImage
from tui_labeler.imaging.picture import Picture
from tui_labeler.model.geometry import Size
data = open(sys.argv[1], "rb").read()
for enough in (Size(200, 100), None):
    try:
        picture = Picture.load(data, enough)
        print(picture.size.width, picture.size.height, picture.is_full)
    except BrokenImage as error:
        print(error)
"""


@pytest.fixture
def small_limits() -> Iterator[None]:
    before = limits.in_force()
    limits.use(limits.Limits(file_bytes=1_000_000, pixels=1_000_000, memory=6_000_000, seconds=1.0))
    yield
    limits.use(before)


def encoded(image: Image.Image, kind: str, **more: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def gradient(width: int, height: int) -> Image.Image:
    across = np.linspace(0, 255, width, dtype=np.uint8)[None].repeat(height, 0)
    down = np.linspace(0, 255, height, dtype=np.uint8)[:, None].repeat(width, 1)
    return Image.fromarray(np.stack([across, down, across // 2], 2))


# What opens


def test_images_are_opened_in_one_place() -> None:
    """`Image.open`, `ImageFile.Parser` and their like anywhere else would open all of Pillow's formats."""
    openers = {"open", "Parser", "ImageFile", "open_rgb", "preinit", "init", "register_open"}
    decoding = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Attribute) and node.attr in openers
            if named and isinstance(node.value, ast.Name) and node.value.id in ("Image", "ImageFile", "PIL"):
                decoding.add(str(path.relative_to(PACKAGE)))
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("PIL"):
                names = {alias.name for alias in node.names}
                if names & {"ImageFile", "EpsImagePlugin"} or node.module != "PIL":
                    decoding.add(f"{path.relative_to(PACKAGE)} imports {node.module} {names}")
            if isinstance(node, ast.Attribute) and node.attr in ("from_image_path", "imread"):
                decoding.add(str(path.relative_to(PACKAGE)))
    # A bitmap inside a label file is a PNG only; formats know no images.
    assert decoding == {"imaging/opening.py", "formats/pngmasks.py"}


def test_only_the_promised_formats_are_known() -> None:
    assert set(FORMATS) == {"JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"}


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\n(x) (w) file closefile\nshowpage\n%%EOF\n"


@pytest.mark.parametrize("head", [b"", b"\xc5\xd0\xd3\xc6" + struct.pack("<II", 32, len(EPS)) + b"\0" * 20])
def test_no_image_starts_a_program(head: bytes, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("gs", "gswin32c", "djpeg", "xv", "display", "convert"):
        program = tmp_path / "bin" / name
        program.write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/started\n")
        program.chmod(0o755)
    (tmp_path / "x.jpg").write_bytes(head + EPS)
    env = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-c", DECODE, str(tmp_path / "x.jpg")], env=env, capture_output=True, text=True, check=True
    )
    assert "looks like a PostScript file" in done.stdout
    shown = subprocess.run(
        [sys.executable, "-m", "tui_labeler", "--home", str(tmp_path / "home"), "show", str(tmp_path / "x.jpg")],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shown.returncode == 1
    assert "PostScript" in shown.stderr
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "SGI", "PCX", "DDS", "JPEG2000", "ICNS"])
def test_other_formats_are_no_images(kind: str) -> None:
    with pytest.raises(BrokenImage, match="not an image"):
        decode(encoded(Image.new("RGB", (32, 32)), kind))


# Memory


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colour: int) -> bytes:
    """A whole PNG of zeros."""
    row = (width * depth * {0: 1, 2: 3, 3: 1, 6: 4}[colour] + 7) // 8 + 1
    packer = zlib.compressobj(9)
    body = b"".join([packer.compress(bytes(row)) for _ in range(height)]) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "most"), [("bits", 1000), ("webp canvas", 150), ("gif canvas", 500), ("tiff strip", 150)]
)
def test_memory_stays_within_the_limit(name: str, most: int, tmp_path: Path) -> None:
    """Measured in a process of its own; the interpreter with NumPy and Pillow takes some 60 MB of it."""
    if name == "bits":
        data = png(13_300, 13_300, 1, 0)  # took 2.1 GB, and 1 GB stayed
    elif name == "webp canvas":
        small = encoded(Image.new("RGBA", (8, 8)), "WEBP", lossless=True)[12:]
        body = b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + (16_000).to_bytes(3, "little") * 2 + small
        data = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    elif name == "gif canvas":
        data = bytearray(encoded(Image.new("P", (8, 8)), "GIF"))
        data[6:10] = struct.pack("<HH", 12_000, 12_000)
        data = bytes(data)
    else:
        data = bytearray(encoded(Image.new("RGB", (64, 64)), "TIFF", compression="tiff_lzw"))
        data = bytes(data).replace(struct.pack("<HHII", 279, 4, 1, 0)[:8], struct.pack("<HHI", 279, 4, 1))
        at = data.find(struct.pack("<HHI", 257, 4, 1)) if data.find(struct.pack("<HHI", 257, 4, 1)) > 0 else data.find(
            struct.pack("<HHI", 257, 3, 1))  # fmt: skip
        data = data[: at + 2] + struct.pack("<HII", 4, 1, 2_000_000) + data[at + 12 :]
    (tmp_path / "x").write_bytes(data)
    peak, said = peak_megabytes(DECODE, tmp_path / "x")
    assert peak < most, said
    if name == "bits":
        assert said.count("13300 13300 False") == 2


def test_a_jpeg_of_any_size_is_shown_reduced(small_limits: None) -> None:
    data = encoded(gradient(4000, 3000), "JPEG")
    pixels, size = decode(data)
    assert size == Size(4000, 3000)
    assert pixels.shape[0] * pixels.shape[1] <= 1_000_000
    assert pixels[-1, -1].min() > 100
    assert pixels[0, 0].max() < 20


def test_a_png_is_shown_reduced_where_its_pixels_fit(small_limits: None) -> None:
    data = encoded(gradient(1000, 900), "PNG")
    pixels, size = decode(data)
    assert size == Size(1000, 900)
    assert pixels.shape[:2] in ((450, 500), (300, 334))
    assert abs(int(pixels[0, -1, 0]) - 255) < 3
    with pytest.raises(BrokenImage, match="decoding it takes"):
        decode(encoded(gradient(1000, 1000), "WEBP"))
    with pytest.raises(BrokenImage, match="the limit is 1,000,000"):
        decode(encoded(gradient(1001, 1000), "PNG"))


def test_a_jpeg_of_many_scans_is_refused() -> None:
    data = encoded(Image.new("L", (16, 16)), "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    with pytest.raises(BrokenImage, match="scans"):
        decode(data[:-2] + scan * 5000 + data[-2:])


def test_a_progressive_jpegs_memory_counts(small_limits: None) -> None:
    with pytest.raises(BrokenImage, match="decoding it takes"):
        decode(encoded(gradient(3000, 3000), "JPEG", progressive=True))


# Right, or named


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "TIFF lzw"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_of_every_format(kind: str, orientation: int) -> None:
    """The corner that is red lies upper left when the image is upright, and the size fits the pixels."""
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste("red", (0, 0, 16, 16))
    back = [None, None, 0, 3, 1, 5, 2, 6, 4][orientation]
    stored = upright if back is None else upright.transpose(list(Image.Transpose)[back])
    exif = Image.Exif()
    exif[0x0112] = orientation
    more = {"compression": "tiff_lzw"} if kind.endswith("lzw") else {}
    data = encoded(stored, kind.split()[0], exif=exif, **more)
    pixels, size = decode(data)
    assert size == Size(64, 32) == read_size(data)
    assert pixels.shape == (32, 64, 3)
    assert pixels[4, 4, 0] > 200
    assert pixels[4, 4, 1] < 60
    assert pixels[28, 60].min() > 200


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01" * 40, b"junk"]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_does_not_keep_an_image_from_being_shown(kind: str, exif: bytes) -> None:
    pixels, size = decode(encoded(gradient(40, 30), kind, exif=exif))
    assert pixels.shape == (30, 40, 3)
    assert size == Size(40, 30)


@pytest.mark.parametrize("value", [0, 9, 255, 65535])
def test_an_orientation_that_is_none(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert decode(encoded(gradient(40, 30), "JPEG", exif=exif))[1] == Size(40, 30)


def test_a_broken_colour_profile_changes_nothing() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        pixels, _ = decode(encoded(gradient(40, 30), kind, icc_profile=b"\0" * 7 + b"broken" * 100))
        assert pixels.shape == (30, 40, 3)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (bytes(5000), "begins with zeros"),
        (b"%PDF-1.7", "a PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC file"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF file"),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer"),
        (encoded(gradient(64, 64), "JPEG")[:-300], "cut off"),
        (encoded(gradient(64, 64), "PNG")[:90], "cut off"),
    ],
)
def test_what_is_no_image_is_named(data: bytes, says: str) -> None:
    with pytest.raises(BrokenImage) as told:
        decode(data)
    assert says in told.value.message
    assert told.value.mend


def test_trailing_garbage_is_passed_over() -> None:
    for kind in ("JPEG", "PNG", "GIF", "BMP", "WEBP"):
        assert decode(encoded(gradient(40, 30), kind) + b"\0garbage" * 1000)[1] == Size(40, 30)


def test_ten_thousand_frames_cost_what_one_does() -> None:
    frame = b"\x2c\0\0\0\0\x08\0\x08\0\0\x02\x07\x84\x8f\xa9\xcb\xed\x0f\x63\x2b\0"
    first = encoded(Image.new("P", (8, 8)), "GIF")[:-1]
    assert decode(first + frame * 10_000 + b";")[1] == Size(8, 8)
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for kind in ("WEBP", "PNG"):
        pixels, _ = decode(encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))
        assert tuple(pixels[0, 0]) == (255, 0, 0)


def test_colours_of_other_spaces() -> None:
    for mode, kind in (("CMYK", "JPEG"), ("LAB", "TIFF"), ("YCbCr", "TIFF"), ("YCbCr", "JPEG")):
        red = Image.new("RGB", (16, 16), (220, 20, 30))
        if mode == "LAB":
            from PIL import ImageCms

            srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
            stored = ImageCms.profileToProfile(red, srgb, lab, outputMode="LAB")
        else:
            stored = red.convert(mode)
        assert stored is not None
        pixel = decode(encoded(stored, kind))[0][8, 8].astype(int)
        assert abs(pixel - np.array([220, 20, 30])).max() < 12, mode


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.2, 0.6), (0, 10), (0, 200), (-3, 3), (0, 65535)])
def test_floats_are_seen_whatever_their_range(low: float, high: float) -> None:
    """Shares from 0 to 1 were drawn black."""
    values = np.linspace(low, high, 48 * 64, dtype=np.float32).reshape(48, 64)
    pixels, _ = decode(encoded(Image.fromarray(values), "TIFF"))
    assert int(pixels.min()) == 0
    assert int(pixels.max()) >= 199
    assert len(np.unique(pixels)) > 150


def test_floats_that_are_no_numbers() -> None:
    values = np.linspace(-5, 5, 48 * 64, dtype=np.float32).reshape(48, 64)
    values[0, :4] = [np.nan, np.inf, -np.inf, 1e30]
    values[0, 3] = 5
    pixels, _ = decode(encoded(Image.fromarray(values), "TIFF"))
    assert int(pixels.max()) == 255
    assert int(pixels[24, 0].max()) in range(110, 145)
