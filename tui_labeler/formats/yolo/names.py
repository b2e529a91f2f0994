"""What YOLO's classes are called: by a description, or by a list with a class a line."""

from __future__ import annotations

import posixpath
from typing import Any

from tui_labeler.formats.jsonlines import first_object
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import fields_of, list_of, text_of
from tui_labeler.model.errors import BadInput
from tui_labeler.untrusted.yamldoc import MOST_BYTES

CLASS_FILES = (
    "classes.txt",
    "_classes.txt",
    "obj.names",
    "classes.names",
    "_darknet.labels",
    "predefined_classes.txt",
    "labels.txt",
)


def require_names(source: Source, reading: Reading, folder: str) -> dict[int, str]:
    """The classes by number, of the folder's list or one above it. Raises BadInput where there is none."""
    names = names_of_list(source, reading, folder) or names_of_list(source, reading, "") or _names_of_notes(source)
    if not names:
        what = f"{source.path} has neither data.yaml nor classes.txt: the classes have no names."
        raise BadInput(what, "Add one of them; a classes.txt has a class a line.")
    return names


def _names_of_notes(source: Source) -> dict[int, str]:
    """From Label Studio's notes.json: its classes.txt beside it can be empty."""
    name = next((name for name in source.ending("notes.json") if posixpath.basename(name) == "notes.json"), "")
    notes = first_object(source.head(name)) if name else None
    categories = [fields_of(category) for category in list_of((notes or {}).get("categories"))]
    return {at: text for at, category in enumerate(categories) if (text := text_of(category.get("name")))}


def names_of(source: Source, reading: Reading, folder: str, names: Any) -> dict[int, str]:
    """From a list, a table by number, or the path of a file that lists them."""
    if isinstance(names, list):
        return {number: str(name) for number, name in enumerate(names) if str(name)}
    if isinstance(names, dict):
        try:
            return {int(number): str(name) for number, name in names.items() if str(name)}
        except (TypeError, ValueError):
            return {}
    if isinstance(names, str) and names:
        parts = [part for part in names.replace("\\", "/").split("/") if part not in ("", ".", "..")]
        for at in range(len(parts)):
            path = posixpath.normpath(posixpath.join(folder, *parts[at:]))
            if source.has(path):
                return listed(source, reading, path)
    return {}


def names_of_list(source: Source, reading: Reading, folder: str) -> dict[int, str]:
    """From the uppermost file that lists classes. Raises BadInput for two that differ."""
    start = f"{folder}/" if folder else ""
    class_lists = [
        name
        for name in source.files
        if name.startswith(start) and (posixpath.basename(name) in CLASS_FILES or name.endswith(".names"))
    ]
    if not class_lists:
        return {}
    top = min(name.count("/") for name in class_lists)
    class_lists = [name for name in class_lists if name.count("/") == top]
    class_lists.sort(
        key=lambda name: CLASS_FILES.index(base) if (base := posixpath.basename(name)) in CLASS_FILES else 99
    )
    names = listed(source, reading, class_lists[0])
    for other_list in class_lists[1:]:
        if (
            posixpath.basename(other_list) == posixpath.basename(class_lists[0])
            and listed(source, reading, other_list) != names
        ):
            what = f"{source.shown(class_lists[0])} and {source.shown(other_list)} list different classes."
            raise BadInput(what, "Import each folder on its own.")
    return names


def listed(source: Source, reading: Reading, name: str) -> dict[int, str]:
    lines = reading.text(source.read(name, MOST_BYTES), source.shown(name)).splitlines()
    return {number: line.strip() for number, line in enumerate(lines) if line.strip()}
