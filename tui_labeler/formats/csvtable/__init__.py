"""Tables: a row a region, or a row an image."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec


class Csv(Format):
    name = "csv"
    title = "CSV"
    text = "one row a region, safe in a spreadsheet"
    writes = EVERY_KIND
    reads = EVERY_KIND
    options = ("coordinates", "corners", "box", "columns")

    def detect(self, source: Source) -> Detection | None:
        tables = source.ending(".csv", ".tsv")
        if not tables and not source.is_folder and source.path.suffix.lower() == ".txt":
            head = source.head(source.path.name).split(b"\n")[0]
            if head.count(b",") > 1 or head.count(b"\t") > 1 or head.count(b";") > 1:
                return Detection(Sure.POSSIBLE, f"{source.path.name} is a table")
        return Detection(Sure.POSSIBLE, f"{tables[0]} is a table") if tables else None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.csvtable.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.csvtable.write import write

        return write(folder, spec, rows, progress)
