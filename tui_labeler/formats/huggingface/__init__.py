"""Hugging Face's image datasets: metadata.jsonl, metadata.csv or parquet files beside the images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec

INSTALL = "pip install pyarrow"


class HuggingFace(Format):
    name = "huggingface"
    title = "Hugging Face"
    text = "metadata.jsonl (ImageFolder), or parquet"
    reads = EVERY_KIND
    writes = EVERY_KIND
    with_images = True
    places_images = True
    options = ("box", "coordinates")
    cannot = (
        "Parquet needs the package pyarrow.",
        "Images in a parquet file are matched by their names; without names they cannot be.",
    )

    def detect(self, source: Source) -> Detection | None:
        for name in source.ending(".jsonl")[:64]:
            if b'"file_name"' in source.head(name) or b'_file_name"' in source.head(name):
                sure = Sure.CERTAIN if name.rpartition("/")[2] == "metadata.jsonl" else Sure.LIKELY
                return Detection(sure, f"{name} has file_name in its lines")
        for name in source.ending(".parquet")[:8]:
            if source.head(name).startswith(b"PAR1"):
                return Detection(Sure.LIKELY, f"{name} is parquet")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.huggingface.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.huggingface.write import write

        return write(folder, spec, rows, progress)


class HuggingFaceParquet(Format):
    name = "huggingface-parquet"
    title = "HF parquet"
    text = "Hugging Face’s, images and labels in one"
    writes = EVERY_KIND
    with_images = True
    places_images = True

    @property
    def missing(self) -> str:
        from importlib.util import find_spec

        return "" if find_spec("pyarrow") else f"Not installed: {INSTALL}"

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.huggingface.parquet_write import write

        return write(folder, spec, rows, progress)
