"""Files that hold one image, without the list that others have around theirs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box

BOXES = [{"label": "cat", "coordinates": {"x": 20, "y": 30, "width": 20, "height": 20}}]


@pytest.mark.parametrize(("image", "annotations"), [("image", "annotations"), ("imagefilename", "annotation")])
def test_an_image_of_create_ml_alone(image: str, annotations: str, tmp_path: Path) -> None:
    entries = [{image: name, annotations: BOXES} for name in ("a.jpg", "b.jpg")]
    write(tmp_path, {"a.json": json.dumps(entries[0]), "sub/b.json": "\ufeff" + json.dumps(entries[1])})
    assert registry.detect(tmp_path, open_source(tmp_path)).format.name == "createml"
    images = read("createml", tmp_path)
    assert [image.names[-1] for image in images] == ["a.jpg", "b.jpg"]
    assert {region.box for image in images for region in image.regions} == {Box(10, 20, 30, 40)}
    assert len(read("createml", tmp_path / "a.json")) == 1


def test_one_that_ends_early_is_told(tmp_path: Path) -> None:
    whole = json.dumps({"image": "a.jpg", "annotations": BOXES})
    path = write(tmp_path, {"a.json": whole[:-2]}) / "a.json"
    with pytest.raises(BadInput, match=r"a\.json is not complete JSON"):
        read("createml", path)
