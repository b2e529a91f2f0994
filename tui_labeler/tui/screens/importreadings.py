"""The ways to read a file that leaves something open, as the import's screen offers them."""

from __future__ import annotations

from tui_labeler.model.transfers import ImportChoices, ReadOptions

# What a file may leave open, a choice each: the words, and the import's choices.
READINGS: tuple[tuple[str, ImportChoices], ...] = (
    ("as the file itself shows", ImportChoices()),
    ("numbers are pixels", ImportChoices(reading=ReadOptions(coordinates="pixels"))),
    ("numbers are shares of the image's size", ImportChoices(reading=ReadOptions(coordinates="shares"))),
    ("corners are counted from 0 (VOC, CSV)", ImportChoices(reading=ReadOptions(corners="edges"))),
    ("corners are counted from 1, as VOC does", ImportChoices(reading=ReadOptions(corners="pixels"))),
    ("four numbers are two corners", ImportChoices(reading=ReadOptions(box="corners"))),
    ("four numbers are a corner and a size", ImportChoices(reading=ReadOptions(box="size"))),
    ("four numbers are a centre and a size", ImportChoices(reading=ReadOptions(box="center"))),
    ("more numbers are a polygon (YOLO)", ImportChoices(reading=ReadOptions(values="polygon"))),
    ("more numbers are keypoints (YOLO)", ImportChoices(reading=ReadOptions(values="keypoints"))),
    ("rotated boxes: the upright box around them", ImportChoices(reading=ReadOptions(rotated="enclose"))),
    ("images that are only listed have nothing on them", ImportChoices(reading=ReadOptions(listed="empty"))),
    ("doubtful matches, too", ImportChoices(doubtful=True)),
    ("strictly: refuse a file with anything wrong", ImportChoices(reading=ReadOptions(strict=True))),
)


def offered(heeded: tuple[str, ...] | None) -> list[tuple[str, int]]:
    """The ways to read, each with its number: all of them, or those that mean something to a format that heeds these
    options."""
    return [
        (words, index)
        for index, (words, choices) in enumerate(READINGS)
        if heeded is None or not choices.reading.unheeded(heeded)
    ]
