"""What the app and an engine's process say to each other: msgspec structures in MessagePack, four bytes of length before
each. Nothing that arrives can become code, whatever an engine writes."""

from __future__ import annotations

from typing import IO

import msgspec

from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels, Region

# Longer ones are a sign that something writes into the pipe that should not; an image file may be that large.
_LONGEST = 512 << 20


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """The first word to the process: which engine for which project. `model_file` is empty for an engine that learns;
    `model_classes` names its outputs in their order. `memory_limit` is in bytes, `cpu_limit` in seconds of
    processor time for one proposal; 0 for none."""

    engine: str
    kind: str
    classes: tuple[str, ...]
    model_file: str = ""
    model_classes: tuple[str, ...] = ()
    memory_limit: int = 0
    cpu_limit: float = 0


class Learn(msgspec.Struct, frozen=True, tag="learn"):
    """One labeled image. There is no answer."""

    image: bytes
    labels: Labels
    refused: tuple[Region, ...] = ()


class Fit(msgspec.Struct, frozen=True, tag="fit"):
    """Learn from all images that were sent. Answered by Progress, then Fitted or Failed."""


class Propose(msgspec.Struct, frozen=True, tag="propose"):
    """Answered by Proposed or Failed."""

    image: bytes


class LearnMore(msgspec.Struct, frozen=True, tag="more"):
    """One more labeled image for the model that there is, at once. Answered by LearnedMore or Failed."""

    image: bytes
    labels: Labels
    refused: tuple[Region, ...] = ()


class Restore(msgspec.Struct, frozen=True, tag="restore"):
    """What the engine kept, instead of learning. Answered by Restored or Failed."""

    kept: bytes


ToEngine = Begin | Learn | Fit | Propose | LearnMore | Restore


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The answer to Begin."""

    name: str
    version: str
    least: int


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    what: str
    done: int
    total: int


class Fitted(msgspec.Struct, frozen=True, tag="fitted"):
    """`held_back` and `truth` lie beside each other: what was proposed for images that were not learned from. `kept` is
    what the model knows, where it can say that; empty where it cannot. `seconds` are of processor time."""

    held_back: tuple[Labels, ...]
    truth: tuple[Labels, ...]
    images: int
    seconds: float
    megabytes: float
    kept: bytes = b""


class Proposed(msgspec.Struct, frozen=True, tag="proposed"):
    labels: Labels
    size: Size
    seconds: float


class LearnedMore(msgspec.Struct, frozen=True, tag="learned"):
    """`did`: the model can learn so, and has."""

    did: bool


class Restored(msgspec.Struct, frozen=True, tag="restored"):
    """The model is as it was."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """`message` is for a person. `is_image`: nothing can be done with this image, others may do. `is_passing`: the engine
    depends on something that may be back later."""

    message: str
    mend: str = ""
    is_image: bool = False
    is_passing: bool = False


FromEngine = Ready | Progress | Fitted | Proposed | LearnedMore | Restored | Failed


class BrokenPipe(Exception):
    """The other side has ended, or says what nobody understands."""


def send(stream: IO[bytes], message: msgspec.Struct) -> None:
    """Raises BrokenPipe."""
    body = msgspec.msgpack.encode(message)
    try:
        stream.write(len(body).to_bytes(4, "big") + body)
        stream.flush()
    except (OSError, ValueError) as error:
        raise BrokenPipe("the pipe is closed") from error


def receive(stream: IO[bytes], kind: type[msgspec.Struct] | object) -> object:
    """The next message, of one of the types of the union `kind`. Raises BrokenPipe."""
    head = _exactly(stream, 4)
    length = int.from_bytes(head, "big")
    if length > _LONGEST:
        raise BrokenPipe("a message of an impossible length")
    try:
        message: object = msgspec.msgpack.decode(_exactly(stream, length), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenPipe("a message that cannot be read") from error
    return message


def _exactly(stream: IO[bytes], count: int) -> bytes:
    parts = []
    while count:
        try:
            part = stream.read(count)
        except (OSError, ValueError) as error:
            raise BrokenPipe("the pipe is closed") from error
        if not part:
            raise BrokenPipe("the process has ended")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
