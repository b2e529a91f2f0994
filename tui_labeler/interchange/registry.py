"""Every format, by the name that the command line takes; each is imported when it is first used."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import cast

from tui_labeler.interchange.reading import Reader, opened
from tui_labeler.interchange.records import Writer
from tui_labeler.model.errors import BadInput, NotFound
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import FormatInfo

_REGIONS = (TaskType.DETECTION, TaskType.SEGMENTATION)

FORMATS = (
    FormatInfo("azureml", "Azure ML", "JSON Lines and an MLTable, for AutoML", tuple(TaskType)),
    FormatInfo("coco", "COCO", "instances_train.json, read nearly everywhere", _REGIONS),
    FormatInfo("yolo", "YOLO", "data.yaml, images and labels, for Ultralytics", _REGIONS),
    FormatInfo("voc", "Pascal VOC", "one XML file an image, corners from 1", (TaskType.DETECTION,)),
    FormatInfo("csv", "CSV", "one row a region, safe in a spreadsheet", tuple(TaskType)),
    FormatInfo("customvision", "Custom Vision", "tagged-images.json of Azure Custom Vision"),
    FormatInfo("labelme", "labelme", "one JSON file an image"),
    FormatInfo("labelstudio", "Label Studio", "its JSON export"),
)

# format -> where its writer and its reader are
_WRITERS = {"azureml": "azureml", "coco": "coco.write", "yolo": "yolo", "voc": "voc", "csv": "csvtable"}
_READERS = {
    "azureml": "azureml_read",
    "coco": "coco.read",
    "yolo": "yolo_read",
    "voc": "voc_read",
    "csv": "csvtable",
    "customvision": "customvision",
    "labelme": "labelme",
    "labelstudio": "labelstudio",
}


def info(name: str) -> FormatInfo:
    """Raises BadInput."""
    for one in FORMATS:
        if one.name == name:
            return one
    raise BadInput(f"There is no format “{name[:40]}”.", f"There are: {', '.join(one.name for one in FORMATS)}.")


def writer(name: str, kind: TaskType) -> Writer:
    """Raises BadInput where labels of the task type cannot be written so."""
    if problem := info(name).why_not(kind):
        possible = ", ".join(one.name for one in FORMATS if not one.why_not(kind))
        raise BadInput(problem, f"There are for it: {possible}.")
    return cast(Writer, importlib.import_module(f"tui_labeler.interchange.{_WRITERS[name]}").write)


def reader(name: str) -> Reader:
    """Raises BadInput."""
    info(name)
    return cast(Reader, importlib.import_module(f"tui_labeler.interchange.{_READERS[name]}").read)


def detect(path: Path) -> str:
    """The format of a file or folder, by its names and its first bytes. Raises NotFound, BadInput."""
    if not path.exists():
        raise NotFound(f"There is no file or folder {path}.", "Check its name.")
    found = _of_folder(path) if path.is_dir() else _of_file(path)
    if not found:
        names = ", ".join(one.name for one in FORMATS)
        raise BadInput(f"The format of {path} cannot be told from what is in it.", f"Name it: --format {names}.")
    return found


def _of_folder(path: Path) -> str:
    for pattern, name in (
        ("MLTable", "azureml"),
        ("*/MLTable", "azureml"),
        ("*.jsonl", "azureml"),
        ("data.yaml", "yolo"),
        ("data.yml", "yolo"),
        ("classes.txt", "yolo"),
        ("labels/classes.txt", "yolo"),
        ("annotations/instances_*.json", "coco"),
        ("Annotations/*.xml", "voc"),
        ("*.xml", "voc"),
        ("labels.csv", "csv"),
    ):
        if next(path.glob(pattern), None) is not None:
            return name
    first = next(path.glob("*.json"), None)
    return "labelme" if first is not None and _of_file(first) == "labelme" else ""


def _of_file(path: Path) -> str:
    suffix = path.suffix.lower()
    plain = {".jsonl": "azureml", ".csv": "csv", ".xml": "voc", ".yaml": "yolo", ".yml": "yolo"}.get(suffix, "")
    if plain or suffix != ".json":
        return "azureml" if path.name == "MLTable" else plain
    with opened(path) as file:
        head = file.read(1 << 16).lstrip(b"\xef\xbb\xbf \t\r\n")
        file.seek(max(path.stat().st_size - (1 << 14), 0))
        both = head + file.read(1 << 14)
    if head.startswith(b"["):
        return "labelstudio"
    if b'"shapes"' in both and b'"imagePath"' in both:
        return "labelme"
    if b'"files"' in head and b'"filename"' in head:
        return "customvision"
    return "coco" if any(key in both for key in (b'"categories"', b'"annotations"', b'"images"')) else ""
