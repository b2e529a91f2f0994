"""The one place where an image file is opened: by the promised formats only, from its header, within the limits.

Pillow knows some fifty formats, and runs a program for one of them (Ghostscript for PostScript): a file's name says
nothing about which it would choose. `plan` says what decoding would cost before anything is decoded.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,  # fmt: skip
    WebPImagePlugin,
)

from tui_labeler import limits
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.reasons import in_words
from tui_labeler.model.text import size_text

# Importing a plugin is what makes Pillow know its format; the others stay unknown to it.
PLUGINS = (BmpImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin,
           WebPImagePlugin)  # fmt: skip
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
_ORIENTATION = 0x0112
# EXIF orientations that turn the image by a quarter.
QUARTER_TURNS = (5, 6, 7, 8)
# Bytes that Pillow keeps for a pixel of a mode; four where none is named.
_KEPT = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
# The decoded array, Pillow's copy of it with smaller ones (4/3), for each pixel that is shown.
_SHOWN = 9
# A progressive JPEG has some ten scans; each costs as much time as the whole image, however few bytes it has.
_MOST_SCANS = 200
_DRAFTS = (1, 2, 4, 8)
_LIKENESSES = (
    (b"%!PS", "a PostScript file"), (b"\xc5\xd0\xd3\xc6", "a PostScript file"), (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"), (b"\x1f\x8b", "a gzip archive"), (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML document"), (b"<!doctype html", "a web page"), (b"<html", "a web page"),
    (b"8BPS", "a Photoshop file"), (b"\x00\x00\x00\x0cjP", "a JPEG 2000 file"), (b"\xff\x4f\xff\x51", "a JPEG 2000 file"),
    (b"\xff\x0a", "a JPEG XL file"), (b"\x00\x00\x00\x0cJXL", "a JPEG XL file"),
    (b"version https://git-lfs", "a Git LFS pointer"),
)  # fmt: skip
_BRANDS = {b"heic": "a HEIC file", b"heix": "a HEIC file", b"mif1": "a HEIF file", b"avif": "an AVIF file"}
_PROMISED = "Images are JPEG, PNG, BMP, TIFF, WebP or GIF: convert it, skip it, or replace the file."
_SKIP = "Skip it, or replace the file: the next refresh sees that it changed."


class BrokenImage(LabelerError):
    """A file that cannot be shown."""


class Plan(msgspec.Struct, frozen=True):
    """How an opened image is decoded within the limits: JPEGs at a `draft`-th of their size, then reduced by `factor`.
    `peak` is about how many bytes that takes."""

    draft: int
    factor: int
    peak: int


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """The image in `data`, nothing of it decoded, with every way in which a file can be broken told as BrokenImage."""
    if not data:
        raise BrokenImage("The image file is empty: it has no bytes.", _SKIP)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _check_canvas(data)
            # The limits are ours (`plan`): Pillow's would refuse a JPEG that can be shown smaller.
            Image.MAX_IMAGE_PIXELS = None
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width < 1 or image.height < 1:
                    raise BrokenImage(f"The image has {image.width} x {image.height} pixels.", _SKIP)
                yield image
    except BrokenImage:
        raise
    except UnidentifiedImageError:
        raise BrokenImage(_unknown(data[:32]), _PROMISED) from None
    except MemoryError:
        raise BrokenImage("There is not memory enough to decode the image.", _SKIP) from None
    except Exception as error:  # Pillow's plugins raise nearly every kind of error on files that are broken
        raise BrokenImage(_reason(error), _SKIP) from None


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where the EXIF data is broken. Pillow turns TIFF files by itself."""
    if image.format == "TIFF":
        return 1
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # broken EXIF raises nearly everything, and the image is whole without it
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright_size(image: Image.Image) -> Size:
    width, height = image.size
    return Size(height, width) if orientation(image) in QUARTER_TURNS else Size(width, height)


