"""Azure ML's JSON Lines and its `MLTable`, for AutoML for images."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.azureml.signature import files_of_rows
from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
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
        if names := files_of_rows(source):
            return Detection(Sure.CERTAIN, f"{names[0]} has image_url in each row")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.azureml.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.azureml.write import write

        return write(folder, spec, rows, progress)
