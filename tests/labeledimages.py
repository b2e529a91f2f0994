"""Any images with any labels that can be imported, as the benches want them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.model.transfers import ImportChoices
from tui_labeler.workspace import Workspace

Truth = list[tuple[str, Box]]
_MOST = 1_000_000
_NOBODYS = "-"  # a project has a class before any is read


def read(images: Path, labels: Path, format_name: str = "") -> list[tuple[str, Size, Truth]]:
    """(path below `images`, its size, its boxes with their classes) of every image that has a box with extent."""
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace(Path(home) / "w.db", Path(home) / "x")
        try:
            workspace.datasets.add_datastore("images", str(images))
            workspace.projects.create(
                ProjectSpec(Details("set"), dataset=DatasetChoice("all", "images"), classes=Classes((_NOBODYS,)))
            )
            workspace.exchange.import_labels("set", labels, format_name, ImportChoices(add=True, doubtful=True))
            examples = workspace.proposals.training_labels("set", _MOST)
        finally:
            workspace.close()
    truth = [
        (path, labels.size, [(r.name, r.extent) for r in labels.regions if r.extent.clipped(labels.size).area > 0])
        for path, labels, _ in examples
    ]
    return sorted(entry for entry in truth if entry[2])


def class_names(truth: list[tuple[str, Size, Truth]]) -> tuple[str, ...]:
    return tuple(sorted({name for _, _, boxes in truth for name, _ in boxes}))
