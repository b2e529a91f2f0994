"""CVAT for images 1.1: `annotations.xml`, as CVAT writes it for a task, or for a project where there is a split.

Corners are in pixels, from the upper left; a polygon is `x,y;x,y;…`; a class for the whole image is a `tag`. CVAT finds
images by `name`, which is the path in the datastore. It knows the parts of a split as the subsets Train and Validation.
What CVAT says besides (who, when, which server) is left out: the same labels give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tui_labeler.formats.clipping import clipped_box, clipped_points
from tui_labeler.formats.files import durable
from tui_labeler.formats.numbers import plain_number
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.project import ProjectSpec, TaskType

FILE_NAME = "annotations.xml"
_PARTS = ("Train", "Validation")
# What XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_SHAPES = {TaskType.DETECTION: "rectangle", TaskType.SEGMENTATION: "polygon"}


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Images whose names XML cannot write are left out and counted ("not_for_xml")."""
    tally = Tally()
    polygons = spec.details.type is TaskType.SEGMENTATION
    with durable(folder / FILE_NAME) as file:
        tally.bytes += file.write(_head(spec, rows.is_split).encode())
        for image in told(rows, progress):
            if _NOT_XML.search(image.path):
                tally.leave_out("not_for_xml")
                continue
            shapes = list(_shapes(image, polygons))
            size, subset = image.labels.size, f' subset="{part_name(image, *_PARTS)}"' if rows.is_split else ""
            tally.bytes += file.write(
                (
                    f'  <image id="{tally.rows}" name={quoteattr(image.path)}{subset} width="{size.width}" '
                    f'height="{size.height}">\n{"".join(shapes)}  </image>\n'
                ).encode()
            )
            tally.row(image, len(shapes))
            tally.leave_out("degenerate", len(image.labels.regions) + len(image.labels.tags) - len(shapes))
        tally.bytes += file.write(b"</annotations>\n")
    return tally.written(FILE_NAME)


def _head(spec: ProjectSpec, is_split: bool) -> str:
    kind = _SHAPES.get(spec.details.type, "tag")
    labels = "".join(
        f"        <label>\n          <name>{escape(name)}</name>\n          <type>{kind}</type>\n"
        "          <attributes></attributes>\n        </label>\n"
        for name in spec.classes.names
    )
    outer = "project" if is_split else "task"
    subsets = f"      <subsets>{chr(10).join(_PARTS)}</subsets>\n" if is_split else "      <mode>annotation</mode>\n"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta>\n'
        f"    <{outer}>\n      <name>{escape(spec.details.name)}</name>\n{subsets}"
        f"      <labels>\n{labels}      </labels>\n    </{outer}>\n  </meta>\n"
    )


def _shapes(image: LabeledImage, polygons: bool) -> Iterator[str]:
    labels = image.labels
    for tag in labels.tags:
        yield f'    <tag label={quoteattr(tag)} source="manual"></tag>\n'
    for region in labels.regions:
        name = quoteattr(region.name)
        if polygons:
            points = clipped_points(region, labels.size)
            if points is not None:
                text = ";".join(f"{plain_number(x)},{plain_number(y)}" for x, y in points)
                yield f'    <polygon label={name} source="manual" occluded="0" points="{text}" z_order="0"></polygon>\n'
            continue
        box = clipped_box(region, labels.size)
        if box is not None:
            corners = (
                f'xtl="{plain_number(box.x0)}" ytl="{plain_number(box.y0)}" '
                f'xbr="{plain_number(box.x1)}" ybr="{plain_number(box.y1)}"'
            )
            yield f'    <box label={name} source="manual" occluded="0" {corners} z_order="0"></box>\n'
