"""Backends that look for what a text names (GroundingDINO): each class is asked for by its name, as if a person had typed
it into the text area of Label Studio's interactive context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from tui_labeler.assist.backend.answers import region_of, results_of
from tui_labeler.assist.backend.wording import IMAGE, PROMPT
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Region

# Every class is a question of its own.
_MOST = 20


def asked_for(classes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(class, the text that names it) of the first classes: its own words, without those that it is below."""
    return tuple((name, " ".join(name.rpartition("/")[2].split("_")).strip() or name) for name in classes[:_MOST])


def context_of(text: str, size: Size) -> dict[str, Any]:
    """What a person has typed, as Label Studio tells it."""
    result = {
        "id": "asked",
        "type": "textarea",
        "from_name": PROMPT,
        "to_name": IMAGE,
        "original_width": size.width,
        "original_height": size.height,
        "image_rotation": 0,
        "value": {"text": [text]},
    }
    return {"result": [result]}


def regions_of(content: bytes, name: str, size: Size) -> Iterator[Region]:
    """The boxes in an answer, whatever they are called there. Raises StrangeAnswer."""
    for fields, sure, _ in results_of(content):
        if "x" in fields:
            yield msgspec.structs.replace(region_of(fields, TaskType.DETECTION, ("",), size, sure), name=name)
