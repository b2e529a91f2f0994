"""COCO read in a stream: also Azure ML's own export, whose boxes are shares of the image's size and whose sizes are 0.

Images and annotations are two lists, in any order, and memory does not grow with the file. It is looked at twice: first
at the ids alone (survey), then at everything. Where the annotations stand in the order of their images, as in most
exports, both lists are read side by side (merge); else rows are brought together in buckets (deal).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from tui_labeler.formats.coco.convert import Converter
from tui_labeler.formats.coco.hash_join import in_buckets
from tui_labeler.formats.coco.merge_join import side_by_side
from tui_labeler.formats.coco.scan import scan
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.formats.source import Source, folder_of
from tui_labeler.model.errors import BadInput

_PRIMARY = "instances_"
_SECONDARY = ("captions_", "person_keypoints_", "image_info_", "panoptic_", "stuff_")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """A file, or the COCO files of a folder. Raises BadInput with file and place."""
    reading.box_is = "" if reading.options.box else "size"
    if not source.is_folder:
        yield from _read_file(source, source.files[0], reading)
        return
    names = _chosen(source, reading)
    if not names:
        what = f"There is no COCO file in {source.path}: no JSON with “images”, “annotations” and “categories”."
        raise BadInput(what, "Name the file, or its format with --format.")
    for name in names:
        yield from _read_file(source, name, reading)


def _chosen(source: Source, reading: Reading) -> list[str]:
    """The files that are COCO; of the official ones of a folder those with all boxes."""
    coco_files = []
    for name in source.ending(".json"):
        if looks_like_coco(source.ends(name)):
            coco_files.append(name)
        else:
            reading.pass_over("other_file", source.shown(name))
    with_boxes = {posixpath.dirname(name) for name in coco_files if posixpath.basename(name).startswith(_PRIMARY)}
    chosen = []
    for name in coco_files:
        if posixpath.dirname(name) in with_boxes and posixpath.basename(name).startswith(_SECONDARY):
            reading.pass_over("other_file", source.shown(name))
        else:
            chosen.append(name)
    return chosen


def looks_like_coco(ends: bytes) -> bool:
    """By the first and last bytes of a file."""
    keys = sum(key in ends for key in (b'"categories"', b'"annotations"', b'"images"'))
    return ends.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") and keys > 1


def _read_file(source: Source, name: str, reading: Reading) -> Iterator[ReadImage]:
    shown = source.shown(name)
    with source.open(name) as file:
        scanned = scan(JsonStream(file, shown), shown, reading)
        images = JsonStream(source.window(name, file, scanned.images), shown, scanned.images)
        annotations = JsonStream(source.window(name, file, scanned.annotations), shown, scanned.annotations)
        converter = Converter(shown, scanned, reading, folder_of(source, name))
        if scanned.in_order:
            yield from side_by_side(images, annotations, converter)
        else:
            yield from in_buckets(images, annotations, converter, source.size(name))
