"""Files with some of their bytes changed, through the whole import: a result or a message, and nothing half-taken.

TUI_LABELER_FLIPS says how many inputs are tried (a hundred without it): samples of every format, and the odd files of
others where they are there. The same number tries the same inputs.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.formats.test_fuzz import FILES, NASTY, SUFFIXES
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.transfers import ImportChoices
from tui_labeler.workspace import Workspace

INPUTS = int(os.environ.get("TUI_LABELER_FLIPS", "100"))
SHARED = Path(__file__).parents[3] / "shared" / "data" / "odd-labels"
TEXTS = (".json", ".jsonl", ".csv", ".xml", ".txt", ".yaml", ".names", ".data", ".zip", ".parquet", "")


@pytest.fixture(scope="module")
def soda(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    from tests.workspace.conftest import make_images

    home = tmp_path_factory.mktemp("flips")
    workspace = Workspace(home / "workspace.db", home / "exports")
    images = make_images(home / "images", 3)
    for name in ("a.jpg", "b.jpg"):
        shutil.copy(next(images.glob("*.jpg")), images / name)
    workspace.datasets.add_datastore("cans", str(images))
    for kind in (TaskType.DETECTION, TaskType.SEGMENTATION):
        spec = ProjectSpec(Details(kind.value, kind), dataset=DatasetChoice("all", "cans"), classes=Classes(("coke",)))
        workspace.projects.create(spec)
    yield workspace
    workspace.close()


def changed(data: bytes, chance: random.Random) -> bytes:
    """`data` with a few bits flipped, bytes cut, or something nasty put in."""
    flipped = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(flipped) + 1)
        kind = chance.randrange(4)
        if kind == 0 and at < len(flipped):
            flipped[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del flipped[at : at + chance.choice((1, 2, 40))]
        elif kind == 2:
            flipped[at:at] = chance.choice(NASTY)
        elif at < len(flipped):
            flipped[at : at + 1] = chance.choice(NASTY)
    return bytes(flipped)


def taken(workspace: Workspace, project: str) -> tuple[int, int, int]:
    status = workspace.projects.status(project)
    return status.completed, status.stale, len(workspace.exchange.imports(project))


def attempt(workspace: Workspace, project: str, path: Path) -> None:
    before = taken(workspace, project)
    choices = ImportChoices(add=True, replace=True)
    try:
        result = workspace.exchange.import_labels(project, path, choices=choices)
    except LabelerError as error:
        assert error.message  # noqa: PT017 - any message will do
        assert taken(workspace, project) == before
        return
    assert result.imported + result.kept + result.busy <= result.matched <= result.read
    if result.id:
        workspace.exchange.undo_import(result.id)
    after = taken(workspace, project)
    assert after[:2] == before[:2]
    assert after[2] - before[2] == bool(result.id)


def tried(soda: Workspace, root: Path, cases: list[Path], count: int, chance: random.Random) -> None:
    """Each time one file of one of `cases` (files or folders) is changed, and all of it imported."""
    whole = {case: [file for file in files_of(case) if file.suffix.lower() in TEXTS] for case in cases}
    usable = [case for case in cases if whole[case]]
    copies: dict[Path, Path] = {}
    for number in range(count):
        case = usable[number % len(usable)]
        if case not in copies:
            copies[case] = root / str(len(copies)) / case.name
            copies[case].parent.mkdir()
            (shutil.copytree if case.is_dir() else shutil.copy)(case, copies[case])
        file = chance.choice(whole[case])
        target = copies[case] / file.relative_to(case) if case.is_dir() else copies[case]
        data = file.read_bytes()
        target.write_bytes(changed(data, chance))
        project = chance.choice((TaskType.DETECTION, TaskType.SEGMENTATION)).value
        try:
            attempt(soda, project, copies[case])
        except Exception as error:  # with what was read, to try it again
            shown = target.read_bytes()[:3000]
            raise AssertionError(f"{case.name}, input {number}, {file.name}: {shown!r}") from error
        target.write_bytes(data)


def files_of(case: Path) -> list[Path]:
    return sorted(file for file in case.rglob("*") if file.is_file()) if case.is_dir() else [case]


def test_changed_samples(soda: Workspace, tmp_path: Path) -> None:
    cases = []
    for name, text in FILES.items():
        folder = tmp_path / "whole" / name
        (folder / "labels").mkdir(parents=True)
        path = folder / "labels" / f"a.{SUFFIXES.get(name, 'json')}"
        path.write_text(text)
        if name == "yolo":
            (folder / "data.yaml").write_text("names: [a, b]\n")
        cases.append(folder if name == "yolo" else path)
    (tmp_path / "changed").mkdir()
    tried(soda, tmp_path / "changed", cases, INPUTS // 2, random.Random(INPUTS))


def test_changed_odd_files(soda: Workspace, tmp_path: Path) -> None:
    if not (SHARED / "cases.json").exists():
        pytest.skip("the collection of odd label files is not on this machine")
    cases = [folder for folder in sorted(SHARED.iterdir()) if folder.is_dir()]
    tried(soda, tmp_path, cases, INPUTS // 2, random.Random(INPUTS))
