"""What holds for every writer, whatever it writes: nothing of this machine, and no option passed over in silence."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from tests.formats.samples import read
from tui_labeler.cli.export import FORMATS
from tui_labeler.formats import registry
from tui_labeler.formats.format import Format
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Stated
from tui_labeler.formats.splitting import TRAIN, VALIDATION
from tui_labeler.formats.writing import LabeledImage, Rows
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.transfers import ExportOptions, Images, Split
from tui_labeler.workspace import Workspace

CLASSES = ("coke", "sprite")
WRITTEN = [one for one in registry.formats() if one.writes and not one.missing]
BOTH = [(one, kind) for one in WRITTEN for kind in one.writes]
IDS = [f"{one.name}-{kind.value}" for one, kind in BOTH]
# Its reader, mltable, opens absolute addresses only (measured), so that one cannot do without.
ABSOLUTE = {"azureml"}


def labels_of(kind: TaskType, number: int) -> Labels:
    size = Size(80, 60)
    if kind in (TaskType.CLASSIFICATION, TaskType.MULTILABEL):
        return Labels(size, tags=(CLASSES[number % 2],))
    if not number:
        return Labels(size)
    if kind is TaskType.DETECTION:
        return Labels(size, (Region(CLASSES[number % 2], Box(1, 2, 30, 40.5)),))
    return Labels(size, (Region(CLASSES[number % 2], points=((1, 2), (30, 2), (30, 40.5))),))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder whose name stands nowhere else, and in which everything lies."""
    home = tmp_path / "home" / "gwendolyn"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    return home


def make(home: Path, kind: TaskType) -> Workspace:
    photos = home / "photographs"
    workspace = Workspace(home / "workspace.db", home / "exports")
    for number in range(4):
        (photos / "sub").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (80, 60), (40 * number, 30, 30)).save(photos / "sub" / f"{number}.jpg")
    workspace.datasets.add_datastore("cans", str(photos))
    spec = ProjectSpec(Details("soda", kind), dataset=DatasetChoice("all", "cans"), classes=Classes(CLASSES))
    workspace.projects.create(spec)
    number = 0
    while (lease := workspace.queue.claim("soda", "ann", "token")) is not None:
        workspace.queue.submit(lease.task, "ann", labels_of(kind, number), "token")
        number += 1
    return workspace


def texts(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix not in (".jpg", "")
    } | {path.name: path.read_bytes() for path in folder.rglob("MLTable")}


@pytest.mark.slow
@pytest.mark.parametrize(("chosen", "kind"), BOTH, ids=IDS)
def test_nothing_names_this_machine(chosen: Format, kind: TaskType, machine: Path) -> None:
    workspace = make(machine, kind)
    for images in (Images.AUTO, Images.LINK, Images.COPY):
        url = "https://images.example/soda" if chosen.name in ABSOLUTE else ""
        options = ExportOptions(images=images, image_url=url, split=Split(0.5))
        result = workspace.exchange.export("soda", chosen.name, options=options)
        assert result.rows == 4
        for name, data in texts(Path(result.path)).items():
            for secret in (b"gwendolyn", b"photographs", str(machine).encode(), tempfile.gettempdir().encode() + b"/"):
                assert secret not in data, (name, secret)
    workspace.close()


@pytest.mark.parametrize(("chosen", "kind"), BOTH, ids=IDS)
def test_every_option_is_heeded_or_refused(chosen: Format, kind: TaskType, machine: Path) -> None:
    workspace = make(machine, kind)
    url = "https://images.example/soda"
    if chosen.names_urls:
        result = workspace.exchange.export("soda", chosen.name, options=ExportOptions(image_url=url))
        assert any(url.encode() in data for data in texts(Path(result.path)).values())
    else:
        with pytest.raises(BadInput, match="has no place for the addresses of images"):
            workspace.exchange.export("soda", chosen.name, options=ExportOptions(image_url=url))
    for images in (Images.LINK, Images.COPY):
        options = ExportOptions(images=images, split=Split(0.5))
        result = workspace.exchange.export("soda", chosen.name, options=options)
        placed = list(Path(result.path).rglob("*.jpg"))
        assert len(placed) == 4 or chosen.name == "huggingface-parquet"
        assert all((path.stat().st_nlink > 1) is (images is Images.LINK) for path in placed)
        assert sum(result.parts.values()) == 4, chosen.name
        assert len(result.parts) == 2
        for name in result.files:
            assert (Path(result.path) / name).exists(), name
    workspace.close()


