"""Small files as other tools write them, and what is read from them, in a form that is easily written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage, ReadRegion
from tui_labeler.model.geometry import bounds
from tui_labeler.model.transfers import ReadOptions

Files = dict[str, Any]


def placed(folder: Path, files: Files) -> Path:
    """Writes the files: texts and bytes as they are, a list of objects in a .jsonl or .manifest as lines, else JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, "utf-8", newline="")
        elif name.endswith((".jsonl", ".manifest")):
            path.write_text("".join(json.dumps(row) + "\n" for row in content), "utf-8")
        else:
            path.write_text(json.dumps(content), "utf-8")
    return folder


def read(path: Path, format_name: str, reading: Reading | None = None) -> list[ReadImage]:
    """As an import does it: the format is told from the files."""
    source = open_source(path)
    assert registry.detect(path, source).format.name == format_name
    return list(registry.reader(format_name).read(source, reading or Reading()))


def said(images: list[ReadImage]) -> dict[str, Any]:
    """Image -> its regions as (class, x0, y0, x1, y1) and tags; what is left out as “-reason”; else what is stated."""
    document: dict[str, Any] = {}
    for image in images:
        all_of_it: list[Any] = [_region(region) for region in image.regions]
        all_of_it += image.tags
        all_of_it += [f"-{left.reason}" for left in image.left_out]
        document[image.name] = all_of_it or image.stated.value
    return document


def _region(region: ReadRegion) -> tuple[Any, ...]:
    box = region.box or (region.mask.box() if region.mask is not None else bounds(region.points))
    assert box is not None
    return (region.name, *(round(value, 4) for value in (box.x0, box.y0, box.x1, box.y1)))


STRICT = ReadOptions(strict=True)
