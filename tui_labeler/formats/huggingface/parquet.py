"""Rows of parquet files, some at a time, by pyarrow where it is installed. The images' own bytes are never read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from tui_labeler.formats.records import Place
from tui_labeler.formats.source import FileSource, FolderSource, Source
from tui_labeler.formats.values import Fields, fields_of, text_of
from tui_labeler.model.errors import BadInput

_ROWS = 512


def parquet_rows(
    source: Source, name: str
) -> tuple[Callable[[], Iterator[tuple[Place, Fields]]], dict[str, list[str]]]:
    """The rows, as often as they are asked for, and the names of classes by column that the file itself gives. Raises
    BadInput where pyarrow is not installed, or cannot read the file."""
    shown = source.shown(name)
    if not isinstance(source, (FolderSource, FileSource)):
        raise BadInput(f"{shown} is parquet in a zip.", "Unpack it, and import the folder.")
    path = source.full_path(name)
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        what = f"{shown} is parquet, which the package pyarrow reads; it is not installed."
        raise BadInput(what, "Install it (pip install pyarrow), or export the dataset with metadata.jsonl.") from None
    try:
        table = parquet.ParquetFile(path)
        schema = table.schema_arrow
    except (ArrowException, OSError) as error:
        raise BadInput(f"{shown} cannot be read: {error}.", "Download it again.") from None
    columns = [column.path for column in table.schema if not column.path.endswith(".bytes")]

    def rows() -> Iterator[tuple[Place, Fields]]:
        number = 0
        try:
            for batch in table.iter_batches(_ROWS, columns=columns):
                for row in batch.to_pylist():
                    number += 1
                    yield Place(shown, ", row ", number), row
        except (ArrowException, OSError) as error:
            raise BadInput(f"{shown} cannot be read: {error}.", "Download it again.") from None

    return rows, _names(schema.metadata or {})


def _names(metadata: dict[bytes, bytes]) -> dict[str, list[str]]:
    """What the library `datasets` writes beside the schema."""
    try:
        about = json.loads(metadata.get(b"huggingface", b"{}"))
    except ValueError:
        return {}
    features = fields_of(fields_of(fields_of(about).get("info")).get("features"))
    return {column: names for column, feature in features.items() if (names := _class_label(feature))}


def _class_label(feature: Any) -> list[str]:
    if isinstance(feature, list):
        return next((names for item in feature if (names := _class_label(item))), [])
    fields = fields_of(feature)
    if fields.get("_type") == "ClassLabel":
        return [text_of(name) for name in fields.get("names") or ()]
    return next(
        (names for value in fields.values() if isinstance(value, (dict, list)) and (names := _class_label(value))), []
    )
