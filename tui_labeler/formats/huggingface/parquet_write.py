"""Hugging Face's parquet written: `data/train-00000-of-00001.parquet` with the images in it (and `data/validation-…`).

The schema carries the library's own description of the columns: `datasets` decodes the images and knows the names of
the classes. The rows are written in groups of at most 100 images or 64 MB: no more is held in memory.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tui_labeler.formats.files import flush_below
from tui_labeler.formats.huggingface.write import columns_of, name_of
from tui_labeler.formats.writing import Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import ProjectSpec, TaskType

_PARTS = ("train", "validation")
_MOST_ROWS = 100
_MOST_BYTES = 64 << 20
_IMAGE = "image.partial"


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Raises BadInput where images are to stay where they are."""
    if rows.place is None:
        raise BadInput("Hugging Face's parquet holds the images themselves.", "Export with --images auto.")
    tally = Tally()
    (folder / "data").mkdir()
    schema = _schema(spec)
    ids = {name: at for at, name in enumerate(spec.classes.names)}
    paths = {name: folder / "data" / f"{name}-00000-of-00001.parquet" for name in rows.parts(*_PARTS)}
    parts = {name: _Part(path, schema) for name, path in paths.items()}
    try:
        for image in told(rows, progress):
            rows.place(image.path, folder / _IMAGE)
            data = (folder / _IMAGE).read_bytes()
            (folder / _IMAGE).unlink()
            columns, kept = columns_of(spec.details.type, image)
            size = image.labels.size
            row = {"image": {"bytes": data, "path": name_of(image.path)}, "width": size.width, "height": size.height}
            parts[part_name(image, *_PARTS)].add(row | _numbered(columns, ids), len(data))
            tally.row(image, kept)
            tally.leave_out("degenerate", len(image.labels.regions) + len(image.labels.tags) - kept)
    finally:
        for part in parts.values():
            part.close()
    flush_below(folder)
    tally.bytes = sum(path.stat().st_size for path in paths.values())
    return tally.written(*(f"data/{path.name}" for path in paths.values()))


class _Part:
    """One file, written group by group."""

    def __init__(self, path: Path, schema: Any) -> None:
        from pyarrow import parquet

        self._schema = schema
        self._file = parquet.ParquetWriter(path, schema)
        self._waiting: list[dict[str, Any]] = []
        self._bytes = 0

    def add(self, row: dict[str, Any], size: int) -> None:
        self._waiting.append(row)
        self._bytes += size
        if len(self._waiting) >= _MOST_ROWS or self._bytes >= _MOST_BYTES:
            self._put()

    def _put(self) -> None:
        import pyarrow

        if self._waiting:
            self._file.write_table(pyarrow.Table.from_pylist(self._waiting, schema=self._schema))
        self._waiting, self._bytes = [], 0

    def close(self) -> None:
        try:
            self._put()
        finally:
            self._file.close()


def _numbered(columns: dict[str, Any], ids: dict[str, int]) -> dict[str, Any]:
    """Classes as their numbers."""

    def number(name: str) -> int:
        if name not in ids:
            what = f"The class “{name[:80]}” was taken out of the project, and still has labels: it has no number."
            raise BadInput(what, "Put it back, or choose the others with --class.")
        return ids[name]

    if "label" in columns:
        return {"label": number(columns["label"])}
    if "labels" in columns:
        return {"labels": [number(name) for name in columns["labels"]]}
    return {"objects": columns["objects"] | {"categories": [number(name) for name in columns["objects"]["categories"]]}}


def _schema(spec: ProjectSpec) -> Any:
    """Arrow's schema, with what `datasets` calls its features."""
    import pyarrow as pa

    kind = spec.details.type
    label = {"names": list(spec.classes.names), "_type": "ClassLabel"}
    columns: dict[str, Any] = {
        "image": pa.struct({"bytes": pa.binary(), "path": pa.string()}),
        "width": pa.int64(),
        "height": pa.int64(),
    }
    features: dict[str, Any] = {"image": {"_type": "Image"}, "width": _value("int64"), "height": _value("int64")}
    if kind is TaskType.CLASSIFICATION:
        columns["label"], features["label"] = pa.int64(), label
    elif kind is TaskType.MULTILABEL:
        columns["labels"], features["labels"] = pa.list_(pa.int64()), _list(label)
    else:
        fields = {"bbox": pa.list_(pa.list_(pa.float64())), "categories": pa.list_(pa.int64())}
        said = {"bbox": _list(_list(_value("float64"))), "categories": _list(label)}
        if kind is TaskType.SEGMENTATION:
            fields["segmentation"] = pa.list_(pa.list_(pa.list_(pa.float64())))
            said["segmentation"] = _list(_list(_list(_value("float64"))))
        columns["objects"], features["objects"] = pa.struct(fields), said
    about = json.dumps({"info": {"features": features}}, ensure_ascii=False)
    return pa.schema(columns, metadata={"huggingface": about})


def _value(dtype: str) -> dict[str, str]:
    return {"dtype": dtype, "_type": "Value"}


def _list(feature: dict[str, Any]) -> dict[str, Any]:
    return {"feature": feature, "_type": "List"}
