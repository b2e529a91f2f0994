"""Formats of other tools are read as their versions write them."""

from __future__ import annotations

import base64
import json
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.golden import STRICT, placed, read, said
from tests.formats.toolfiles import API, BOXES, CAT, CORNERS, DETECTION, GOLDEN, ann, sly
from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.pngmasks import runs_of
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Stated
from tui_labeler.model.errors import BadInput
from tui_labeler.model.transfers import ReadOptions


@pytest.mark.parametrize("case", GOLDEN)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_as_tools_write_them(case: str, packed: bool, tmp_path: Path) -> None:
    format_name, files, expected = GOLDEN[case]
    folder = placed(tmp_path / "in", files)
    if packed:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name in files:
                archive.write(folder / name, name)
            archive.writestr("__MACOSX/._a.json", b"\0\5\x16\7")
    assert said(read(tmp_path / "a.zip" if packed else folder, format_name)) == expected


@pytest.mark.parametrize("case", GOLDEN)
def test_marks_and_line_ends(case: str, tmp_path: Path) -> None:
    """A byte order mark and CRLF, as Windows writes them."""
    format_name, files, expected = GOLDEN[case]
    folder = placed(tmp_path, files)
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size:
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert said(read(folder, format_name)) == expected


@pytest.mark.parametrize(
    "case", [case for case in GOLDEN if any(str(one).count("'-bad") for one in (GOLDEN[case][2],))]
)
def test_strict_refuses_what_is_bad(case: str, tmp_path: Path) -> None:
    format_name, files, _ = GOLDEN[case]
    with pytest.raises(BadInput):
        read(placed(tmp_path, files), format_name, Reading(STRICT))


@pytest.mark.parametrize("case", GOLDEN)
def test_places_are_told(case: str, tmp_path: Path) -> None:
    format_name, files, _ = GOLDEN[case]
    for image in read(placed(tmp_path, files), format_name):
        assert str(image.place).split(",")[0] in list(files)
        for left in image.left_out:
            assert str(left.place).startswith(str(image.place))


def test_what_a_machine_labeled_is_proposed(tmp_path: Path) -> None:
    machine = DETECTION | {"human-annotated": "no", "objects": [{"confidence": 0.25}]}
    placed(tmp_path, {"a.manifest": [{"source-ref": "s3://b/a.jpg", "j": BOXES, "j-metadata": machine}]})
    (image,) = read(tmp_path, "aws")
    assert (image.stated, image.regions[0].confidence, image.width) == (Stated.PROPOSED, 0.25, 100)
    predicted = API | {
        "predictions": [{"probability": 0.75, "tag_name": "cat", "bounding_box": {**CORNERS, "width": 0.5}}]
    }
    placed(tmp_path / "cv", {"a.json": [predicted]})
    (image,) = read(tmp_path / "cv", "customvision")
    assert (image.stated, image.regions[0].confidence) == (Stated.PROPOSED, 0.75)


@pytest.mark.parametrize(
    ("box", "expected"), [("center", (0, 10, 20, 30)), ("size", CAT[1:]), ("corners", (10, 20, 20, 20))]
)
def test_what_four_numbers_are_can_be_said(box: str, expected: tuple[int, ...], tmp_path: Path) -> None:
    numbers = {"x": 10, "y": 20, "width": 20, "height": 20}
    placed(tmp_path, {"a.json": [{"image": "a.jpg", "annotations": [{"label": "cat", "coordinates": numbers}]}]})
    placed(
        tmp_path / "hf",
        {"metadata.jsonl": [{"file_name": "a.jpg", "objects": {"bbox": [[10, 20, 20, 20]], "label": ["cat"]}}]},
    )
    options = Reading(ReadOptions(box=box))
    assert said(read(tmp_path / "a.json", "createml", options)) == {"a.jpg": [("cat", *expected)]}
    assert said(read(tmp_path / "hf", "huggingface", options)) == {"a.jpg": [("cat", *expected)]}


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    objects = {"bbox": [[10.0, 20.0, 20.0, 20.0]], "category": [1]}
    rows = [{"image": {"bytes": b"x" * 100, "path": "a.jpg"}, "objects": objects}]
    table = pyarrow.Table.from_pylist(rows)
    label = {"feature": {"names": ["dog", "cat"], "_type": "ClassLabel"}, "_type": "Sequence"}
    about = {"info": {"features": {"objects": {"category": label}}}}
    parquet.write_table(table.replace_schema_metadata({"huggingface": json.dumps(about)}), tmp_path / "train-0.parquet")
    assert said(read(tmp_path, "huggingface")) == {"a.jpg": [CAT]}


def test_parquet_without_pyarrow_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    with pytest.raises(BadInput, match="the package pyarrow reads"):
        read(tmp_path, "huggingface")


def test_folders_of_no_class(tmp_path: Path) -> None:
    """Folders of all images, folders within folders, and images beside folders are no classes."""
    placed(tmp_path / "a", {"images/1.jpg": b"", "images/2.jpg": b""})
    with pytest.raises(BadInput, match="cannot be told"):
        registry.detect(tmp_path / "a")
    placed(tmp_path / "b", {"cat/1.jpg": b"", "cat/night/2.jpg": b"", "3.jpg": b"", "dog/4.jpg": b""})
    reading = Reading()
    assert said(read(tmp_path / "b", "folders", reading)) == {"cat/1.jpg": ["cat"], "dog/4.jpg": ["dog"]}
    assert reading.report.counts == {"bad_entry": 2}


@pytest.mark.parametrize(
    "data", ["", "!!", base64.b64encode(b"xx").decode(), base64.b64encode(zlib.compress(b"no")).decode()]
)
def test_broken_bitmaps(data: str, tmp_path: Path) -> None:
    placed(tmp_path, {"a.jpg.json": ann([sly("bitmap", bitmap={"data": data, "origin": [1, 2]})])})
    (image,) = read(tmp_path, "supervisely")
    assert (image.regions, [left.reason for left in image.left_out]) == ((), ["bad_region"])


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_runs_are_the_pixels(pixels: list[bool]) -> None:
    runs = runs_of(bytes(255 if pixel else 0 for pixel in pixels))
    assert [number % 2 == 1 for number, run in enumerate(runs) for _ in range(run)] == pixels


def test_a_single_file_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}')
    for name in ("createml", "vott", "customvision", "labelstudio"):
        with pytest.raises(BadInput):
            list(registry.reader(name).read(open_source(tmp_path / "a.json"), Reading()))
