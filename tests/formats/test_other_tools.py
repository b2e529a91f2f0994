"""Formats of other tools, as their versions write them: golden files, small and neutral."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.formats.golden import STRICT, Files, placed, read, said
from tui_labeler.formats import registry
from tui_labeler.formats.pngmasks import runs_of
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Stated
from tui_labeler.formats.source import open_source
from tui_labeler.model.errors import BadInput
from tui_labeler.model.transfers import ReadOptions

CENTER = {"x": 20, "y": 30, "width": 20, "height": 20}
CAT = ("cat", 10, 20, 30, 40)
CORNERS = {"left": 10, "top": 20, "width": 20, "height": 20}


def asset(name: str, regions: list[Any], **more: Any) -> dict[str, Any]:
    about = {
        "format": "jpg",
        "id": "0d3d",
        "name": name,
        "path": f"file:C:/pic/{name}",
        "size": {"width": 100, "height": 80},
    }
    return {"asset": about | more, "regions": regions, "version": "2.1.0"}


def region(kind: str = "RECTANGLE", tags: tuple[str, ...] = ("cat",), **more: Any) -> dict[str, Any]:
    points = [{"x": 10, "y": 20}, {"x": 30, "y": 20}, {"x": 30, "y": 40}]
    return {"id": "r", "type": kind, "tags": list(tags), "boundingBox": CORNERS, "points": points} | more


def job(kind: str, **more: Any) -> dict[str, Any]:
    about = {"job-name": "labeling-job/j", "human-annotated": "yes", "creation-date": "2020-01-01T00:00:00"}
    return about | {"type": f"groundtruth/{kind}"} | more


SIZE = [{"width": 100, "height": 80, "depth": 3}]
BOXES = {"annotations": [{"class_id": 0, **CORNERS}], "image_size": SIZE}
DETECTION = job("object-detection", **{"class-map": {"0": "cat"}, "objects": [{"confidence": 0.2}]})


def ann(objects: list[Any], tags: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {"description": "", "tags": list(tags), "size": {"height": 80, "width": 100}, "objects": objects}


def sly(kind: str = "rectangle", **more: Any) -> dict[str, Any]:
    exterior = [[30, 40], [10, 20]] if kind == "rectangle" else [[10, 20], [30, 20], [30, 40]]
    points = {"exterior": exterior, "interior": []}
    return {"classTitle": "cat", "geometryType": kind, "tags": [], "points": points} | more


def bitmap(pixels: list[str], mode: str = "1") -> str:
    image = Image.new("L", (len(pixels[0]), len(pixels)))
    image.putdata([255 if pixel == "#" else 0 for row in pixels for pixel in row])
    if mode == "RGBA":
        whole = Image.new("RGBA", image.size, (255, 255, 255, 0))
        whole.putalpha(image)
        image = whole
    else:
        image = image.convert(mode)
    png = io.BytesIO()
    image.save(png, "PNG")
    return base64.b64encode(zlib.compress(png.getvalue())).decode()


CARD = (
    "---\nlicense: mit\ndataset_info:\n  features:\n  - name: objects\n    sequence:\n    - name: category\n"
    "      dtype:\n        class_label:\n          names:\n            '0': dog\n            '1': cat\n---\n# Pictures\n"
)
API = {"id": "0f1e", "created": "2020", "width": 100, "height": 80, "originalImageUri": "https://x/i/0f1e?sig=a"}
API_BOX = {"regionId": "g", "tagName": "cat", "left": 0.1, "top": 0.25, "width": 0.2, "height": 0.25}

GOLDEN: dict[str, tuple[str, Files, Any]] = {
    "createml roboflow": (
        "createml",
        {"_annotations.createml.json": [{"image": "a.jpg", "annotations": [{"label": "cat", "coordinates": CENTER}]}]},
        {"a.jpg": [CAT]},
    ),
    "createml labelimg": (
        "createml",
        {
            "a.json": [
                {"image": "a.jpg", "verified": False, "annotations": [{"label": "cat", "coordinates": CENTER}]},
                {"image": "b.jpg", "verified": True, "annotations": []},
                {"image": "c.jpg", "verified": False, "annotations": []},
            ]
        },
        {"a.jpg": [CAT], "b.jpg": "empty", "c.jpg": "listed"},
    ),
    "createml app": (
        "createml",
        {"a.json": [{"imagefilename": "a.jpg", "annotation": [{"coordinates": CENTER, "label": "cat"}]}]},
        {"a.jpg": [CAT]},
    ),
    "createml one bad": (
        "createml",
        {
            "a.json": [
                {
                    "image": "a.jpg",
                    "annotations": [{"label": "cat", "coordinates": CENTER | {"x": "no"}}, {"label": "x"}],
                },
                {"image": "b.jpg", "annotations": [{"coordinates": CENTER}]},
            ]
        },
        {"a.jpg": ["x", "-bad_box"], "b.jpg": ["-no_class"]},
    ),
    "vott export": (
        "vott",
        {
            "t-export.json": {
                "name": "t",
                "tags": [{"name": "cat"}],
                "assets": {
                    "1": asset("a.jpg", [region(), region("POLYGON"), region("POINT"), region(tags=())]),
                    "2": asset("b%20c.jpg", []),
                },
            },
            "1-asset.json": asset("a.jpg", [region()]),
        },
        {"a.jpg": [CAT, CAT, "-shape", "-no_class"], "b%20c.jpg": "listed"},
    ),
    "vott assets": (
        "vott",
        {
            "1-asset.json": asset("a.jpg", [region(boundingBox=None, points=[{"x": 10, "y": 20}, {"x": 30, "y": 40}])]),
            "2-asset.json": asset("b.jpg", [region(tags=("cat", "dog"))]),
        },
        {"a.jpg": [CAT], "b.jpg": ["-bad_region"]},
    ),
    "vott 1": (
        "vott",
        {
            "pics.json": {
                "frames": {
                    "a.jpg": [
                        {
                            "x1": 10,
                            "y1": 20,
                            "x2": 30,
                            "y2": 40,
                            "width": 100,
                            "height": 80,
                            "tags": ["cat"],
                            "type": "Rectangle",
                        }
                    ],
                    "b.jpg": [],
                },
                "framerate": "1",
                "inputTags": "cat",
                "visitedFrames": ["a.jpg", "b.jpg"],
            }
        },
        {"a.jpg": [CAT], "b.jpg": "listed"},
    ),
    "aws boxes": (
        "aws",
        {
            "output.manifest": [
                {"source-ref": "s3://b/in/a.jpg", "j": BOXES, "j-metadata": DETECTION},
                {"source-ref": "s3://b/in/b.jpg", "j": {"annotations": []}, "j-metadata": DETECTION},
                {"source-ref": "s3://b/in/c.jpg"},
                {
                    "source-ref": "s3://b/in/d.jpg",
                    "j-metadata": {"failure-reason": "x", "type": "groundtruth/object-detection"},
                },
            ]
        },
        {"in/a.jpg": [CAT], "in/b.jpg": "empty", "in/c.jpg": "listed"},
    ),
    "aws adjusted": (
        "aws",
        {
            "a.manifest": [
                {
                    "source-ref": "s3://b/a.jpg",
                    "j": {"annotations": []},
                    "j-metadata": DETECTION,
                    "k": BOXES,
                    "k-metadata": DETECTION | {"adjustment-status": "adjusted"},
                    "v": 0,
                    "v-metadata": job("label-verification", **{"class-name": "good"}),
                }
            ]
        },
        {"a.jpg": [CAT]},
    ),
    "aws classes": (
        "aws",
        {
            "a.manifest": [
                {
                    "source-ref": "s3://b/a.jpg",
                    "j": 1,
                    "j-metadata": job("image-classification", **{"class-name": "cat"}),
                },
                {
                    "source-ref": "s3://b/b.jpg",
                    "j": [0, 2],
                    "j-metadata": job("image-classification-multilabel", **{"class-map": {"0": "cat", "2": "dog"}}),
                },
                {"source-ref": "s3://b/c.jpg", "j-ref": "s3://b/m.png", "j-ref-metadata": job("semantic-segmentation")},
            ]
        },
        {"a.jpg": ["cat"], "b.jpg": ["cat", "dog"], "c.jpg": ["-mask"]},
    ),
    "supervisely": (
        "supervisely",
        {
            "p/meta.json": {"classes": [{"title": "cat", "shape": "any"}], "tags": []},
            "p/ds/ann/a.jpg.json": ann([sly(), sly("polygon"), sly("point"), sly(classTitle="")]),
            "p/ds/ann/b.jpg.json": ann([]),
            "p/ds/ann/c.jpg.json": ann([], ({"name": "night", "value": None}, {"name": "n", "value": 3})),
            "p/ds/ann/d.jpg.json": ann([sly("bitmap", bitmap={"data": bitmap([".#", "##"]), "origin": [10, 20]})]),
            "p/ds/ann/e.jpg.json": ann(
                [{"classTitle": "cat", "bitmap": {"data": bitmap(["#"], "RGBA"), "origin": [5, 6]}}]
            ),
            "p/ds/ann/f.jpg.json": b'{"objects": [{"classTitle": 1}], "size": ',
        },
        {
            "p/ds/img/a.jpg": [CAT, CAT, "-shape", "-no_class"],
            "p/ds/img/b.jpg": "listed",
            "p/ds/img/c.jpg": ["night"],
            "p/ds/img/d.jpg": [("cat", 10, 20, 12, 22)],
            "p/ds/img/e.jpg": [("cat", 5, 6, 6, 7)],
        },
    ),
    "huggingface lists": (
        "huggingface",
        {
            "train/metadata.jsonl": [
                {"file_name": "a.jpg", "objects": {"bbox": [[10, 20, 20, 20]], "categories": [1]}},
                {"file_name": "b.jpg", "objects": {"bbox": [], "categories": []}},
                {
                    "file_name": "c.jpg",
                    "objects": [{"bbox": [10, 20, 20, 20], "category": "cat"}, {"bbox": [1, 2], "category": "x"}],
                },
                {"text": "no image"},
            ],
        },
        {"train/a.jpg": [("1", 10, 20, 30, 40)], "train/b.jpg": "listed", "train/c.jpg": [CAT, "-bad_box"]},
    ),
    "huggingface card": (
        "huggingface",
        {
            "README.md": CARD.replace("\n", "\r\n"),
            "metadata.jsonl": [{"file_name": "a.jpg", "objects": {"bbox": [[0.1, 0.25, 0.2, 0.25]], "category": [1]}}],
        },
        {"a.jpg": [("cat", 0.1, 0.25, 0.3, 0.5)]},
    ),
    "huggingface classes": (
        "huggingface",
        {"metadata.jsonl": [{"file_name": "a.jpg", "label": "cat"}, {"file_name": "b.jpg", "label": None}]},
        {"a.jpg": ["cat"], "b.jpg": "listed"},
    ),
    "folders": (
        "folders",
        {f"set/{part}/{name}.jpg": b"" for part, name in (("train/cat", "1"), ("val/cat", "2"), ("train/dog", "3"))},
        {"set/train/cat/1.jpg": ["cat"], "set/val/cat/2.jpg": ["cat"], "set/train/dog/3.jpg": ["dog"]},
    ),
    "customvision api": (
        "customvision",
        {
            "t.json": [
                API | {"tags": [{"tagId": "t", "tagName": "cat"}], "regions": [API_BOX, API_BOX | {"left": None}]},
                API | {"id": "2", "originalImageUri": "", "tags": None, "regions": None},
            ]
        },
        {"0f1e": [("cat", 0.1, 0.25, 0.3, 0.5), "cat", "-bad_box"], "2": "listed"},
    ),
}


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
