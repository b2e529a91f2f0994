"""Formats are found by their names, loaded when they are used, and brought along by other packages."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_labeler.formats import registry
from tui_labeler.formats.format import Format
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import TaskType
from tui_labeler.workspace import Workspace

PACKAGE = '''
from tui_labeler.formats.format import Detection, Format, Sure
from tui_labeler.formats.records import Place, ReadImage, ReadRegion
from tui_labeler.model.geometry import Box
from tui_labeler.model.project import TaskType


class Lines(Format):
    """image class x0 y0 x1 y1"""

    name = "lines"
    title = "Lines"
    text = "a line a box"
    reads = (TaskType.DETECTION,)
    writes = (TaskType.DETECTION,)

    def detect(self, source):
        names = source.ending(".boxlines")
        return Detection(Sure.CERTAIN, f"{names[0]} ends so") if names else None

    def read(self, source, reading):
        for name in source.ending(".boxlines"):
            for line in reading.text(source.read(name, 1 << 20), name).splitlines():
                image, label, *numbers = line.split()
                yield ReadImage((image,), Place(name), (ReadRegion(label, Box(*map(float, numbers))),))

    def write(self, folder, spec, rows, progress):
        raise NotImplementedError
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package of its own, as pip leaves it."""
    site = tmp_path / "site"
    info = site / "boxlines-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "boxlines_format.py").write_text(PACKAGE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: boxlines\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[tui_labeler.formats]\nlines = boxlines_format:Lines\nbroken = nowhere.at.all:Format\n"
    )
    monkeypatch.syspath_prepend(str(site))
    yield
    sys.modules.pop("boxlines_format", None)


def test_a_format_of_another_package(package: None, workspace: Workspace, tmp_path: Path) -> None:
    assert {"lines", "broken"} <= set(registry.names())
    assert "lines" in [label_format.name for label_format in workspace.exchange.formats()]
    assert "lines" in [label_format.name for label_format in registry.writable(TaskType.DETECTION)]
    path = tmp_path / "a.boxlines"
    path.write_text("0.jpg coke 1 2 30 40\n")
    assert registry.detect(path).format.name == "lines"
    assert workspace.exchange.preview_import("soda", path).format == "lines"


def test_a_broken_package_takes_no_other_along(package: None) -> None:
    assert "broken" not in [label_format.name for label_format in registry.formats()]
    with pytest.raises(BadInput, match="“broken” cannot be loaded: No module named"):
        registry.get("broken")


def test_every_format_says_what_it_is() -> None:
    for label_format in registry.formats():
        assert label_format.title, label_format.name
        assert label_format.text, label_format.name
        assert label_format.reads or label_format.writes, label_format.name
        assert set(label_format.writes) <= set(TaskType), label_format.name
        for method, kinds in (("read", label_format.reads), ("write", label_format.writes)):
            assert bool(kinds) == (getattr(type(label_format), method) is not getattr(Format, method)), (
                label_format.name
            )
        for sentence in label_format.cannot:
            assert sentence.endswith("."), label_format.name


def test_the_registry_imports_no_format_and_no_format_imports_its_reader() -> None:
    ask = (
        "import sys; from tui_labeler.formats import registry; registry.names(); "
        "ours = lambda: {n for n in sys.modules if n.startswith('tui_labeler.formats.')}; "
        "print(any('yolo' in n or 'coco' in n for n in ours())); registry.formats(); "
        "print([n for n in ours() if n.endswith(('.read', '.write'))], "
        "[n for n in ('yaml', 'xml.etree.ElementTree', 'sqlite3', 'PIL') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["False", "[] []"]
