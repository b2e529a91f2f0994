"""Which files make a YOLO dataset: its classes, its label files, its images.

Three layouts: Ultralytics' (`data.yaml` with `path`, `train`, `val`, `test`), darknet's (`obj.data` with lists of images),
and a plain folder of label files with a `classes.txt`. Only what `train`, `val` and `test` name belongs to a dataset; paths
of the machine that wrote them are taken by their ends.
"""

from __future__ import annotations

import posixpath
from typing import Any

import msgspec

from tui_labeler.formats.reading import Reading
from tui_labeler.formats.source import FileSource, Source
from tui_labeler.formats.yolo.names import CLASS_FILES, listed, names_of, names_of_list, require_names
from tui_labeler.model.errors import BadInput
from tui_labeler.model.patterns import is_image
from tui_labeler.untrusted.yamldoc import MOST_BYTES, load_yaml

MOST_LIST = 256 << 20
_DATA_FILES = ("data.yaml", "data.yml", "dataset.yaml", "dataset.yml")
_LISTS_BESIDE = ("classes.txt", "obj.names", "_darknet.labels")
_PARTS = ("train", "val", "valid", "test", "minival")


class Dataset(msgspec.Struct):
    """Label files (path -> the paths of their images, none where only the label file is there), images of the dataset
    without a label file, names of classes by number, and how many keypoints a pose has, of how many numbers."""

    names: dict[int, str]
    labels: dict[str, tuple[str, ...]]
    unlabeled: tuple[str, ...]
    keypoints: tuple[int, int] | None = None


def datasets(source: Source, reading: Reading) -> tuple[Source, list[Dataset]]:
    """Where the files are, and the datasets in them. Raises BadInput where nothing names the classes."""
    description = ""
    if isinstance(source, FileSource):
        description = source.path.name if not source.path.name.lower().endswith(".txt") else ""
        only = "" if description else source.path.name
        source = source.folder
        if only and only not in CLASS_FILES:
            return source, [_plain(source, reading, only)]
    chosen = [description] if description else _descriptions(source)
    if chosen:
        if not description:
            for name in chosen:
                _require_agreement(source, reading, name)
        return source, [_described(source, reading, name) for name in chosen]
    return source, [_plain(source, reading)]


def _descriptions(source: Source) -> list[str]:
    """The yaml or data files that describe datasets: those of the uppermost folder. Raises BadInput where two of them in
    one folder could be meant."""
    descriptions = [name for name in source.ending(".yaml", ".yml") if _names_classes(source, name)]
    descriptions += [name for name in source.ending(".data") if b"names" in source.head(name)]
    if not descriptions:
        return []
    top = min(name.count("/") for name in descriptions)
    chosen: dict[str, str] = {}
    for name in (path for path in descriptions if path.count("/") == top):
        folder, base = posixpath.split(name)
        before = chosen.get(folder)
        if before is None or (base in _DATA_FILES and posixpath.basename(before) not in _DATA_FILES):
            chosen[folder] = name
        elif base not in _DATA_FILES and posixpath.basename(before) not in _DATA_FILES:
            what = f"{source.shown(before)} and {source.shown(name)} both describe a dataset."
            raise BadInput(what, "Name the one that is meant instead of its folder.")
    return list(chosen.values())


def _names_classes(source: Source, name: str) -> bool:
    head = source.head(name)
    return any(line.startswith((b"names", b'"names"', b"'names'", b"{")) for line in head.splitlines())


def _require_agreement(source: Source, reading: Reading, name: str) -> None:
    """Raises BadInput where a list of classes beside a description gives a number another class."""
    folder = posixpath.dirname(name)
    for base in _LISTS_BESIDE:
        beside = posixpath.join(folder, base)
        if not source.has(beside):
            continue
        names = names_of(source, reading, folder, _description(source, reading, name).get("names"))
        others = listed(source, reading, beside)
        if any(names[number] != others[number] for number in names.keys() & others.keys()):
            what = f"{source.shown(name)} and {source.shown(beside)} list different classes."
            raise BadInput(what, f"Name the file that is meant instead of its folder, or take {base} away.")


def _description(source: Source, reading: Reading, name: str) -> dict[str, Any]:
    """What a description says, with the names of classes as they were written. Raises BadInput."""
    data: Any
    if name.endswith(".data"):
        lines = reading.text(source.read(name, MOST_BYTES), source.shown(name)).splitlines()
        data = {key.strip(): value.strip() for key, equals, value in (line.partition("=") for line in lines) if equals}
    else:
        content = source.read(name, MOST_BYTES)
        data = load_yaml(content, source.shown(name))
        if isinstance(data, dict):
            data["names"] = load_yaml(content, source.shown(name), texts=True).get("names")
    if not isinstance(data, dict):
        raise BadInput(
            f"{source.shown(name)} describes no dataset.", "Name the folder that holds data.yaml and labels."
        )
    return data


