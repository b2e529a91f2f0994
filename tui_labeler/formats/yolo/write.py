"""YOLO as Ultralytics lays it out: `data.yaml`, `images/train`, `labels/train` (and `val`), one text file an image.

A line is `class x y width height`, centre and size as shares of the image (detection), or `class x1 y1 x2 y2 …`
(segmentation). Ultralytics 8.4 drops a whole image for one number above 1 or a class out of range, so that neither is
written; an image without regions has an empty file, which labelformat needs. `data.yaml` has no `path`: readers then
look beside it. Images lie in one folder under names of their own (see flatnames), since two readers do not look deeper,
and Ultralytics replaces the last `/images/` of a path.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from tui_labeler.formats.clipping import clipped_box, clipped_points
from tui_labeler.formats.files import flush_below
from tui_labeler.formats.unique_names import UniqueNames
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.project import ProjectSpec, TaskType

# Types that Ultralytics looks at; the others under the name of one that it knows, where the bytes are the same.
_SUFFIXES = {".jpg": ".jpg", ".jpeg": ".jpeg", ".png": ".png", ".bmp": ".bmp", ".tif": ".tif", ".tiff": ".tiff"}
_SUFFIXES |= {".webp": ".webp", ".jpe": ".jpg", ".jfif": ".jpg"}


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """GIF images are left out and counted ("not_for_yolo"): Ultralytics passes over them."""
    tally = Tally()
    parts = rows.parts("train", "val")
    for name in parts:
        for kind in ("images", "labels"):
            (folder / kind / name).mkdir(parents=True)
    ids = {name: number for number, name in enumerate(spec.classes.names)}
    names = UniqueNames(rows.paths())
    for image in told(rows, progress):
        flat = names.name(image.path)
        suffix = flat[flat.rfind(".") :]
        if suffix.lower() not in _SUFFIXES:
            tally.leave_out("not_for_yolo")
            continue
        stem = flat[: flat.rfind(".")]
        part = part_name(image, "train", "val")
        lines = _lines(spec.details.type, image, ids)
        text = "".join(f"{line}\n" for line in lines).encode()
        with (folder / "labels" / part / f"{stem}.txt").open("xb", buffering=0) as file:
            tally.bytes += file.write(text)
        if rows.place is not None:
            rows.place(image.path, folder / "images" / part / (stem + _SUFFIXES[suffix.lower()]))
        tally.row(image, len(lines))
        tally.leave_out("degenerate", len(image.labels.regions) - len(lines))
    text = _data(ids, parts).encode()
    tally.bytes += (folder / "data.yaml").write_bytes(text)
    flush_below(folder)
    return tally.written("data.yaml", *(f"{kind}/{name}/" for kind in ("images", "labels") for name in parts))


def _data(ids: dict[str, int], parts: tuple[str, ...]) -> str:
    """`data.yaml`; a JSON string is a YAML string, whatever is in it."""
    names = "".join(f"  {number}: {msgspec.json.encode(name).decode()}\n" for name, number in ids.items())
    return f"train: images/{parts[0]}\nval: images/{parts[-1]}\nnc: {len(ids)}\nnames:\n{names}"


def _lines(kind: TaskType, image: LabeledImage, ids: dict[str, int]) -> list[str]:
    size = image.labels.size
    lines = []
    for region in image.labels.regions:
        number = ids.setdefault(region.name, len(ids))
        if kind is TaskType.SEGMENTATION:
            points = clipped_points(region, size)
            if points is not None:
                lines.append(
                    " ".join([str(number), *(_share(x, size.width) + " " + _share(y, size.height) for x, y in points)])
                )
            continue
        box = clipped_box(region, size)
        if box is None:
            continue
        x, y = _share((box.x0 + box.x1) / 2, size.width), _share((box.y0 + box.y1) / 2, size.height)
        width, height = _share(box.width, size.width), _share(box.height, size.height)
        if float(width) > 0 and float(height) > 0:
            lines.append(f"{number} {x} {y} {width} {height}")
    return lines


def _share(value: float, whole: int) -> str:
    """Nine digits: a thousandth of a pixel in the largest image that a project takes."""
    return f"{min(value / whole, 1.0):.9f}"
