"""`--images copy` and `link`: every format puts the images beside the labels, and its rows lead to them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Datastore
from tui_labeler.model.transfers import ExportOptions, Images, Split
from tui_labeler.store import projects
from tui_labeler.workspace import Workspace

NAMES = ("a.jpg", "sub dir/日本 #1 100%.jpg", "sub dir/a.jpg")


@pytest.fixture
def soda(tmp_path: Path) -> Workspace:
    photos = tmp_path / "photos"
    for name in NAMES:
        (photos / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (80, 60), (90, 30, 30)).save(photos / name)
    made = Workspace(tmp_path / "workspace.db", tmp_path / "exports")
    made.datasets.add_datastore("cans", str(photos))
    spec = ProjectSpec(
        Details("soda", TaskType.DETECTION), dataset=DatasetChoice("all", "cans"), classes=Classes(("coke",))
    )
    made.projects.create(spec)
    while (lease := made.queue.claim("soda", "ann", "token")) is not None:
        made.queue.submit(lease.task, "ann", Labels(Size(80, 60), (Region("coke", Box(1, 2, 30, 40)),)), "token")
    return made


@pytest.mark.parametrize("images", [Images.COPY, Images.LINK])
@pytest.mark.parametrize("format_name", ["azureml", "coco", "yolo", "voc", "csv"])
@pytest.mark.parametrize("split", [0.0, 0.4])
def test_every_format_has_its_images_beside_it(
    soda: Workspace, tmp_path: Path, format_name: str, images: Images, split: float
) -> None:
    soda.exchange.export("soda", format_name)  # takes the name of this second
    result = soda.exchange.export("soda", format_name, options=ExportOptions(images=images, split=Split(split)))
    folder = Path(result.path)
    placed = [path for path in folder.rglob("*") if path.suffix == ".jpg"]
    assert len(placed) == len(NAMES)
    source = (tmp_path / "photos" / "a.jpg").stat()
    assert any(path.stat().st_ino == source.st_ino for path in placed) is (images is Images.LINK)
    assert all((folder / name).exists() for name in result.files)
    if format_name == "azureml":
        lines = [json.loads(line) for file in folder.rglob("*.jsonl") for line in file.open()]
        assert {Path(line["image_url"].removeprefix("file://")) for line in lines} == set(placed)
    elif format_name == "coco":
        listed = {
            folder / "images" / path.stem.removeprefix("instances_") / image["file_name"]
            for path in folder.rglob("*.json")
            for image in json.loads(path.read_text())["images"]
        }
        assert listed == set(placed)
    elif format_name == "csv":
        rows = [row for path in folder.rglob("*.csv") for row in csv.DictReader(path.open())]
        assert {folder / "images" / row["image"] for row in rows} == set(placed)


@pytest.mark.parametrize("url", ["s3://bucket", "gs://bucket", "az://container"])
def test_addresses_that_mltable_does_not_open_are_refused(soda: Workspace, url: str, tmp_path: Path) -> None:
    from tui_labeler.datastores.store import OpenDatastore
    from tui_labeler.exchange.selection import Selection
    from tui_labeler.formats.registry import writer

    database = soda.exchange._database
    with database.read() as tx:
        project = projects.project(tx, "soda")
    store = OpenDatastore(Datastore("far", url, "s3"))
    chosen = writer("azureml", TaskType.DETECTION)
    with pytest.raises(BadInput) as told:
        Selection(database, project, store, chosen, ExportOptions(), tmp_path)
    assert "--images copy" in told.value.mend
    assert "--image-url" in told.value.mend
    Selection(database, project, store, chosen, ExportOptions(image_url="https://images.example/"), tmp_path)
    Selection(database, project, store, chosen, ExportOptions(images=Images.COPY), tmp_path)
    Selection(database, project, store, writer("coco", TaskType.DETECTION), ExportOptions(), tmp_path)
