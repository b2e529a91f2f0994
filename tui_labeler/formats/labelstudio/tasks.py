"""The tasks of Label Studio's JSON, in each of the ways in which people have them.

A list of tasks (an export); one task, alone or one a line (what scripts and its SDK write); the answer of its API, a page
of tasks; or an annotation with its task in it, a file each, as its target storages keep them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.jsonlines import MOST_LINE, json_lines, json_object
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.labelstudio.signature import Form, form_of, is_by_lines
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import Fields
from tui_labeler.model.errors import BadInput

_decode = msgspec.json.Decoder(list[Any]).decode


def json_tasks(source: Source, name: str, reading: Reading) -> Iterator[tuple[Place, Any]]:
    """The tasks of a file; of a folder's files, one without tasks is passed over. Raises BadInput."""
    shown = source.shown(name)
    form = form_of(source.head(name))
    if form is Form.TASK:
        yield from _single_tasks(source, name, reading)
        return
    with source.open(name) as file:
        stream = JsonStream(file, shown)
        if stream.is_array:
            yield from _numbered(stream, shown)
        elif form is Form.PAGE:
            for key in stream.members():
                if key == "tasks":
                    yield from _numbered(stream, shown)
        elif source.is_folder:
            reading.pass_over("other_file", shown)
        else:
            raise BadInput(f"{shown} has no tasks.", "Export from Label Studio as JSON.")


def _numbered(stream: JsonStream, shown: str) -> Iterator[tuple[Place, Any]]:
    for first, tasks in stream.array(_decode, "tasks"):
        for number, task in enumerate(tasks, first):
            yield Place(shown, ", tasks[", number, "]"), task


def _single_tasks(source: Source, name: str, reading: Reading) -> Iterator[tuple[Place, Fields]]:
    if is_by_lines(name, source.head(name)):
        for place, task in json_lines(source, name, reading):
            yield place, _whole(task)
        return
    place = Place(source.shown(name))
    try:
        yield place, _whole(json_object(source.read(name, MOST_LINE).removeprefix(b"\xef\xbb\xbf"), place))
    except BadInput as error:
        if not source.is_folder:
            raise
        reading.bad_entry(error, "bad_file")


def _whole(task: Fields) -> Fields:
    """A task with its annotations; of an annotation with its task in it, the other way around."""
    inner = task.get("task")
    return inner | {"annotations": [task]} if isinstance(inner, dict) and "result" in task else task
