"""Azure ML's JSON Lines and its `MLTable`, for AutoML for images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.jsonlines import first_object
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec


class AzureML(Format):
    name = "azureml"
    title = "Azure ML"
    text = "JSON Lines and an MLTable, for AutoML"
    writes = EVERY_KIND
    reads = EVERY_KIND
    names_urls = True
    options = ("coordinates",)

    def detect(self, source: Source) -> Detection | None:
        for name in source.files:
            if name.rpartition("/")[2] == "MLTable":
                return Detection(Sure.CERTAIN, f"{name} is an MLTable")
        for name in source.ending(".jsonl")[:8]:
            row = first_object(source.head(name))
            if b'"image_url"' in source.head(name) and (row is None or "image_url" in row):
                return Detection(Sure.CERTAIN, f"{name} has image_url in each line")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.azureml.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.azureml.write import write

        return write(folder, spec, rows, progress)
