"""Folders and archives that hold something else than label files: read, or named for what they are."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.model.errors import BadInput

CORNERS = "10,20,30,20,30,40,10,40"


def detected(path: Path) -> str:
    return registry.detect(path, open_source(path)).format.name


@pytest.mark.parametrize(
    "lines",
    [
        f"\ufeff{CORNERS},Some Theatre\r\n{CORNERS},###\r\n",
        f"{CORNERS},Latin,Flame\n",
        f"{CORNERS},\n{CORNERS},No. 1\n",
    ],
)
def test_texts_in_photographs_are_no_objects_of_dota(lines: str, tmp_path: Path) -> None:
    write(tmp_path, {"gt_a.txt": lines})
    with pytest.raises(BadInput, match="seems to be of ICDAR"):
        detected(tmp_path)


@pytest.mark.parametrize(
    "lines",
    [
        f"{CORNERS},large vehicle,1\n{CORNERS},ship,0\n",
        CORNERS.replace(",", " ") + " ship 0\n",
        "imagesource:x\ngsd:1\n",
    ],
)
def test_objects_of_dota_still_are(lines: str, tmp_path: Path) -> None:
    assert detected(write(tmp_path, {"a.txt": lines})) == "dota"


@pytest.mark.parametrize(
    "names",
    [
        ["masks/a.png", "masks/b.png"],
        ["images/a.jpg", "masks/a.png"],
        ["train/images/a.jpg", "train/masks/a.png"],
        ["one/images/one.png", "one/masks/1.png", "one/masks/2.png"],
        ["JPEGImages/a.jpg", "SegmentationClass/a.png", "SegmentationObject/a.png", "labelmap.txt"],
    ],
)
def test_masks_are_no_classes(names: list[str], tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(names, b"image"))
    with pytest.raises(BadInput, match="holds masks as images, which are not read"):
        detected(tmp_path)


def test_a_class_may_be_called_mask(tmp_path: Path) -> None:
    assert detected(write(tmp_path, {"train/mask/a.jpg": b"", "train/no_mask/b.jpg": b""})) == "folders"


@pytest.mark.parametrize("name", ["export.zip", "export.tar.gz", "a/export.7z"])
def test_an_archive_in_a_folder_is_named(name: str, tmp_path: Path) -> None:
    write(tmp_path, {name: b"PK"})
    with pytest.raises(BadInput, match=f"holds no labels but an archive: {name}"):
        detected(tmp_path)


def test_a_zip_whose_folders_are_parted_by_backslashes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for name, text in {"d\\": "", "d\\data.yaml": "names: [cat]", "d\\labels\\a.txt": "0 .2 .2 .1 .1\n"}.items():
            packed.writestr(name, text)
    (image,) = read("yolo", tmp_path / "a.zip")
    assert [region.name for region in image.regions] == ["cat"]
    assert image.stem == "d/images/a"
