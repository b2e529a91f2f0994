"""Files of tools that are not read here, known by what stands in them: who has one is told what to do."""

from __future__ import annotations

import re

from tui_labeler.formats.dota.signature import is_text
from tui_labeler.formats.source import Source

# Whose it is, and texts that stand together in such a file only.
_TOOLS: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("Datumaro", (b'"dm_format_version"',)),
    ("Datumaro", (b'"label_id"', b'"items"')),
    ("CVAT (a task's backup)", (b'"shapes"', b'"tracks"', b'"frame"')),
    ("V7 Darwin", (b'"bounding_box"', b'"slots"')),
    ("V7 Darwin", (b'"item"', b'"slots"')),
    ("Labelbox", (b'"data_row"', b'"projects"')),
    ("Labelbox (its first format)", (b'"Labeled Data"', b'"External ID"')),
    ("MegaDetector", (b'"detection_categories"',)),
    ("BDD100K or Scalabel", (b'"box2d"',)),
    ("SuperAnnotate", (b'"className"', b'"instances"')),
    ("Kili", (b'"jsonResponse"',)),
    ("Dataloop", (b'"coordinates"', b'"filename"', b'"annotations"', b'"system"')),
    ("MMDetection", (b'"metainfo"', b'"data_list"')),
    ("CrowdHuman", (b'"gtboxes"',)),
    ("Prodigy", (b'"spans"', b'"_input_hash"')),
    ("FiftyOne", (b'"filepath"', b'"_cls"')),
    ("Cityscapes", (b'"imgHeight"', b'"objects"')),
    ("Encord", (b'"label_hash"', b'"data_units"')),
    ("Scale AI", (b'"task_id"', b'"response"', b'"attachment"')),
    ("Ultralytics' NDJSON", (b'"class_names"', b'"task"', b'"type"')),
    ("dlib's imglab", (b"<dataset>", b"<image file=", b"<box ")),
    ("UA-DETRAC", (b"<target_list>",)),
    ("Hasty", (b'"export_format_version"', b'"label_classes"')),
    ("V7 Darwin", (b'"bounding_box"', b'"image"', b'"filename"', b'"annotations"')),
    ("GeoJSON (xView, SpaceNet)", (b'"FeatureCollection"',)),
    ("Amazon SageMaker's trainer", (b'"file"', b'"image_size"', b'"annotations"', b'"class_id"')),
    ("VIA 3 (its CSV; its project is read)", (b"# CSV_HEADER = metadata_id",)),
    ("PaliGemma or Florence-2", (b'"suffix"', b"<loc")),
)
# The same, by how every line or the beginning looks.
_LOOKS = (
    ("FiftyOne", re.compile(rb'\s*\{\s*"classes"\s*:\s*(?:\[[^]]*\]|null)\s*,\s*"labels"\s*:\s*\{.*', re.S)),
    ("VisDrone", re.compile(rb"(?:(?:\d+,){4}[01],(?:1[01]|\d),[01],[0-2],?\s*\n)+")),
    ("VisDrone (videos)", re.compile(rb"(?:(?:\d+,){6}[01],(?:1[01]|\d),[01],[0-2],?\s*\n)+")),
)
# Known by their names, where nothing else is there.
_NAMED = (
    ("TensorFlow (TFRecord)", re.compile(r".*\.(?:tfrecords?|records?)(?:-\d+-of-\d+)?", re.S)),
    ("brat", re.compile(r".*\.ann", re.S)),
    ("Python's pickle, which can run programs", re.compile(r".*\.(?:pkl|pickle)", re.S)),
)
_SUFFIXES = (".json", ".jsonl", ".ndjson", ".odgt", ".xml", ".geojson", ".csv", ".txt")
_WHOLE_LINES = 1 << 12


def foreign_tool(source: Source) -> str:
    """Whose files these are; empty where they are nobody's that is known."""
    names = source.ending(*_SUFFIXES) if source.is_folder else source.files
    for name in names[:8]:
        ends = source.ends(name)
        if name.lower().endswith(".txt") and source.head(name).strip() and is_text(source.head(name)):
            return "ICDAR (text and where it stands)"
        for tool, texts in _TOOLS:
            if all(text in ends for text in texts):
                return tool
        for tool, look in _LOOKS:
            if look.fullmatch(_whole_lines(source.head(name))):
                return tool
    return ""


def named_tool(source: Source) -> str:
    """The same by the names of the files alone: for what no reader knows."""
    return next((tool for name in source.files[:64] for tool, look in _NAMED if look.fullmatch(name.lower())), "")


def _whole_lines(head: bytes) -> bytes:
    """The first lines, without one that may be cut, and each with its end."""
    if len(head) <= _WHOLE_LINES:
        return head.rstrip() + b"\n"
    return head[: head.rfind(b"\n", 0, _WHOLE_LINES) + 1] or head[:_WHOLE_LINES]
