"""Files of tools that are not read here, known by what stands in them: who has one is told what to do."""

from __future__ import annotations

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
    ("dlib's imglab", (b"<dataset>", b"<box top=")),
    ("UA-DETRAC", (b"<target_list>",)),
)
_SUFFIXES = (".json", ".jsonl", ".ndjson", ".odgt", ".xml")


def foreign_tool(source: Source) -> str:
    """Whose files these are; empty where they are nobody's that is known."""
    names = source.ending(*_SUFFIXES) if source.is_folder else source.files
    for name in names[:8]:
        ends = source.ends(name)
        for tool, texts in _TOOLS:
            if all(text in ends for text in texts):
                return tool
    return ""
