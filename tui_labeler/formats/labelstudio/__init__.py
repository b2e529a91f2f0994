"""Label Studio's JSON and tables of tasks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.format import EVERY_KIND, Detection, Format, Sure
from tui_labeler.formats.labelstudio.signature import TABLES, candidates, form_of, is_table_of_tasks
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.writing import Progress, Rows, Written
from tui_labeler.model.project import ProjectSpec


class LabelStudio(Format):
    name = "labelstudio"
    title = "Label Studio"
    text = "its JSON exports, with predictions"
    reads = EVERY_KIND
    writes = EVERY_KIND
    names_urls = True
    options = ("rotated",)
    cannot = ("Brushes, ellipses, key points and relations are not read.",)

    def detect(self, source: Source) -> Detection | None:
        for name in candidates(source)[:8]:
            if form := form_of(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} is {form.value}")
        for name in source.ending(*TABLES)[:8]:
            if is_table_of_tasks(source.head(name)):
                return Detection(Sure.CERTAIN, f"{name} is a table of tasks")
        return None

    def read(self, source: Source, reading: Reading) -> Iterator[ReadImage]:
        from tui_labeler.formats.labelstudio.read import read

        return read(source, reading)

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.labelstudio.write import write

        return write(folder, spec, rows, progress)


class LabelStudioPredictions(Format):
    name = "labelstudio-predictions"
    title = "LS predictions"
    text = "Label Studio’s, to be looked at there"
    writes = EVERY_KIND
    names_urls = True

    def write(self, folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        from tui_labeler.formats.labelstudio.write import write

        return write(folder, spec, rows, progress, predictions=True)
