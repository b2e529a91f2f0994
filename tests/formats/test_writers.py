"""What holds for every writer, whatever it writes: nothing of this machine, and no option passed over in silence."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from PIL import Image

from tui_labeler.cli.export import FORMATS
from tui_labeler.formats import registry
from tui_labeler.formats.format import Format
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


@pytest.mark.parametrize(("chosen", "kind"), BOTH, ids=IDS)
def test_nothing_names_this_machine(chosen: Format, kind: TaskType, machine: Path) -> None:
    workspace = make(machine, kind)
    ways = [Images.AUTO, Images.LINK, Images.COPY]
    for images in ways:
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


def test_the_command_names_every_format() -> None:
    ours = [one.name for one in registry.formats() if one.writes and type(one).__module__.startswith("tui_labeler.")]
    assert list(FORMATS) == ours
