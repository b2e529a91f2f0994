"""Label Studio's JSON written: `tasks.json`, a list of tasks, and `config.xml`, the labeling interface that shows them.

Coordinates are percent of the image. A task has one annotation, or one prediction where the labels are to be looked at
again; an annotation without results says that there is nothing. A box that a person took over from a model is of the
origin "prediction". Images are named by their URLs. Where they lie on this machine's disk they are named by their paths,
or, where they come along, as files of Label Studio's local storage: its document root is the dataset's folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import msgspec

from tui_labeler.formats.clipping import clipped_box, clipped_points
from tui_labeler.formats.files import durable, sync_folder
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.regions import Region

CONFIG_NAME = "config.xml"
_LOCAL = "/data/local-files/?d="
# task type -> the control of the interface, what stands in it, and the type of a result
_CONTROLS = {
    TaskType.DETECTION: ("RectangleLabels", "Label", "rectanglelabels"),
    TaskType.SEGMENTATION: ("PolygonLabels", "Label", "polygonlabels"),
    TaskType.CLASSIFICATION: ("Choices", "Choice", "choices"),
    TaskType.MULTILABEL: ("Choices", "Choice", "choices"),
}
Fields = dict[str, Any]


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress, predictions: bool = False) -> Written:
    """Writes `tasks.json`, or `train.json` and `validation.json` for a split, and `config.xml`."""
    tally = Tally()
    parts = rows.parts("train", "validation") if rows.is_split else ("tasks",)
    lists = {name: (folder / f"{name}.json").open("xb", buffering=1 << 18) for name in parts}
    try:
        for image in told(rows, progress):
            file = lists[part_name(image, "train", "validation") if rows.is_split else "tasks"]
            results = list(_results(spec.details.type, image))
            task = _task(tally.rows + 1, _address(image, rows.beside), image, results, predictions)
            tally.bytes += file.write((b",\n" if file.tell() else b"[\n") + msgspec.json.encode(task))
            kept = len(image.labels.tags) or len(results)
            tally.row(image, kept)
            tally.leave_out("degenerate", len(image.labels.regions) + len(image.labels.tags) - kept)
        for file in lists.values():
            tally.bytes += file.write(b"\n]\n" if file.tell() else b"[]\n")
    finally:
        for file in lists.values():
            file.close()
    with durable(folder / CONFIG_NAME) as file:
        tally.bytes += file.write(_config(spec).encode())
    for name in lists:
        _flush(folder / f"{name}.json")
    sync_folder(folder)
    return tally.written(*(f"{name}.json" for name in lists), CONFIG_NAME)


def _flush(path: Path) -> None:
    from tui_labeler.wholefiles import flush

    with path.open("rb+") as file:
        flush(file)


def _address(image: LabeledImage, beside: str) -> str:
    if image.public_url:
        return image.public_url
    return _LOCAL + quote(f"{beside}/{image.path}", safe="/") if beside else image.path


def _task(number: int, address: str, image: LabeledImage, results: list[Fields], predictions: bool) -> Fields:
    task: Fields = {"id": number, "data": {"image": address}, "annotations": [], "predictions": []}
    if predictions:
        sure = image.labels.confidence
        task["predictions"] = [{"model_version": "tui-labeler", "score": sure, "result": results}]
    else:
        task["annotations"] = [{"id": number, "was_cancelled": False, "ground_truth": False, "result": results}]
    return task


def _results(kind: TaskType, image: LabeledImage) -> Iterator[Fields]:
    labels = image.labels
    name = _CONTROLS[kind][2]
    if labels.tags:
        yield _result(kind, "1", labels.size, {"choices": labels.tags})
    for number, region in enumerate(labels.regions, 1):
        value = _polygon(region, labels.size) if kind is TaskType.SEGMENTATION else _box(region, labels.size)
        if value is not None:
            origin = {"origin": "prediction"} if region.model else {"origin": "manual"}
            yield _result(kind, str(number), labels.size, value | {name: [region.name]}) | origin


def _result(kind: TaskType, number: str, size: Size, value: Fields) -> Fields:
    return {
        "id": f"r{number}",
        "type": _CONTROLS[kind][2],
        "from_name": "label",
        "to_name": "image",
        "original_width": size.width,
        "original_height": size.height,
        "image_rotation": 0,
        "value": value,
    }


def _box(region: Region, size: Size) -> Fields | None:
    box = clipped_box(region, size)
    if box is None:
        return None
    x, y = 100 * box.x0 / size.width, 100 * box.y0 / size.height
    width, height = 100 * box.width / size.width, 100 * box.height / size.height
    return {"x": x, "y": y, "width": width, "height": height, "rotation": 0}


def _polygon(region: Region, size: Size) -> Fields | None:
    points = clipped_points(region, size)
    if points is None:
        return None
    return {"points": [(100 * x / size.width, 100 * y / size.height) for x, y in points], "closed": True}


def _config(spec: ProjectSpec) -> str:
    """The labeling interface: Label Studio refuses tasks whose results name a control that it does not have."""
    control, inner, _ = _CONTROLS[spec.details.type]
    choice = {TaskType.CLASSIFICATION: ' choice="single"', TaskType.MULTILABEL: ' choice="multiple"'}
    names = "".join(f"    <{inner} value={quoteattr(name)}/>\n" for name in spec.classes.names)
    opening = f'<{control} name="label" toName="image"{choice.get(spec.details.type, "")}>'
    return f'<View>\n  <Image name="image" value="$image"/>\n  {opening}\n{names}  </{control}>\n</View>\n'