@pytest.mark.parametrize(("chosen", "kind"), BOTH, ids=IDS)
def test_the_same_labels_give_the_same_bytes(chosen: Format, kind: TaskType, machine: Path) -> None:
    workspace = make(machine, kind)
    options = ExportOptions(split=Split(0.5))
    ones = [Path(workspace.exchange.export("soda", chosen.name, options=options).path) for _ in range(2)]
    first, second = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in ones
    )
    assert first == second
    assert first
    workspace.close()


def images_of(*labels: Labels) -> Rows:
    return Rows(
        lambda: [LabeledImage(f"{n}.jpg", f"file:///x/{n}.jpg", image_labels) for n, image_labels in enumerate(labels)]
    )


def spec_of(kind: TaskType, *names: str) -> ProjectSpec:
    return ProjectSpec(Details("soda", kind), dataset=DatasetChoice("d"), classes=Classes(names))


def test_folders_are_read_back(machine: Path) -> None:
    workspace = make(machine, TaskType.CLASSIFICATION)
    result = workspace.exchange.export("soda", "folders", options=ExportOptions(split=Split(0.5)))
    images = read("folders", Path(result.path), Reading(kind=TaskType.CLASSIFICATION))
    tags = {image.names[0].rpartition("/")[2]: image.tags for image in images}
    assert tags == {f"{number}.jpg": (CLASSES[number % 2],) for number in range(4)}
    with pytest.raises(BadInput, match="consists of the images themselves"):
        workspace.exchange.export("soda", "folders", options=ExportOptions(images=Images.NONE))
    assert not list((machine / "exports").glob(".partial-*"))
    workspace.close()


def test_parquet_is_read_back(machine: Path) -> None:
    pytest.importorskip("pyarrow")
    workspace = make(machine, TaskType.DETECTION)
    result = workspace.exchange.export("soda", "huggingface-parquet")
    images = read("huggingface", Path(result.path))
    boxes = {image.names[-1]: [(region.name, region.box) for region in image.regions] for image in images}
    assert len(boxes) == 4
    assert boxes["sub/1.jpg"] == [("sprite", Box(1, 2, 30, 40.5))]
    workspace.close()


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BadInput) as told:
        registry.writer("huggingface-parquet", TaskType.DETECTION)
    assert "pip install pyarrow" in told.value.mend


@pytest.mark.parametrize(
    ("name", "kind", "label"),
    [
        ("kitti", TaskType.DETECTION, "diet coke"),
        ("folders", TaskType.CLASSIFICATION, "animal/dog"),
        ("folders", TaskType.CLASSIFICATION, ".hidden"),
    ],
)
def test_classes_that_a_format_cannot_say_are_refused(name: str, kind: TaskType, label: str, tmp_path: Path) -> None:
    if kind is TaskType.DETECTION:
        labels = Labels(Size(8, 8), (Region(label, Box(1, 1, 2, 2)),))
    else:
        labels = Labels(Size(8, 8), tags=(label,))
    rows = images_of(labels)
    rows.place = lambda path, target: None
    with pytest.raises(BadInput, match=label):
        registry.writer(name, kind).write(tmp_path, spec_of(kind, label), rows, lambda done: None)


def test_a_part_that_hugging_face_could_not_read_is_refused(tmp_path: Path) -> None:
    full = Labels(Size(8, 8), (Region("coke", Box(1, 1, 2, 2)),))
    images = [LabeledImage("a.jpg", "", full, TRAIN), LabeledImage("b.jpg", "", Labels(Size(8, 8)), VALIDATION)]
    rows = Rows(lambda: images, is_split=True)
    write = registry.writer("huggingface", TaskType.DETECTION).write
    with pytest.raises(BadInput, match="No image for validation has a label"):
        write(tmp_path, spec_of(TaskType.DETECTION, "coke"), rows, lambda done: None)