def _described(source: Source, reading: Reading, name: str) -> Dataset:
    folder = posixpath.dirname(name)
    data = _description(source, reading, name)
    names = names_of(source, reading, folder, data.get("names"))
    if not names:
        names = names_of_list(source, reading, folder)
    if not names:
        mend = "Write the classes as names: [first, second], or add a classes.txt."
        raise BadInput(f"{source.shown(name)} has no list of “names”.", mend)
    wanted = [entry for key in _PARTS for entry in _entries(data.get(key))]
    base = data.get("path")
    labels, images = _files(source, folder)
    if wanted:
        bases = [folder, *([posixpath.join(folder, base)] if isinstance(base, str) and base else [])]
        chosen = _Chosen(source, reading, [posixpath.normpath(path) if path else "" for path in reversed(bases)])
        for entry in wanted:
            chosen.add(entry, labels, images)
        if chosen.labels or chosen.images:
            labels = {label_file: images_of for label_file, images_of in labels.items() if label_file in chosen.labels}
            images = {key: paths for key, paths in images.items() if chosen.images.intersection(paths)}
    return _dataset(names, labels, images, _keypoints(data.get("kpt_shape")))


def _plain(source: Source, reading: Reading, only: str = "") -> Dataset:
    names = require_names(source, reading, "")
    labels, images = _files(source, "")
    if only:
        labels = {label_file: paths for label_file, paths in labels.items() if label_file == only}
        images = {}
    return _dataset(names, labels, images, None)


def _dataset(
    names: dict[int, str],
    labels: dict[str, tuple[str, ...]],
    images: dict[str, tuple[str, ...]],
    keypoints: tuple[int, int] | None,
) -> Dataset:
    labeled = {image for paths in labels.values() for image in paths}
    unlabeled = tuple(path for paths in images.values() for path in paths if path not in labeled)
    return Dataset(names, labels, unlabeled, keypoints)


def _files(source: Source, folder: str) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Text files below the folder with their images, and images by their paths without suffix."""
    start = f"{folder}/" if folder else ""
    images: dict[str, tuple[str, ...]] = {}
    texts = []
    for name in source.files:
        if not name.startswith(start):
            continue
        if is_image(name):
            key = name[: name.rfind(".")]
            images[key] = (*images.get(key, ()), name)
        elif name.lower().endswith(".txt") and posixpath.basename(name) not in CLASS_FILES:
            texts.append(name)
    labels = {}
    for name in texts:
        key = name[: name.rfind(".")]
        labels[name] = next((images[candidate] for candidate in (counterpart(key), key) if candidate in images), ())
        if not labels[name] and is_image(key):  # a.jpg.txt
            labels[name] = tuple(candidate for candidate in (counterpart(key), key) if source.has(candidate))[:1]
    return labels, images


def counterpart(key: str) -> str:
    """Where the image of a label file is, both without suffix: the last folder `labels` is `images` there."""
    head, separator, tail = f"/{key}".rpartition("/labels/")
    return f"{head}/images/{tail}"[1:] if separator else key


class _Chosen:
    """The label files and images that the entries of a description mean."""

    def __init__(self, source: Source, reading: Reading, bases: list[str]) -> None:
        self._source, self._reading, self._bases = source, reading, bases
        self.labels: set[str] = set()
        self.images: set[str] = set()

    def add(self, entry: str, labels: dict[str, tuple[str, ...]], images: dict[str, tuple[str, ...]]) -> None:
        entry = entry.replace("\\", "/")
        if entry.lower().endswith(".txt"):
            self._add_list(entry, labels, images)
            return
        for folder in self._places(entry):
            start = f"{folder}/" if folder else ""
            label_files = {
                name for name in labels if f"{counterpart(name)}".startswith(start) or name.startswith(start)
            }
            there = {path for paths in images.values() for path in paths if path.startswith(start)}
            if label_files or there:
                self.labels |= label_files
                self.images |= there
                return

    def _places(self, entry: str) -> list[str]:
        """Where an entry may be, the likeliest first: below `path`, below the description, then by its end."""
        places = [posixpath.normpath(posixpath.join(base, entry)) for base in self._bases]
        inside = [path for path in places if not path.startswith(("..", "/"))]
        parts = [part for part in entry.split("/") if part not in ("", ".", "..")]
        ends = ["/".join(parts[at:]) for at in range(len(parts))]
        inside += [posixpath.normpath(posixpath.join(base, end)) for end in ends for base in reversed(self._bases)]
        return ["" if path == "." else path for path in inside if not path.startswith(("..", "/"))]

    def _add_list(self, entry: str, labels: dict[str, tuple[str, ...]], images: dict[str, tuple[str, ...]]) -> None:
        """A text file that lists images, a line each."""
        list_path = next((candidate for candidate in self._places(entry) if self._source.has(candidate)), "")
        if not list_path:
            return
        keys: dict[str, str] = {}
        for name in labels:
            key = name[: name.rfind(".")]
            keys[key] = keys[counterpart(key)] = name
        data = self._source.read(list_path, MOST_LIST)
        for line in self._reading.text(data, self._source.shown(list_path)).splitlines():
            path = line.strip().replace("\\", "/")
            parts = [part for part in path.split("/") if part not in ("", ".", "..")]
            for at in range(len(parts)):
                end = "/".join(parts[at:])
                key = end[: end.rfind(".")] if "." in parts[-1] else end
                if key in keys:
                    self.labels.add(keys[key])
                    break
                if key in images:
                    self.images.update(images[key])
                    break


def _entries(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value.strip() else []
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _keypoints(shape: Any) -> tuple[int, int] | None:
    if isinstance(shape, list) and len(shape) == 2 and all(isinstance(number, int) and number > 0 for number in shape):
        return shape[0], shape[1]
    return None
