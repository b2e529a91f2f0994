"""What Label Studio's files begin with."""

from __future__ import annotations

import re
from enum import Enum

from tui_labeler.formats.jsonlines import first_object
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import Fields

TABLES = (".csv", ".tsv")
_TEXTS = (".json", ".jsonl", ".ndjson")
_TITLES = re.compile(rb"\b(?:annotator|annotation_id|lead_time)\b")
_LIST = re.compile(rb'^\s*\[\s*\{.*?"(?:annotations|completions|predictions|data)"\s*:', re.S)
_MINIMAL = re.compile(rb'"(annotator|annotation_id|lead_time)"\s*:')
_PAGE = re.compile(rb'^\s*\{.*?"tasks"\s*:\s*\[\s*\{', re.S)
_DATA = re.compile(rb'"data"\s*:\s*\{')
_ANSWERS = re.compile(rb'"(?:annotations|completions|predictions)"\s*:\s*\[')
_BARE = frozenset({"id", "data", "meta", "project", "inner_id", "created_at", "updated_at"})
_LISTS = ("annotations", "completions", "predictions")


class Form(Enum):
    """How a JSON file holds tasks; in messages."""

    LIST = "a list of tasks with data"
    MINIMAL = "a list of tasks in the minimal form"
    PAGE = "a page of tasks from the API"
    TASK = "a task with data"


def is_table_of_tasks(head: bytes) -> bool:
    """Whether a table with this beginning is an export of Label Studio."""
    return len(set(_TITLES.findall(head.split(b"\n", 1)[0]))) > 1


def candidates(source: Source) -> tuple[str, ...]:
    """The files that can hold tasks as JSON: target storages call them by a number alone."""
    return tuple(name for name in source.files if name.lower().endswith(_TEXTS) or _base(name).isdecimal())


def form_of(head: bytes) -> Form | None:
    """By the first bytes of a file; None for one without tasks."""
    if head.lstrip().startswith(b"["):
        if _LIST.match(head) and b'"data"' in head:
            return Form.LIST
        return Form.MINIMAL if _MINIMAL.search(head) else None
    task = first_object(head)
    if task is not None:
        return Form.TASK if _is_task(task) else Form.PAGE if _is_page(task) else None
    if not head.lstrip().startswith(b"{"):
        return None
    if _PAGE.match(head) and _DATA.search(head) and b'"images"' not in head:
        return Form.PAGE
    if (_DATA.search(head) and _ANSWERS.search(head) and b'"images"' not in head) or len({*_MINIMAL.findall(head)}) > 1:
        return Form.TASK
    return None


def is_by_lines(name: str, head: bytes) -> bool:
    """Whether a file of single tasks has one a line."""
    return (
        not name.lower().endswith(".json")
        or b"\n" not in head.strip()
        or first_object(head.split(b"\n")[0]) is not None
    )


def _is_task(value: Fields) -> bool:
    inner = value.get("task")
    task = inner if isinstance(inner, dict) and isinstance(value.get("result"), list) else value
    if isinstance(task.get("data"), dict) and "images" not in task:
        return task is inner or any(isinstance(task.get(key), list) for key in _LISTS) or task.keys() <= _BARE
    return len(value.keys() & {"annotator", "annotation_id", "lead_time"}) > 1


def _is_page(value: Fields) -> bool:
    tasks = value.get("tasks")
    return isinstance(tasks, list) and bool(tasks) and isinstance(tasks[0], dict) and _is_task(tasks[0])


def _base(name: str) -> str:
    return name.rpartition("/")[2]
