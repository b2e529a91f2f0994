"""A project over the BCCD photographs with the labels of their own Pascal VOC annotations."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.model.regions import Labels, Region
from tui_labeler.workspace import Workspace

NAMES = ("RBC", "WBC", "Platelets")


def truth(folder: Path, image: str, degenerate: bool = False) -> Labels:
    """The annotation of an image; boxes without extent are left out (no tool could have drawn them), unless
    `degenerate`."""
    root = ET.parse(folder / "Annotations" / f"{Path(image).stem}.xml").getroot()

    def number(node: ET.Element, tag: str) -> float:
        return float(node.findtext(f".//{tag}", "nan"))

    regions = []
    for object_node in root.iter("object"):
        box = Box(*(number(object_node, tag) for tag in ("xmin", "ymin", "xmax", "ymax")))
        if degenerate or (box.x0 < box.x1 and box.y0 < box.y1):
            regions.append(Region(object_node.findtext("name", ""), box))
    return Labels(Size(int(number(root, "width")), int(number(root, "height"))), tuple(regions))


def label_all(workspace: Workspace, folder: Path) -> int:
    """Makes the project `bccd` and labels it; returns the number of regions."""
    workspace.datasets.add_datastore("bccd", str(folder / "JPEGImages"))
    workspace.projects.create(
        ProjectSpec(Details("bccd"), dataset=DatasetChoice("cells", "bccd"), classes=Classes(NAMES))
    )
    total = 0
    lease = workspace.queue.claim("bccd", "ann", "t")
    while lease is not None:
        labels = truth(folder, lease.task.path)
        total += len(labels.regions)
        lease = workspace.queue.submit_and_claim(lease.task, "ann", labels, "t")
    return total
