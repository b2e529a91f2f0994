"""Which files of a datastore belong to a dataset: Azure ML's path patterns, and the image types.

A pattern is matched on the whole path below the datastore's root, case-sensitive:

    /  or  /**        everything in the root and below
    folder/  folder/**   everything below the folder
    folder/*.jpg      files directly in the folder whose name ends so
    **/*.png          in any folder
    folder            the file of that path, or everything below the folder of that name

`*` and `?` never match a slash; `**` matches any number of folders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# Azure ML's labeling took these; gif and webp are ours (the first frame is labeled). DICOM is not read.
IMAGE_SUFFIXES = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "bmp", "tif", "tiff", "webp", "gif"})


def is_image(path: str) -> bool:
    """Whether the file's name says that it is an image; nothing is opened."""
    return path[path.rfind(".") + 1 :].lower() in IMAGE_SUFFIXES and "." in path


@dataclass(frozen=True)
class PathPattern:
    """A compiled pattern. `prefix` is the folder under which every match lies ("" or "a/b/"), so that a listing can
    start there; `everything` says that each file under the prefix matches."""

    text: str
    prefix: str
    everything: bool
    _regex: re.Pattern[str]

    def matches(self, path: str) -> bool:
        """Whether `path` (relative, `/` between its parts) matches as a whole."""
        return self._regex.fullmatch(path) is not None


def pattern_problem(text: str) -> str:
    """Why `text` is no path pattern; empty if it is one."""
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return "The path holds a control character."
    if len(text) > 1000:
        return "The path is longer than 1,000 characters."
    if ".." in text.split("/"):
        return "The path may not lead upwards (..): it is looked up below the datastore's root."
    if "://" in text:
        return "The path is a place below the datastore's root, not a URL: for example / or folder/*.jpg."
    return ""


@lru_cache(maxsize=64)
def compile_pattern(text: str) -> PathPattern:
    """Raises ValueError with `pattern_problem`'s words."""
    if problem := pattern_problem(text):
        raise ValueError(problem)
    stripped = re.sub("/+", "/", text.strip()).lstrip("/")
    if stripped.startswith("./"):
        stripped = stripped[2:]
    if stripped in ("", ".", "**", "**/*", "**/*.*"):
        return PathPattern(
            text, "", stripped != "**/*.*", re.compile(".*\\..*" if stripped == "**/*.*" else ".*", re.S)
        )
    if stripped.endswith("/"):
        stripped += "**"
    parts = stripped.split("/")
    wild = next((index for index, part in enumerate(parts) if re.search(r"[*?]", part)), len(parts))
    if wild == len(parts):  # a plain path: that file, or all below that folder
        folder = "/".join(parts)
        return PathPattern(text, _folder(parts[:-1]), False, re.compile(re.escape(folder) + "(?:/.*)?", re.S))
    everything = parts[wild:] == ["**"]
    return PathPattern(text, _folder(parts[:wild]), everything, re.compile(_regex(parts), re.S))


def _folder(parts: list[str]) -> str:
    return "".join(f"{part}/" for part in parts)


def _regex(parts: list[str]) -> str:
    written = []
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            written.append(".+" if last else "(?:.*/)?")
        else:
            name = "".join({"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char)) for char in re.sub(r"\*+", "*", part))
            written.append(name if last else name + "/")
    return "".join(written)
