"""What the app and a segmentation model's process say to each other; framed as in `assist.messages`."""

from __future__ import annotations

import msgspec

from tui_labeler.model.outlines import Outline, Prompt


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """The first word: the model's files, or the address of a backend (`url`) with the project's kind and classes.
    `memory_limit` is in bytes; 0 for none."""

    files: tuple[str, ...]
    memory_limit: int = 0
    url: str = ""
    kind: str = ""
    classes: tuple[str, ...] = ()


class Look(msgspec.Struct, frozen=True, tag="look"):
    """An image file, to be looked at under this name. Answered by Looked, whenever that is."""

    name: str
    image: bytes


class Point(msgspec.Struct, frozen=True, tag="point"):
    """What is at `prompt` in an image that was looked at? Answered by Outlined."""

    number: int
    name: str
    prompt: Prompt


ToModel = Begin | Look | Point


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The model can be used."""


class Looked(msgspec.Struct, frozen=True, tag="looked"):
    """The image was looked at; or nothing can be done with it, for a `problem`. `megabytes`: the most memory so far."""

    name: str
    seconds: float = 0.0
    megabytes: float = 0.0
    problem: str = ""


class Outlined(msgspec.Struct, frozen=True, tag="outlined"):
    """The answer to the question of that `number`; `problem` says why there is none."""

    number: int
    outlines: tuple[Outline, ...] = ()
    seconds: float = 0.0
    problem: str = ""


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The model cannot be used. `is_other`: it takes no points, and may be a model of another kind."""

    message: str
    mend: str = ""
    is_other: bool = False


FromModel = Ready | Looked | Outlined | Refused