def test_open_images_says_that_there_is_nothing(tmp_path: Path) -> None:
    """By Confidence 0 for every class; but not where a region was left out."""
    outside = Labels(Size(8, 8), (Region("coke", Box(20, 20, 30, 30)),))
    rows = images_of(Labels(Size(8, 8)), outside, Labels(Size(8, 8), (Region("coke", Box(0, 0, 2, 4)),)))
    write = registry.writer("openimages", TaskType.DETECTION).write
    written = write(tmp_path, spec_of(TaskType.DETECTION, *CLASSES), rows, lambda done: None)
    assert (written.rows, written.regions, written.left_out) == (3, 1, {"degenerate": 1})
    lines = (tmp_path / "annotations" / "train-annotations-human-imagelabels.csv").read_text().splitlines()[1:]
    assert lines == ["0,verification,coke,0", "0,verification,sprite,0", "2,verification,coke,1"]
    boxes = (tmp_path / "annotations" / "train-annotations-bbox.csv").read_text().splitlines()[1:]
    assert boxes == ["2,xclick,coke,1,0,0.25,0,0.5,-1,-1,-1,-1,-1"]


def test_label_studio_has_predictions_and_the_origin_of_regions(tmp_path: Path) -> None:
    regions = (Region("coke", Box(0, 0, 2, 4)), Region("coke", Box(4, 4, 8, 8), confidence=0.5, model="m"))
    rows = images_of(Labels(Size(8, 8), regions))
    kind = TaskType.DETECTION
    for name, key in (("labelstudio", "annotations"), ("labelstudio-predictions", "predictions")):
        (tmp_path / name).mkdir()
        registry.writer(name, kind).write(tmp_path / name, spec_of(kind, "coke & <b>"), rows, lambda done: None)
        (task,) = json.loads((tmp_path / name / "tasks.json").read_text())
        (given,) = task[key]
        assert not task["predictions" if key == "annotations" else "annotations"]
        assert [result["origin"] for result in given["result"]] == ["manual", "prediction"]
        assert given["result"][0]["value"] | {"rotation": 0} == {
            "x": 0,
            "y": 0,
            "width": 25,
            "height": 50,
            "rotation": 0,
            "rectanglelabels": ["coke"],
        }
        (image,) = read("labelstudio", tmp_path / name / "tasks.json")
        assert image.stated is (Stated.LABELED if key == "annotations" else Stated.PROPOSED)
        assert len(image.regions) == 2
        assert 'value="coke &amp; &lt;b&gt;"' in (tmp_path / name / "config.xml").read_text()
    assert task["predictions"][0]["score"] == 0.75


def test_images_that_lie_beside_are_files_of_label_studios_local_storage(machine: Path) -> None:
    workspace = make(machine, TaskType.DETECTION)
    result = workspace.exchange.export("soda", "labelstudio", options=ExportOptions(images=Images.LINK))
    tasks = json.loads((Path(result.path) / "tasks.json").read_text())
    assert tasks[1]["data"]["image"] == "/data/local-files/?d=images/sub/1.jpg"
    assert (Path(result.path) / "images" / "sub" / "1.jpg").exists()
    workspace.close()


def test_names_that_xml_cannot_write_are_left_out(tmp_path: Path) -> None:
    rows = Rows(lambda: [LabeledImage(name, "", Labels(Size(8, 8))) for name in ("a\x01.jpg", "b\n<&.jpg")])
    written = registry.writer("cvat", TaskType.DETECTION).write(
        tmp_path, spec_of(TaskType.DETECTION, "coke"), rows, lambda done: None
    )
    assert (written.rows, written.left_out) == (1, {"not_for_xml": 1})
    (image,) = read("cvat", tmp_path)
    assert image.name == "b\n<&.jpg"


def test_the_command_names_every_format() -> None:
    ours = [
        label_format.name
        for label_format in registry.formats()
        if label_format.writes and type(label_format).__module__.startswith("tui_labeler.")
    ]
    assert list(FORMATS) == ours
