"""A folder a class, as torchvision's ImageFolder and Keras read it, with or without folders for training and validation."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place, ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput
from tui_labeler.model.patterns import is_image

_PARTS = frozenset({"train", "training", "val", "valid", "validation", "test", "testing", "eval"})
# Folders that hold images of all classes.
_NO_CLASSES = frozenset(
    {"images", "image", "img", "imgs", "jpegimages", "photos", "pictures", "data", "labels", "unlabeled"}
)


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no folder can be a class's."""
    classified = _classified(source)
    if not classified:
        what = f"{source.path} has no folders with images that could be classes."
        raise BadInput(what, "Name the folder in which each class has a folder.")
    for name, label in classified:
        shown = source.shown(name)
        if label:
            yield ReadImage((name,), Place(shown), tags=(label,))
        else:
            reading.bad_entry(BadInput(f"{shown}: it lies in no folder of a class, or deeper.", "Import its folder."))
    for name in source.files:
        if not is_image(name):
            reading.pass_over("other_file", source.shown(name))


def classes_of(source: Source) -> set[str]:
    """The folders that could be classes; none where other files than images are many, or lie beside the images."""
    if not source.is_folder:
        return set()
    images = sum(map(is_image, source.files))
    if not images or len(source.files) - images > 8:
        return set()
    return {label for _, label in _classified(source) if label}


def _classified(source: Source) -> list[tuple[str, str]]:
    """Every image with its class; an empty one where that is not said."""
    images = [name for name in source.files if is_image(name)]
    start = _common_start(images)
    classified = []
    for name in images:
        folders = name[len(start) :].split("/")[:-1]
        if folders and folders[0].lower() in _PARTS:
            del folders[0]
        classified.append((name, folders[0] if len(folders) == 1 and folders[0].lower() not in _NO_CLASSES else ""))
    return classified if any(label for _, label in classified) else []


def _common_start(names: list[str]) -> str:
    """The folders around all images, but for the last one, which is a class's where there is only one."""
    split = [name.split("/")[:-1] for name in names]
    shared = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    deepest = min(map(len, split), default=0)
    if shared and len(shared) == deepest:
        shared.pop()
    if shared and shared[-1].lower() in _PARTS:
        shared.pop()
    return "".join(f"{part}/" for part in shared)
