"""Reasons are told in words: no class of Python's reaches a person."""

from __future__ import annotations

import errno
import io
import random
import re
import struct
import zlib
from pathlib import Path

import httpx
import pytest
from PIL import Image

import tui_labeler
from tui_labeler.imaging.opening import BrokenImage, opened
from tui_labeler.model.reasons import in_words

_CLASS = re.compile(r"[A-Za-z]+(Error|Exception)\b")
# What is our own fault, or goes into a log.
_OURS = {
    "log.py",
    "tui/launch.py",
    "cli/main.py",
    "assist/assistant.py",
    "azure/arm.py",
    "model/reasons.py",
    "assist/onnxfile.py",
}


class OddThingError(Exception):
    """Of a package that nobody knows."""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EACCES, "Permission denied", "/a/b"), "Permission denied"),
        (OSError(errno.EACCES, ""), "Permission denied"),
        (OSError(errno.EINVAL, "It is not a regular file"), "It is not a regular file"),
        (OSError("broken data stream"), "broken data stream"),
        (OSError(), "it cannot be read or written"),
        (FileNotFoundError(), "it cannot be read or written"),
        (KeyError("boxes"), "there is no “boxes”"),
        (KeyError(), "something that it needs is not there"),
        (ValueError("\n bad shape.\nat line 4"), "bad shape"),
        (TimeoutError(), "no answer in time"),
        (httpx.ReadTimeout(""), "no answer in time"),
        (httpx.ReadError(""), "the connection was cut"),
        (httpx.ConnectError(""), "nothing answers there"),
        (struct.error(), "error"),
        (zlib.error("Error -3 while decompressing data"), "Error -3 while decompressing data"),
        (OddThingError(), "odd thing error"),
        (ValueError("x" * 900), "x" * 200),
    ],
)
def test_an_error_in_words(error: Exception, words: str) -> None:
    assert in_words(error) == words


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"])
def test_why_an_image_cannot_be_shown_is_english(kind: str) -> None:
    draw = random.Random(3)
    whole = io.BytesIO()
    Image.effect_noise((40, 30), 80).convert("RGB").save(whole, kind)
    reasons = set()
    for _ in range(60):
        data = bytearray(whole.getvalue())
        for _ in range(draw.choice((1, 3, 20))):
            data[draw.randrange(4, len(data))] = draw.randrange(256)
        try:
            with opened(bytes(data)) as image:
                image.load()
        except BrokenImage as refused:
            reasons.add(refused.message)
    assert reasons
    for reason in reasons:
        assert _CLASS.search(reason) is None, reason
        assert reason.startswith(("The image ", "The file ", "The JPEG ", "There is not memory")), reason


def test_no_message_is_made_of_the_class_of_an_error() -> None:
    root = Path(tui_labeler.__file__).parent
    made = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"type\((error|failure|exc|app\.failure)\)\.__name__", path.read_text("utf-8"))
    }
    assert made <= _OURS
