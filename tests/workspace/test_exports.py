"""What an export takes: filters, splits, images beside the labels, and where readers find them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workspace.conftest import SIZE, make_images, make_spec
from tui_labeler.formats.splitting import TRAIN, VALIDATION, splitter
from tui_labeler.model.errors import BadInput, LabelerError, NotAllowed, NotFound
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.transfers import ExportOptions, Images, Split
from tui_labeler.workspace import Workspace


def label_all(workspace: Workspace, project: str = "soda") -> None:
    """Even tasks show a coke and are ann's, odd ones a sprite and a coke and are bob's."""
    for number in range(1000):
        labeler = "bob" if number % 2 else "ann"
        lease = workspace.queue.claim(project, labeler, "t")
        if lease is None:
            return
        coke = Region("coke", Box(1, 2, 30, 40))
        regions = (Region("sprite", Box(3, 3, 9, 9)), coke) if number % 2 else (coke,)
        workspace.queue.submit(lease.task, labeler, Labels(SIZE, regions), "t")


def rows(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (Path(path) / "annotations.jsonl").read_text().splitlines()]


def test_filters(workspace: Workspace) -> None:
    label_all(workspace)
    result = workspace.exchange.export("soda", options=ExportOptions(classes=("sprite",)))
    assert (result.rows, result.regions) == (3, 3)
    assert result.left_out == {"other_classes": 3, "regions_of_other_classes": 3}
    result = workspace.exchange.export("soda", options=ExportOptions(labelers=("ann",)))
    assert (result.rows, result.regions, result.left_out) == (3, 3, {"other_labelers": 3})
    with pytest.raises(NotAllowed, match="no labels pass"):
        workspace.exchange.export("soda", options=ExportOptions(labelers=("eve",)))
    with pytest.raises(NotFound, match="“pepsi” is not a label class"):
        workspace.exchange.export("soda", options=ExportOptions(classes=("pepsi",)))
    assert len(workspace.exchange.exports("soda")) == 2


def test_labels_in_need_of_review(workspace: Workspace, images: Path) -> None:
    label_all(workspace)
    make_images(images.parent / "other", 1)
    (images / "image_00000.jpg").write_bytes((images.parent / "other" / "image_00000.jpg").read_bytes() + b"changed")
    workspace.projects.refresh("soda")
    assert workspace.exchange.export("soda").left_out == {"needs_review": 1}
    result = workspace.exchange.export("soda", options=ExportOptions(reviews=True))
    assert (result.rows, result.left_out) == (6, {})


@pytest.mark.parametrize(
    ("format_name", "files"),
    [
        ("azureml", {"train/MLTable", "train/annotations.jsonl", "validation/MLTable", "validation/annotations.jsonl"}),
        ("coco", {"annotations/instances_train.json", "annotations/instances_val.json"}),
        ("voc", {"ImageSets/Main/train.txt", "ImageSets/Main/val.txt"}),
        ("yolo", {"data.yaml", "images/train", "images/val", "labels/train", "labels/val"}),
        ("csv", {"labels.csv"}),
    ],
)
def test_splits(format_name: str, files: set[str], workspace: Workspace) -> None:
    label_all(workspace)
    result = workspace.exchange.export("soda", format_name, options=ExportOptions(split=Split(0.34)))
    assert result.parts == {"train": 4, "validation": 2}
    for name in files:
        assert (Path(result.path) / name).exists()
    assert not list(Path(result.path).rglob("*.partial"))
    if format_name == "yolo":
        assert len(list((Path(result.path) / "labels" / "val").iterdir())) == 2
        assert len(list((Path(result.path) / "images" / "val").iterdir())) == 2
        assert "val: images/val" in (Path(result.path) / "data.yaml").read_text()


def test_a_split_by_path(workspace: Workspace) -> None:
    label_all(workspace)
    result = workspace.exchange.export("soda", options=ExportOptions(split=Split(pattern="*_00000.jpg")))
    assert result.parts == {"train": 5, "validation": 1}
    assert "image_00000.jpg" in (Path(result.path) / "validation" / "annotations.jsonl").read_text()


@pytest.mark.parametrize(
    "split", [Split(1.0), Split(-0.1), Split(float("nan")), Split(0.2, 0, "val/**"), Split(pattern="../x")]
)
def test_splits_that_cannot_be(split: Split, workspace: Workspace) -> None:
    label_all(workspace)
    with pytest.raises(BadInput):
        workspace.exchange.export("soda", options=ExportOptions(split=split))
    assert workspace.exchange.exports("soda") == ()


NAMES = st.sampled_from(("a", "b", "c"))


@settings(deadline=None)
@given(st.lists(st.lists(NAMES, max_size=3), max_size=60), st.floats(0.05, 0.95), st.integers(0, 5))
def test_each_class_has_its_share(shown: list[list[str]], fraction: float, seed: int) -> None:
    images = [
        (f"{n}.jpg", Labels(Size(9, 9), tuple(Region(name, Box(0, 0, 1, 1)) for name in names)))
        for n, names in enumerate(shown)
    ]
    part_of = splitter(Split(fraction, seed), lambda: images)
    parts = {path: part_of(path, labels) for path, labels in images}
    counted = Counter(name for names in shown for name in set(names))
    strata: dict[str, list[str]] = {}
    for path, labels in images:
        rarest = min(labels.class_counts(), key=lambda name: (counted[name], name), default="")
        strata.setdefault(rarest, []).append(parts[path])
    for stratum in strata.values():
        wanted = min(max(round(len(stratum) * fraction), 1), len(stratum) - 1)
        assert stratum.count(VALIDATION) == wanted
        assert stratum.count(TRAIN) == len(stratum) - wanted
    again = splitter(Split(fraction, seed), lambda: list(reversed(images)))
    assert parts == {path: again(path, labels) for path, labels in images}


def test_images_are_linked_copied_or_left(workspace: Workspace, images: Path) -> None:
    label_all(workspace)
    for way, links in ((Images.LINK, 2), (Images.COPY, 1)):
        result = workspace.exchange.export("soda", "coco", options=ExportOptions(images=way))
        image = Path(result.path) / "images" / "train" / "image_00000.jpg"
        assert image.read_bytes() == (images / "image_00000.jpg").read_bytes()
        assert not image.is_symlink()
        assert image.stat().st_nlink >= links
    result = workspace.exchange.export("soda", "coco")
    assert not (Path(result.path) / "images").exists()
    result = workspace.exchange.export("soda", "yolo")
    assert len(list((Path(result.path) / "images" / "train").iterdir())) == 6


LONG = "azureml://subscriptions/s/resourcegroups/r/workspaces/w/datastores/d/paths/"


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://example.org/data/", "https://example.org/data/image_00000.jpg"),
        (LONG, LONG + "image_00000.jpg"),
        (LONG + "raw", LONG + "raw/image_00000.jpg"),
    ],
)
def test_image_urls(base: str, url: str, workspace: Workspace) -> None:
    label_all(workspace)
    assert rows(workspace.exchange.export("soda", options=ExportOptions(image_url=base)).path)[0]["image_url"] == url


@pytest.mark.parametrize(
    "base",
    [
        "azureml://datastores/d/paths/",
        "AmlDatastore://d/",
        "s3://b/",
        "/data",
        "https://",
        "https://e.org/?sig=x",
        "https://e org/",
    ],
)
def test_image_urls_that_readers_do_not_open(base: str, workspace: Workspace) -> None:
    label_all(workspace)
    with pytest.raises(BadInput):
        workspace.exchange.export("soda", options=ExportOptions(image_url=base))


@pytest.mark.slow
def test_formats_that_have_no_place_for_the_labels(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w.db", tmp_path / "exports")
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 1)))
    workspace.projects.create(make_spec("tags", TaskType.CLASSIFICATION))
    lease = workspace.queue.claim("tags", "ann", "t")
    assert lease
    workspace.queue.submit(lease.task, "ann", Labels(SIZE, tags=("coke",)), "t")
    for label_format in workspace.exchange.formats():
        if label_format.why_not(TaskType.CLASSIFICATION):
            with pytest.raises(LabelerError):
                workspace.exchange.export("tags", label_format.name)
        else:
            assert workspace.exchange.export("tags", label_format.name).rows == 1
    assert not list((tmp_path / "exports").glob(".partial-*"))
    workspace.close()


def test_a_gif_is_not_for_yolo(workspace: Workspace, images: Path) -> None:
    (images / "image_00000.jpg").rename(images / "image_00000.gif")
    workspace.projects.refresh("soda")
    label_all(workspace)
    result = workspace.exchange.export("soda", "yolo")
    assert (result.rows, result.left_out["not_for_yolo"]) == (5, 1)
