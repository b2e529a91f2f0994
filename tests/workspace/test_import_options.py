"""A choice that a format does not heed is refused by name; what is passed over in a folder is counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui_labeler.formats import registry
from tui_labeler.model.errors import BadInput
from tui_labeler.model.left_out import left_out_lines
from tui_labeler.model.transfers import ImportChoices, ReadOptions
from tui_labeler.workspace import Workspace

CHOSEN = {
    "rotated": ReadOptions(rotated="enclose"),
    "coordinates": ReadOptions(coordinates="pixels"),
    "corners": ReadOptions(corners="edges"),
    "box": ReadOptions(box="size"),
    "columns": ReadOptions(columns=(("image", "photo"),)),
    "values": ReadOptions(values="polygon"),
}
READ = registry.readable()


def coco(path: Path) -> Path:
    images = [{"id": 1, "file_name": "image_00000.jpg", "width": 64, "height": 48}]
    boxes = [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 4]}]
    path.write_text(json.dumps({"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "coke"}]}))
    return path


@pytest.mark.parametrize("name", [label_format.name for label_format in READ])
def test_what_a_format_does_not_heed_is_refused_by_name(name: str, workspace: Workspace, tmp_path: Path) -> None:
    path = coco(tmp_path / "labels.json")
    heeded = registry.reader(name).options
    for field, reading in CHOSEN.items():
        if field in heeded:
            assert reading.unheeded(heeded) == ()
            continue
        option = "--column" if field == "columns" else f"--{field}"
        with pytest.raises(BadInput, match=f"does not heed {option}\\."):
            workspace.exchange.import_labels("soda", path, name, ImportChoices(reading=reading))
    assert workspace.exchange.imports("soda") == ()


def test_every_option_is_one_of_some_format() -> None:
    assert {field for label_format in READ for field in label_format.options} == set(CHOSEN)


def test_what_is_passed_over_in_a_folder_is_counted(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "download"
    (folder / "__MACOSX").mkdir(parents=True)
    coco(folder / "labels.json")
    coco(folder / "._labels.json")
    coco(folder / "__MACOSX" / "labels.json")
    for counts in (
        workspace.exchange.preview_import("soda", folder),
        workspace.exchange.import_labels("soda", folder),
    ):
        assert counts.matched == 1
        assert counts.left_out == {"leftover": 2}
        assert set(counts.places["leftover"]) == {"__MACOSX/", "._labels.json"}
        assert counts.review == 0
        (line,) = left_out_lines(counts.left_out, counts.places)
        assert line.startswith("2 hidden files or folder")
