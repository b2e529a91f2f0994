"""Every format, by the name that the command line takes; each is imported when it is first used.

This package's own stand in a table; those of other packages come by the entry point group `tui_labeler.formats`, whose
entries are `Format` objects, or classes of them.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from pathlib import Path

import msgspec

from tui_labeler.formats.foreign import foreign_tool, named_tool
from tui_labeler.formats.format import Detection, Format, Sure
from tui_labeler.formats.maskfolders import holds_masks
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import TaskType
from tui_labeler.model.reasons import in_words

GROUP = "tui_labeler.formats"
_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".7z", ".rar", ".gz")
# name -> where its object is, in the order in which people see them
_OURS = {
    "azureml": "tui_labeler.formats.azureml:AzureML",
    "coco": "tui_labeler.formats.coco:Coco",
    "yolo": "tui_labeler.formats.yolo:Yolo",
    "voc": "tui_labeler.formats.voc:Voc",
    "csv": "tui_labeler.formats.csvtable:Csv",
    "customvision": "tui_labeler.formats.customvision:CustomVision",
    "labelme": "tui_labeler.formats.labelme:Labelme",
    "labelstudio": "tui_labeler.formats.labelstudio:LabelStudio",
    "labelstudio-predictions": "tui_labeler.formats.labelstudio:LabelStudioPredictions",
    "cvat": "tui_labeler.formats.cvat:Cvat",
    "createml": "tui_labeler.formats.createml:CreateML",
    "vott": "tui_labeler.formats.vott:Vott",
    "aws": "tui_labeler.formats.awsmanifest:AwsManifest",
    "supervisely": "tui_labeler.formats.supervisely:Supervisely",
    "huggingface": "tui_labeler.formats.huggingface:HuggingFace",
    "huggingface-parquet": "tui_labeler.formats.huggingface:HuggingFaceParquet",
    "folders": "tui_labeler.formats.folders:Folders",
    "via": "tui_labeler.formats.via:Via",
    "openimages": "tui_labeler.formats.openimages:OpenImages",
    "vertex": "tui_labeler.formats.vertex:Vertex",
    "kitti": "tui_labeler.formats.kitti:Kitti",
    "dota": "tui_labeler.formats.dota:Dota",
    "wider": "tui_labeler.formats.wider:Wider",
    "mot": "tui_labeler.formats.mot:Mot",
    "coco-results": "tui_labeler.formats.cocoresults:CocoResults",
}


def names() -> tuple[str, ...]:
    """Every format's name, this package's own first; nothing is imported."""
    others = sorted({point.name for point in importlib.metadata.entry_points(group=GROUP)} - _OURS.keys())
    return (*_OURS, *others)


def get(name: str) -> Format:
    """Raises BadInput."""
    if where := _OURS.get(name):
        module, _, attribute = where.partition(":")
        loaded = getattr(importlib.import_module(module), attribute)
    else:
        points = [point for point in importlib.metadata.entry_points(group=GROUP) if point.name == name]
        if not points:
            raise BadInput(f"There is no format “{name[:40]}”.", f"There are: {', '.join(names())}.")
        loaded = _load(points[0])
    file_format = loaded() if isinstance(loaded, type) else loaded
    if not isinstance(file_format, Format):
        raise BadInput(f"The format “{name[:40]}” is not a Format of tui_labeler.formats.", "Ask whoever wrote it.")
    return file_format


def _load(point: importlib.metadata.EntryPoint) -> object:
    """Raises BadInput for a package that cannot be imported: a broken one must not take the others along."""
    try:
        return point.load()
    except Exception as error:
        raise BadInput(
            f"The format “{point.name}” cannot be loaded: {in_words(error)}.", "Ask whoever wrote it."
        ) from error


def formats() -> tuple[Format, ...]:
    """All of them that can be loaded, which imports them (not their readers and writers)."""
    loaded = []
    for name in names():
        try:
            loaded.append(get(name))
        except BadInput:
            if name in _OURS:
                raise
    return tuple(loaded)


def readable() -> tuple[Format, ...]:
    return tuple(file_format for file_format in formats() if file_format.reads)


def writable(kind: TaskType) -> tuple[Format, ...]:
    return tuple(file_format for file_format in formats() if kind in file_format.writes)


def writer(name: str, kind: TaskType) -> Format:
    """Raises BadInput where labels of the task type cannot be written so."""
    file_format = get(name)
    if problem := file_format.info.why_not(kind):
        raise BadInput(problem, f"There are for it: {', '.join(choice.name for choice in writable(kind))}.")
    if file_format.missing:
        raise BadInput(f"{file_format.title} cannot be written here.", file_format.missing)
    return file_format


def reader(name: str) -> Format:
    """Raises BadInput."""
    file_format = get(name)
    if not file_format.reads:
        raise BadInput(f"{file_format.title} is written, not read.")
    return file_format


class Answer(msgspec.Struct, frozen=True):
    """What a format answered."""

    format: Format
    detection: Detection


def answers(source: Source) -> tuple[Answer, ...]:
    """What each reader says of the files, the surest first."""
    detected = []
    for file_format in readable():
        detection = file_format.detect(source)
        if detection is not None:
            detected.append(Answer(file_format, detection))
    return tuple(sorted(detected, key=lambda answer: -answer.detection.sure))


def detect(path: Path, source: Source | None = None) -> Answer:
    """The format of a file, folder or zip. Raises NotFound, and BadInput where none or more than one fits."""
    source = source or open_source(path)
    detected = answers(source)
    is_certain = bool(detected) and detected[0].detection.sure is Sure.CERTAIN
    if not is_certain and (tool := foreign_tool(source) or ("" if detected else named_tool(source))):
        what = f"{path} seems to be of {tool}, which is not read."
        raise BadInput(what, "Export or convert it as COCO, Pascal VOC or YOLO, and import that.")
    if (not detected or detected[0].format.name == "folders") and holds_masks(source):
        what = f"{path} holds masks as images, which are not read."
        raise BadInput(what, "Convert them to COCO, with the class of each mask.")
    if not detected and (packed := source.ending(*_ARCHIVES)):
        raise BadInput(
            f"{path} holds no labels but an archive: {packed[0]}.", "Import a zip itself; unpack others first."
        )
    if not detected:
        listed = ", ".join(file_format.name for file_format in readable())
        raise BadInput(f"The format of {path} cannot be told from what is in it.", f"Name it: --format {listed}.")
    best = [answer for answer in detected if answer.detection.sure == detected[0].detection.sure]
    if len(best) > 1:
        both = "; ".join(f"{answer.format.title} ({answer.detection.why})" for answer in best)
        listed = ", ".join(answer.format.name for answer in best)
        raise BadInput(f"{path.name} could be more than one format: {both}.", f"Name it: --format {listed}.")
    return best[0]
