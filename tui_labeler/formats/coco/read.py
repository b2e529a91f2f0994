"""COCO read in a stream: also Azure ML's own export, whose boxes are shares of the image's size and whose sizes are 0.

Images and annotations are two lists, in any order, and memory does not grow with the file. It is looked at twice: first
at the ids alone (survey), then at everything. Where the annotations stand in the order of their images, as in most
exports, both lists are read side by side (merge); else rows are brought together in buckets (deal).
"""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.coco.convert import Converter
from tui_labeler.formats.coco.hash_join import in_buckets
from tui_labeler.formats.coco.merge_join import side_by_side
from tui_labeler.formats.coco.scan import scan
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """A file, or every JSON file of a folder. Raises BadInput with file and place."""
    files = source.files if not source.is_folder else source.ending(".json")
    if not files:
        raise BadInput(f"There is no .json file in {source.path}.", "Name the file.")
    for name in files:
        yield from _read_file(source, name)


def _read_file(source: Source, name: str) -> Iterator[ReadImage]:
    shown = source.shown(name)
    with source.open(name) as file:
        found = scan(JsonStream(file, shown), shown)
        images = JsonStream(source.window(name, file, found.images), shown, found.images)
        annotations = JsonStream(source.window(name, file, found.annotations), shown, found.annotations)
        converter = Converter(shown, found.categories, found.normalised)
        if found.in_order:
            yield from side_by_side(images, annotations, converter)
        else:
            yield from in_buckets(images, annotations, converter, source.size(name))