def plan(image: Image.Image, data: bytes, enough: tuple[int, int] | None) -> Plan:
    """How to decode the image so that neither pixels nor memory exceed the limits. `enough` is a width and height in the
    file's own orientation that suffice. Raises BrokenImage where no way does."""
    allowed = limits.in_force()
    width, height = image.size
    pixels = width * height
    drafts = _DRAFTS if image.format in ("JPEG", "MPO") else (1,)
    if len(drafts) > 1 and data.count(b"\xff\xda") > _MOST_SCANS:
        raise BrokenImage(f"The JPEG has more than {_MOST_SCANS} scans, which no camera or program writes.", _SKIP)
    whole = _coefficients(image) if len(drafts) > 1 else _beside(image)
    kept = _KEPT.get(image.mode, 4)
    fitting = [
        draft
        for draft in drafts
        if pixels // draft**2 <= allowed.pixels and whole + kept * pixels // draft**2 <= allowed.memory * 9 // 10
    ]
    if not fitting:
        raise _too_large(width, height, whole + kept * pixels // drafts[-1] ** 2, drafts[-1])
    draft = fitting[0]
    if enough is not None:
        wanted = min(width // max(enough[0], 1), height // max(enough[1], 1))
        draft = max(draft, *(option for option in drafts if option <= max(wanted, 1)))
    decoded = pixels // draft**2
    native = whole + kept * decoded
    factor = 1
    while native + _SHOWN * decoded // factor**2 > allowed.memory and factor < 1 << 15:
        factor += 1
    if enough is not None and decoded * 4 > allowed.memory // 16:  # else all pixels are soon needed anyway
        factor = max(factor, min(width // draft // max(enough[0], 1), height // draft // max(enough[1], 1)))
    return Plan(draft, factor, native + _SHOWN * decoded // factor**2)


def _coefficients(image: Any) -> int:
    """Bytes that libjpeg keeps for a progressive file, at whatever size it is decoded."""
    if not image.info.get("progressive"):
        return 0
    layers: list[tuple[int, int]] = [(layer[1], layer[2]) for layer in getattr(image, "layer", ())]
    most = max((across * down for across, down in layers), default=1)
    pixels: int = image.width * image.height
    return 2 * pixels * sum(across * down for across, down in layers or [(1, 1)] * 3) // most


def _beside(image: Image.Image) -> int:
    """Bytes that other decoders need beside the image itself."""
    pixels = image.width * image.height
    if image.format == "WEBP":
        return 12 * pixels  # two canvases, and the frame's copy
    if image.format == "TIFF" and image.info.get("compression", "raw") != "raw":
        return _KEPT.get(image.mode, 4) * pixels  # a strip may be the whole image
    return 0


def _check_canvas(data: bytes) -> None:
    """A WebP file's decoder takes memory for its canvas as soon as it is opened: looked at before."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return
    kind, width, height = data[12:16], 0, 0
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    allowed = limits.in_force()
    if width * height > allowed.pixels or 16 * width * height > allowed.memory:
        raise _too_large(width, height, 16 * width * height)


def _too_large(width: int, height: int, memory: int, draft: int = 1) -> BrokenImage:
    allowed = limits.in_force()
    begin = f"The image has {width} x {height} pixels"
    mend = "Skip it, use a smaller copy, or raise the limit: tui-labeler config set"
    if width * height // draft**2 > allowed.pixels:
        return BrokenImage(f"{begin}; the limit is {allowed.pixels:,}.", f"{mend} image_pixels 1G.")
    needed, most = size_text(memory), size_text(allowed.memory)
    message = f"{begin}, and decoding it takes {needed} of memory; the limit is {most}."
    return BrokenImage(message, f"{mend} image_memory 4G.")


def _unknown(head: bytes) -> str:
    low = head.lstrip().lower()
    likeness = next((name for mark, name in _LIKENESSES if head.startswith(mark) or low.startswith(mark.lower())), "")
    if not likeness and head[4:8] == b"ftyp":
        likeness = _BRANDS.get(head[8:12], "a video")
    if not likeness and not head.strip(b"\0"):
        return "The file is not an image: it begins with zeros, as a copy does that was never finished."
    return (
        f"The file is not an image of a known format: it looks like {likeness}."
        if likeness
        else "The file is not an image."
    )


def _reason(error: Exception) -> str:
    text = str(error)
    if "truncated" in text or isinstance(error, EOFError):
        return "The image is cut off: the file ends before the picture does."
    if "nsupported" in text or isinstance(error, NotImplementedError):
        return f"The image is of a kind that cannot be read here: {in_words(error)}."
    return "The image is damaged: what it holds cannot be decoded."
