"""CSV, one row a region (or a tag), as RFC 4180 has it, and safe to open in a spreadsheet.

Corners are in pixels, from the upper left. An image without regions has one row whose label is empty. A text that a
spreadsheet would run as a formula gets an apostrophe in front (OWASP's rule), and loses it again when it is read here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from tui_labeler.formats.clipping import clipped_box, clipped_points
from tui_labeler.formats.csvtable.cells import COLUMNS, FILE_NAME, safe_cell
from tui_labeler.formats.files import durable
from tui_labeler.formats.numbers import plain_number
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, told
from tui_labeler.model.geometry import Box, bounds
from tui_labeler.model.project import ProjectSpec, TaskType


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Writes `labels.csv`; the last column says which part of a split an image is in."""
    tally = Tally()
    kind = spec.details.type
    with durable(folder / FILE_NAME) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="", write_through=False)
        put = csv.writer(text).writerow  # RFC 4180: commas, CRLF, quotes doubled
        put(COLUMNS)
        for image in told(rows, progress):
            cells = list(_cells(kind, image))
            for row in cells or [("",) * 6]:
                size = image.labels.size
                put((safe_cell(image.path), size.width, size.height, safe_cell(row[0]), *row[1:], image.part))
            tally.row(image, len(cells))
            tally.leave_out("degenerate", len(image.labels.regions) + len(image.labels.tags) - len(cells))
        text.flush()
        tally.bytes = file.tell()
        text.detach()
    return tally.written(FILE_NAME)


def _cells(kind: TaskType, image: LabeledImage) -> Iterator[tuple[str, ...]]:
    """(label, four corners, polygon) of each region; the corners of a tag are empty."""
    labels = image.labels
    for tag in labels.tags:
        yield (tag, "", "", "", "", "")
    for region in labels.regions:
        if kind is TaskType.SEGMENTATION:
            points = clipped_points(region, labels.size)
            if points is not None:
                flat = " ".join(f"{plain_number(x)} {plain_number(y)}" for x, y in points)
                yield (region.name, *_corners(bounds(tuple(points))), flat)
        else:
            box = clipped_box(region, labels.size)
            if box is not None:
                yield (region.name, *_corners(box), "")


def _corners(box: Box) -> tuple[str, str, str, str]:
    return plain_number(box.x0), plain_number(box.y0), plain_number(box.x1), plain_number(box.y1)
