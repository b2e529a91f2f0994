"""Folders of images and of their masks, which look like a folder a class and are not."""

from __future__ import annotations

from tui_labeler.formats.source import Source
from tui_labeler.model.patterns import is_image

_MASKS = frozenset(
    {"mask", "masks", "segmentationclass", "segmentationobject", "segmentations"}
    | {"groundtruth", "gt", "labels", "annotations"}
)
_IMAGES = frozenset(["images", "image", "img", "imgs", "jpegimages", "photos"])
_MOST = 10_000  # files looked at


def holds_masks(source: Source) -> bool:
    """Whether folders that are called like masks hold images, alone or beside a folder of images; `mask` beside
    `no_mask` are classes."""
    if not source.is_folder:
        return False
    folders = {name.lower().rpartition("/")[0] for name in source.files[:_MOST] if is_image(name)}
    masks = {folder for folder in folders if _MASKS & {*folder.split("/")}}
    others = folders - masks
    return bool(masks) and (not others or any(_IMAGES & {*folder.split("/")} for folder in others))
