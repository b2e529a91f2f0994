"""Pascal VOC: `Annotations/*.xml`, `ImageSets/Main/*.txt`, `labelmap.txt`, and `JPEGImages` where images come along.

The corners are VOC's own: whole pixels, counted from 1, the last one included. A box (x0, y0, x1, y1) in our edges is
written as xmin = x0 + 1, ymin = y0 + 1, xmax = x1, ymax = y1, rounded to whole pixels and never empty. Readers differ in
what they make of it: supervision gives our edges back; labelformat, globox and datumaro take the numbers as they stand.
`labelmap.txt` is for datumaro, which knows no classes without it.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from tui_labeler.formats.clipping import clipped_box
from tui_labeler.formats.files import flush_below
from tui_labeler.formats.unique_names import UniqueNames
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.regions import Region


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """One XML file an image; the sets name the images of each part."""
    tally = Tally()
    parts = rows.parts("train", "val")
    sets = folder / "ImageSets" / "Main"
    for subfolder in (folder / "Annotations", sets, *((folder / "JPEGImages",) if rows.place else ())):
        subfolder.mkdir(parents=True)
    names = UniqueNames(rows.paths())
    lists = {name: (sets / f"{name}.txt").open("xb") for name in parts}
    try:
        for image in told(rows, progress):
            flat = names.name(image.path)
            stem = flat[: flat.rfind(".")]
            regions = [
                (region, box)
                for region in image.labels.regions
                if (box := corners(region, image.labels.size)) is not None
            ]
            with (folder / "Annotations" / f"{stem}.xml").open("xb", buffering=0) as file:
                tally.bytes += file.write(_document(image, flat, regions).encode())
            tally.bytes += lists[part_name(image, "train", "val")].write(f"{stem}\n".encode())
            if rows.place is not None:
                rows.place(image.path, folder / "JPEGImages" / flat)
            tally.row(image, len(regions))
            tally.leave_out("degenerate", len(image.labels.regions) - len(regions))
    finally:
        for list_file in lists.values():
            list_file.close()
    lines = ["# label:color_rgb:parts:actions", "background:0,0,0::", *(f"{name}:::" for name in spec.classes.names)]
    tally.bytes += (folder / "labelmap.txt").write_bytes("".join(f"{line}\n" for line in lines).encode())
    flush_below(folder)
    files = ["Annotations/", *(f"ImageSets/Main/{name}.txt" for name in parts), "labelmap.txt"]
    return tally.written(*files, *(("JPEGImages/",) if rows.place else ()))


def corners(region: Region, size: Size) -> tuple[int, int, int, int] | None:
    """xmin, ymin, xmax, ymax as VOC counts them; None for a region without an extent inside the image."""
    box = clipped_box(region, size)
    if box is None:
        return None
    x0, x1 = _whole(box.x0, box.x1, size.width)
    y0, y1 = _whole(box.y0, box.y1, size.height)
    return x0 + 1, y0 + 1, x1, y1


def _whole(low: float, high: float, limit: int) -> tuple[int, int]:
    """The nearest whole edges; the pixel in the middle for what is narrower than one."""
    first, last = round(low), round(high)
    if last <= first:
        first = min(int((low + high) / 2), limit - 1)
        last = first + 1
    return first, last


def box_of(xmin: float, ymin: float, xmax: float, ymax: float) -> Box:
    """VOC's corners as our edges."""
    return Box(xmin - 1, ymin - 1, xmax, ymax)


def _document(image: LabeledImage, name: str, regions: list[tuple[Region, tuple[int, int, int, int]]]) -> str:
    size = image.labels.size
    objects = "".join(
        f"\t<object>\n\t\t<name>{escape(region.name)}</name>\n\t\t<pose>Unspecified</pose>\n"
        "\t\t<truncated>0</truncated>\n\t\t<difficult>0</difficult>\n"
        f"\t\t<bndbox>\n\t\t\t<xmin>{x0}</xmin>\n\t\t\t<ymin>{y0}</ymin>\n"
        f"\t\t\t<xmax>{x1}</xmax>\n\t\t\t<ymax>{y1}</ymax>\n\t\t</bndbox>\n\t</object>\n"
        for region, (x0, y0, x1, y1) in regions
    )
    return (
        f"<annotation>\n\t<folder>JPEGImages</folder>\n\t<filename>{escape(name)}</filename>\n"
        f"\t<path>{escape(image.path)}</path>\n"
        f"\t<source>\n\t\t<database>{_database(image)}</database>\n"
        "\t\t<annotation>tui-labeler, corners from 1</annotation>\n"
        "\t</source>\n"
        f"\t<size>\n\t\t<width>{size.width}</width>\n\t\t<height>{size.height}</height>\n\t\t<depth>3</depth>\n\t</size>\n"
        f"\t<segmented>0</segmented>\n{objects}</annotation>\n"
    )


def _database(image: LabeledImage) -> str:
    """Where the image is, for everyone; a folder of this machine is nobody else's business."""
    return escape(image.public_url) or "Unknown"
